#include "evaluation/slice_answers.hpp"

#include <algorithm>

#include "candidates/bought_before.hpp"
#include "evaluation/stacking.hpp"
#include "ranking/blend.hpp"

namespace vitrina::evaluation {

namespace {

using recommendation::PlacementSettings;

// Counted live when answering; on the slice the model's count of the same weeks stands for it.
std::string_view stand_in(std::string_view source) { return source == "popular" ? "recent" : source; }

std::unique_ptr<candidates::Source> source_of(std::string_view canonical,
                                              const std::shared_ptr<const model::Model>& model) {
    if (canonical == "bought_before") return std::make_unique<candidates::BoughtBefore>();
    return candidates::make_source(stand_in(canonical), model);
}

// As answers take them: what training chose, else what the placement says, else 1 (recommendation/snapshot.cpp).
float weight_of(const std::string& name, const PlacementSettings& placement, const std::string& source,
                const PlacementChoice& choice) {
    for (const model::SourceWeight& chosen : choice.weights)
        if (chosen.task == name && chosen.source == source) return static_cast<float>(chosen.weight);
    for (const auto& [configured, weight] : placement.weights)
        if (recommendation::canonical_source(configured) == source) return static_cast<float>(weight);
    return 1;
}

}  // namespace

TimeSpan span_of(const training::History& history) {
    if (history.time.empty()) return {};
    const auto [first, last] = std::ranges::minmax(history.time);
    return {first, last};
}

TimeMs slice_cut(const training::History& history, TimeMs horizon_ms) {
    const TimeSpan span = span_of(history);
    return span.last - std::min(horizon_ms, (span.last - span.first) / 5);
}

Asked asked_of(const PlacementSettings& placement, const std::shared_ptr<const model::Model>& model) {
    Asked asked;
    for (const std::string& name : placement.sources) {
        auto source = source_of(recommendation::canonical_source(name), model);
        if (!source) continue;
        asked.names.emplace_back(recommendation::canonical_source(name));
        asked.sources.push_back(source.get());
        asked.owned.push_back(std::move(source));
    }
    return asked;
}

std::size_t candidates_of(const PlacementSettings& placement, const RecipeChoiceSettings& settings) {
    if (placement.only_known) return placement.candidates;
    return std::min(placement.candidates, settings.candidates);
}

SliceAnswers::SliceAnswers(const std::string& name, const PlacementSettings& placement,
                           const std::shared_ptr<const model::Model>& model, const PlacementChoice& choice,
                           const RecipeChoiceSettings& settings)
    : asked_(asked_of(placement, model)),
      candidates_(candidates_of(placement, settings)),
      cut_off_(settings.cut_off),
      rows_(model->items()) {
    for (const std::string& source : asked_.names) weights_.push_back(weight_of(name, placement, source, choice));
    auto ranker = ranking::StackedRanker::of(model, ranking::ranker_name(name), ranking::shop_limits);
    if (!ranker) return;
    for (const std::string_view source : ranker->sources()) {
        const auto found = std::ranges::find_if(
            asked_.sources, [&](const candidates::Source* asked) { return asked->name() == source; });
        if (found == asked_.sources.end()) return;  // the shop no longer names it: the blend answers
        ranked_.push_back(*found);
    }
    ranker_.emplace(std::move(*ranker));
}

std::vector<std::uint32_t> SliceAnswers::list(const Question& question, candidates::Scratch& scratch) const {
    std::vector<std::uint32_t> rows;
    if (ranker_) {
        const auto answers = allowed_answers(ranked_, question, ranker_->limits().asked, scratch);
        for (const Scored& item : ranker_->rank(question.query, answers)) rows.push_back(item.row);
    } else {
        const auto answers = allowed_answers(asked_.sources, question, candidates_, scratch);
        std::vector<ranking::Weighted> parts;
        for (std::size_t s = 0; s < answers.size(); ++s) parts.push_back({answers[s], weights_[s]});
        for (const ranking::Blended& item : ranking::blend(parts)) rows.push_back(item.row);
    }
    rows.resize(std::min(rows.size(), cut_off_));
    return rows;
}

}  // namespace vitrina::evaluation
