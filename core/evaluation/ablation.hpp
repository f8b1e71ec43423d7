#pragma once
// What a stacked ranker is tried without, one part at a time, to tell what each part adds; stacking.hpp fits and asks the trees.
//
// A part is a source (its candidates, and all that is said of them by it), a group of the columns that are of no source (what stands
// before the point of their names), or all of these groups.
// Threads: the interval uses the executor; the same on any number of threads.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.hpp"
#include "evaluation/bootstrap.hpp"
#include "evaluation/question.hpp"

namespace vitrina::evaluation {

struct LeftOut {
    std::string name;                  // "item_item", "own (group)"
    std::vector<std::size_t> sources;  // that answer nothing
    std::vector<std::size_t> columns;  // that are zero
};

// A single source is not left out: nothing would remain. `names` as of candidates::CandidateFeatures.
std::vector<LeftOut> parts_to_leave_out(std::span<const std::string_view> sources, std::span<const std::string> names);

// Mean of (after − before) over questions, by bootstrap over their units, which may have gaps. Precondition: one value a question.
Interval paired_interval(std::span<const float> before, std::span<const float> after,
                         std::span<const Question> questions, std::uint64_t seed, Executor& executor);

}  // namespace vitrina::evaluation
