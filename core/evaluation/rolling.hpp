#pragma once
// The evaluation on the shop's own data: at each cut the past is folded, learned from and asked exactly as the product would
// serve, and what it answers is compared with what came later (QUALITY.md, "Rules of measurement").
//
// At a cut nothing later is known: states, trends, model, blend weights (chosen on a slice of the past) and the list of items
// all come from events at or before it. Answers go through recommendation::answer with the placements given.
// Metrics of a list, at each k: recall hr ndcg mrr map revenue_recall; `new_recall` and `repeat_recall` over what the person had
// not, and had, bought before; coverage; for the cart `substitute_share`, the share of shown items of the cart's own leaf
// categories. Intervals and paired differences by bootstrap over persons. Where trees order a placement, the same product with the
// order of its blend stands beside it, and with `single_sources` the product with each source of the placement alone.
// Threads: uses the executor; the same request gives the same report on any number of threads, but for the times.
// Errors: invalid_input for a log without events; what the log answers.
// Not an error: a task without occasions at a cut (`skipped` says why).
// Cost: two passes over the log and two trainings a cut; memory for the states of everybody.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/executor.hpp"
#include "evaluation/cuts.hpp"
#include "evaluation/occasions.hpp"
#include "evaluation/published.hpp"
#include "evaluation/report.hpp"
#include "recommendation/placement.hpp"
#include "training/recipe.hpp"

namespace vitrina::evaluation {

// Calls `visit` for every event in the order of acceptance; may be called several times.
using EachEvent = std::function<Result<void>(const std::function<void(const event::Event&)>& visit)>;

struct RollingRequest {
    EachEvent each_event;
    std::vector<catalog::Item> items;
    std::string split = "time:0.2";
    TimeMs horizon_ms = 30 * day_ms;
    // The number of the only cut to evaluate, by time; none: all. The others say nothing then, and what they say together is what
    // one call says of all of them (`joined` in border/shop_evaluation.hpp).
    std::optional<std::size_t> only_cut;
    std::vector<Task> tasks{std::begin(all_tasks), std::end(all_tasks)};
    std::vector<std::size_t> cut_offs{10, 20};
    training::Recipe recipe;
    std::map<std::string, recommendation::PlacementSettings> placements = recommendation::default_placements();
    OccasionSettings occasions;
    std::size_t resamples = 500;
    std::uint64_t seed = 1;
    bool single_sources = false;
    bool ablation = false;  // also tell what each source and group of features adds to the trees, at each cut
};

struct Difference {
    std::string rival;
    std::string metric;
    Interval interval;  // vitrina less the rival, on the same occasions
};

struct TaskOutcome {
    Task task = Task::home;
    Cut cut;
    std::size_t occasions = 0, people = 0;
    std::string skipped;  // why there are no figures, else empty
    Report report;        // vitrina and its rivals
    std::vector<Difference> differences;
};

struct RollingReport {
    std::vector<std::pair<std::string, ProtocolValue>> protocol;
    std::vector<TaskOutcome> outcomes;   // by cut, then task
    std::vector<AblationLine> ablation;  // by cut, then placement; its task is "home 2011-06-01"
};

Result<RollingReport> evaluate_rolling(const RollingRequest& request, Executor& executor, const Probes& probes = {});

// One object as API.md has it, with the outcomes under "tasks"; "models" are those of the first task and last cut.
std::string to_json(const RollingReport& report);
std::string to_table(const RollingReport& report);
// A panel for the recall of each outcome, at the longest list.
std::string to_svg(const RollingReport& report);

}  // namespace vitrina::evaluation
