#include "evaluation/recipe_choice.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "candidates/source.hpp"
#include "evaluation/bought_before.hpp"
#include "evaluation/past_questions.hpp"
#include "evaluation/tuning.hpp"

namespace vitrina::evaluation {

namespace {

using recommendation::PlacementSettings;

// Counted live when answering; on the slice the model's count of the same weeks stands for it.
std::string_view stand_in(std::string_view source) { return source == "popular" ? "recent" : source; }

std::unique_ptr<candidates::Source> source_of(std::string_view canonical,
                                              const std::shared_ptr<const model::Model>& model) {
    if (canonical == "bought_before") return std::make_unique<BoughtBefore>();
    return candidates::make_source(stand_in(canonical), model);
}

// Of each source; where only the person's own items are shown, most of an answer falls away.
std::size_t candidates_of(const PastQuestions& past) {
    if (past.placement.only_known) return past.placement.candidates;
    return std::min(past.placement.candidates, past.settings.candidates);
}

struct Span {
    TimeMs first = 0, last = 0;
};

Span span_of(const training::History& history) {
    if (history.time.empty()) return {};
    const auto [first, last] = std::ranges::minmax(history.time);
    return {first, last};
}

void choose_for(const std::string& placement, const PastQuestions& past,
                const std::shared_ptr<const model::Model>& model, Executor& executor, PlacementChoice& choice) {
    const auto questions = questions_of(placement, past);
    if (questions.size() < past.settings.least_questions) return;
    std::vector<std::unique_ptr<candidates::Source>> owned;
    std::vector<const candidates::Source*> sources;
    std::vector<std::string> names;
    for (const std::string& name : past.placement.sources) {
        auto source = source_of(recommendation::canonical_source(name), model);
        if (!source) continue;
        names.emplace_back(recommendation::canonical_source(name));
        sources.push_back(source.get());
        owned.push_back(std::move(source));
    }
    if (sources.empty()) return;
    const TuningSettings tuning{
        .cut_off = past.settings.cut_off, .candidates = candidates_of(past), .rows = model->items()};
    const WeightChoice chosen = choose_weights(sources, questions, tuning, executor);
    for (std::size_t index = 0; index < names.size(); ++index)
        choice.weights.push_back({placement, names[index], chosen.weights[index]});
    model::Figure figure;
    figure.task = placement;
    figure.metric = fmt::format("validation objective@{}", past.settings.cut_off);
    figure.value = figure.low = figure.high = chosen.objective;
    figure.queries = questions.size();
    choice.figures.push_back(figure);
}

}  // namespace

Result<PlacementChoice> choose_recipe(const TrainingInput& input,
                                      const std::map<std::string, PlacementSettings>& placements, Executor& executor,
                                      const RecipeChoiceSettings& settings) {
    PlacementChoice choice;
    const training::History& history = input.history;
    const Span span = span_of(history);
    const TimeMs through = span.last - std::min(settings.horizon_ms, (span.last - span.first) / 5);
    const training::History past_history = history_through(history, through);
    if (past_history.entries() == 0 || through == span.last) return choice;
    auto trained = training::train(past_history, input.recipe, input.text, executor);
    if (!trained) return std::unexpected(trained.error());
    const auto model = model::Model::from_bytes(std::move(trained->model_bytes));
    if (!model) return std::unexpected(model.error());
    for (const auto& [name, placement] : placements)
        choose_for(name, {history, through, **model, placement, settings}, *model, executor, choice);
    return choice;
}

}  // namespace vitrina::evaluation
