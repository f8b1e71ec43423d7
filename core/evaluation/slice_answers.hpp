#pragma once
// What a placement answers on a slice of the past, from a model and the choice that was made for it: the trees where they were
// taken, else the blend. Without what only a living shop knows (stock, filters, trends that are counted live).
//
// Threads: immutable; a `Scratch` belongs to one thread. Lifetime: `Asked` and `SliceAnswers` share the model.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "candidates/source.hpp"
#include "evaluation/question.hpp"
#include "evaluation/recipe_choice.hpp"
#include "model/model.hpp"
#include "ranking/stacked.hpp"
#include "recommendation/placement.hpp"
#include "training/history.hpp"

namespace vitrina::evaluation {

// The first and the last time of a history; zeros where it is empty.
struct TimeSpan {
    TimeMs first = 0, last = 0;
};
TimeSpan span_of(const training::History& history);

// The end of what a slice learns from: the last `horizon_ms` lie behind it, at most a fifth of what the history spans.
TimeMs slice_cut(const training::History& history, TimeMs horizon_ms);

// The sources of a placement that the model can answer from, in the placement's order.
struct Asked {
    std::vector<std::string> names;  // canonical
    std::vector<std::unique_ptr<candidates::Source>> owned;
    std::vector<const candidates::Source*> sources;
};
Asked asked_of(const recommendation::PlacementSettings& placement, const std::shared_ptr<const model::Model>& model);

// Of each source; where only the person's own items are shown, most of an answer falls away.
std::size_t candidates_of(const recommendation::PlacementSettings& placement, const RecipeChoiceSettings& settings);

class SliceAnswers {
public:
    SliceAnswers(const std::string& name, const recommendation::PlacementSettings& placement,
                 const std::shared_ptr<const model::Model>& model, const PlacementChoice& choice,
                 const RecipeChoiceSettings& settings);

    // Best first, at most `settings.cut_off`.
    std::vector<std::uint32_t> list(const Question& question, candidates::Scratch& scratch) const;
    std::size_t rows() const { return rows_; }

private:
    Asked asked_;
    std::vector<float> weights_;  // one a source
    std::optional<ranking::StackedRanker> ranker_;
    std::vector<const candidates::Source*> ranked_;  // what the trees ask
    std::size_t candidates_, cut_off_, rows_;
};

}  // namespace vitrina::evaluation
