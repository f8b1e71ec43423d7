#pragma once
// Folding: events of the log, in their order, into the states of visitors, users and items.
//
// Threads: one thread folds; `figures` may be read by any.
// Not an error: a record or a state that cannot be folded goes to the dead letters with its reason, and the fold goes on; a
// failing disk is one (io), because then nothing can be folded.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/position.hpp"
#include "engine/state_cache.hpp"
#include "event/event.hpp"
#include "state/folds.hpp"

namespace vitrina::engine {

struct StateCaches {
    StateCache visitors;
    StateCache users;
    StateCache items;
    std::size_t dirty_bytes() const { return visitors.dirty_bytes() + users.dirty_bytes() + items.dirty_bytes(); }
};

// Reads into the caches what folding this event will ask for, so that many threads may wait for the disk instead of the one that
// folds. Any thread. What cannot be read is left for the fold to find out.
void warm(const StateCaches& caches, const PersonHasher& hasher, const event::Event& event);

// A record that could not be folded, with the state that it met.
struct DeadLetter {
    Position position = 0;
    std::uint32_t number = 0;  // of the dead letters of this event
    std::string store;         // "visitors", "users" or "items"
    std::string reason;
    std::string record;  // the event, encoded
    std::string state;
};

std::string encode(const DeadLetter& letter);
std::string key_of(const DeadLetter& letter);

// What was folded since the log began; written with every checkpoint, so that a replay adds to it.
enum class Figure : std::size_t {
    events,
    duplicates,
    late,
    dead_letters,
    suspects,
    unmatched_refunds,
    visitors,
    users,
    items
};
inline constexpr std::size_t figure_count = 9;

class Folding {
public:
    Folding(StateCaches& caches, const PersonHasher& hasher, const state::FoldLimits& limits);

    Result<state::Verdict> fold(const event::Event& event, Position position);

    // What a checkpoint writes beside the states; taking it leaves nothing behind.
    std::vector<Position> take_late();
    std::vector<DeadLetter> take_dead_letters();

    std::uint64_t figure(Figure figure) const { return figures_[static_cast<std::size_t>(figure)]; }
    std::string figures_as_bytes() const;
    // Precondition: nothing was folded yet. Errors: corrupt_data for bytes that are none of ours.
    Result<void> restore_figures(std::string_view bytes);

private:
    struct Target {
        StateCache& cache;
        const char* name;
        Figure count;
    };
    Result<state::VisitorStep> visitor_step(const event::Event& event, Position position);
    template <class Step>
    Result<void> fold_into(const Target& target, const PersonKey& key, const event::Event& event, Position position,
                           const Step& step);
    void bury(const char* store, const event::Event& event, Position position, std::string reason, std::string state);
    void count(Figure figure, std::uint64_t by = 1) { figures_[static_cast<std::size_t>(figure)] += by; }
    void count_verdict(const event::Event& event, Position position, state::Verdict verdict);

    StateCaches& caches_;
    const PersonHasher& hasher_;
    state::FoldLimits limits_;
    std::vector<Position> late_;
    std::vector<DeadLetter> dead_;
    std::array<std::atomic<std::uint64_t>, figure_count> figures_{};
};

}  // namespace vitrina::engine
