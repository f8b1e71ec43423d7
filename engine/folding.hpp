#pragma once
// Folding: events of the log, in their order, into the states of visitors, users and items; and what is told beside the states.
//
// Threads: one thread folds (on the executor's threads where a group is large); `figure` may be read by any.
// Errors: io, as a failing disk leaves a group half folded: nothing more may be folded, and no checkpoint made, after it.
// Not an error: a record or a state that cannot be folded goes to the dead letters with its reason, and the fold goes on.

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "engine/configuration.hpp"
#include "engine/group_folding.hpp"
#include "engine/position.hpp"
#include "event/event.hpp"
#include "state/folds.hpp"

namespace vitrina::engine {

StateCaches make_caches(const Database* database, const CacheSettings& settings);
// What changed must fit in the caches beside what is only read.
Configuration with_checkpoints_that_fit(Configuration configuration);

// Reads into the caches what folding this event will ask for, so that many threads may wait for the disk instead of the one that
// folds. Any thread. What cannot be read is left for the fold to find out.
void warm(const StateCaches& caches, const PersonHasher& hasher, const event::Event& event);

// Fewer lines than this are folded sooner by one thread than several are woken.
inline constexpr std::size_t lines_worth_threads = 2000;

// What became of outcomes, by their keys on disk: the encoded one, or nothing where there is none any more.
using Outcomes = std::map<std::string, std::optional<std::string>>;

// Counts since the log began; written with every checkpoint, so that a replay adds to them.
class Folding {
public:
    // `executor` outlives the folding.
    Folding(StateCaches& caches, const PersonHasher& hasher, const state::FoldLimits& limits, Executor& executor,
            std::size_t parallel_lines = lines_worth_threads);
    // From now on success is attributed too. Precondition: nothing was folded yet.
    void attribute(feedback::Attribution attribution) { attribution_ = std::move(attribution); }

    // Events at `first` and behind it; one verdict an event. The states are the same bytes however the log is cut into groups.
    Result<std::vector<state::Verdict>> fold(std::span<const event::Event* const> events, Position first);

    // What a checkpoint writes beside the states; taking it leaves nothing behind.
    std::vector<Position> take_late();
    std::vector<DeadLetter> take_dead_letters();
    Outcomes take_outcomes();
    const Outcomes& outcomes() const { return outcomes_; }  // not taken yet

    std::uint64_t figure(Figure figure) const { return figures_[static_cast<std::size_t>(figure)]; }
    std::string figures_as_bytes() const;
    // Precondition: nothing was folded yet. Errors: corrupt_data for bytes that are none of ours.
    Result<void> restore_figures(std::string_view bytes);

private:
    StateCaches& caches_;
    const PersonHasher& hasher_;
    state::FoldLimits limits_;
    Executor& executor_;
    std::size_t parallel_lines_;
    std::vector<Position> late_;
    std::vector<DeadLetter> dead_;
    std::optional<feedback::Attribution> attribution_;
    Outcomes outcomes_;
    std::array<std::atomic<std::uint64_t>, figure_count> figures_{};
};

}  // namespace vitrina::engine
