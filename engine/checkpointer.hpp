#pragma once
// Checkpoints: all states that changed, written together with the position of the log that they stand for, in one batch. Either
// the whole checkpoint is on disk or none of it, so a replay starts from one consistent point.
//
// Threads: `begin` on the folding thread, the rest from any; the states are written on a thread of its own.
// Lifetime: the destructor finishes what was begun.
// Errors: a checkpoint that the disk refused is kept and tried again; `finish` tells the last failure.

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "engine/folding.hpp"
#include "engine/position.hpp"

namespace vitrina::engine {

// What the last checkpoint left: nothing was ever folded where `position` is 0.
struct CheckpointMark {
    Position position = 0;
    std::string figures;
};
// Its name in the family `meta`.
inline constexpr const char* checkpoint_name = "checkpoint";
Result<CheckpointMark> last_checkpoint(const Database& database);

// What is written beside the states, in the same batch.
struct Beside {
    std::string figures;  // read back as `CheckpointMark::figures`
    std::vector<Position> late;
    std::vector<DeadLetter> dead_letters;
    std::map<std::string, std::optional<std::string>> catalogue;  // key → entry; nothing: the entry goes
    Outcomes outcomes;
};
// Takes what gathered since it was last asked; on the thread that calls `begin`.
using TakeBeside = std::function<Beside()>;
TakeBeside beside_of(Folding& folding);

class Checkpointer {
public:
    Checkpointer(Database& database, StateCaches& caches, TakeBeside take, Position durable);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    // Freezes what changed up to `position` and has it written. False while the one before is not
    // on disk yet; if that failed it is tried again.
    bool begin(Position position);
    // Waits until what was begun is durable or has failed.
    Result<void> finish();
    Position durable() const;

private:
    struct Job {
        Position position = 0;
        Beside beside;
        std::vector<FrozenState> visitors, users, items, shoppers, successes;
    };
    void run();
    void try_again();
    static void sort(Job& job);
    Result<void> write(const Job& job);

    Database& database_;
    StateCaches& caches_;
    TakeBeside take_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Job> job_;
    Result<void> outcome_;  // of the last attempt at `job_`; a failed one waits to be asked for again
    Position durable_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace vitrina::engine
