#include "evaluation/recipe_choice.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "evaluation/past_questions.hpp"
#include "evaluation/slice_answers.hpp"
#include "evaluation/stacking.hpp"
#include "evaluation/tuning.hpp"
#include "ranking/stacked.hpp"
#include "recommendation/snapshot.hpp"

namespace vitrina::evaluation {

namespace {

using recommendation::PlacementSettings;

// What placements are asked with, on the slice.
struct Slice {
    const TrainingInput& input;
    TimeMs through;
    std::shared_ptr<const model::Model> model;
    const RecipeChoiceSettings& settings;
};

// Enough for so few questions, and a quarter of the time of 256.
constexpr std::uint32_t shop_bins = 64;

std::string reason_of(const StackingChoice& stack, std::size_t cut_off) {
    if (stack.questions == 0) return fmt::format("fewer than {} questions to learn from", least_stacked_questions);
    return fmt::format("gains {:+.4f} of (recall + ndcg)@{} / 2 over the blend; its standard error is {:.4f}",
                       stack.gain.mean, cut_off, stack.gain.standard_error);
}

// What is left of the bound beside the history, its part before the slice, and the model.
std::uint64_t memory_left(const Slice& slice) {
    constexpr std::uint64_t entry_bytes = 32, person_bytes = 8;
    const training::History& history = slice.input.history;
    const std::uint64_t held =
        2 * (entry_bytes * history.entries() + person_bytes * history.people()) + slice.model->bytes();
    const std::uint64_t bound = std::uint64_t{slice.input.recipe.memory_mb} << 20;
    return bound - std::min(bound, held);
}

// A placement on the slice.
struct Choosing {
    const std::string& placement;
    const PastQuestions& past;
    const Slice& slice;
    Executor& executor;
};

Result<void> stack_for(const Choosing& choosing, const Asked& asked, std::span<const double> weights,
                       std::span<const Question> questions, PlacementChoice& choice) {
    const auto& [placement, past, slice, executor] = choosing;
    const training::RankerRecipe& recipe = slice.input.recipe.ranker;
    const StackingSettings settings{.tuning = {.cut_off = past.settings.cut_off,
                                               .candidates = candidates_of(past.placement, past.settings),
                                               .rows = slice.model->items()},
                                    .limits = ranking::shop_limits,
                                    .shapes = {{.rounds = recipe.rounds,
                                                .depth = recipe.depth,
                                                .learning_rate = recipe.learning_rate,
                                                .least_weight = recipe.least_weight,
                                                .bins = shop_bins}},
                                    .negatives = recipe.negatives,
                                    .seed = slice.input.recipe.seed,
                                    .ablation = slice.settings.ablation,
                                    .memory_bytes = memory_left(slice)};
    auto stack = choose_stack({slice.model, asked.sources, weights, questions}, settings, executor);
    if (!stack) return std::unexpected(stack.error());
    for (const Ablation& one : stack->ablation) choice.ablation.push_back({placement, one.without, one.gain});
    choice.rankers.push_back({.task = placement,
                              .stack = stack->worth_it,
                              .reason = reason_of(*stack, past.settings.cut_off),
                              .questions = stack->questions,
                              .trees = stack->trees,
                              .depth = stack->boosting.depth,
                              .objective = stack->objective,
                              .blend_objective = stack->blend_objective,
                              .gain = stack->gain.mean,
                              .standard_error = stack->gain.standard_error});
    if (stack->worth_it) choice.forests.emplace_back(ranking::ranker_name(placement), std::move(stack->forest));
    return {};
}

Result<void> choose_for(const Choosing& choosing, PlacementChoice& choice) {
    const auto& [placement, past, slice, executor] = choosing;
    const auto all = questions_of(placement, past);
    const auto questions = sample(all, past.settings.questions, past.settings.seed);
    if (questions.size() < past.settings.least_questions) return {};
    const Asked asked = asked_of(past.placement, slice.model);
    if (asked.sources.empty()) return {};
    const TuningSettings tuning{.cut_off = past.settings.cut_off,
                                .candidates = candidates_of(past.placement, past.settings),
                                .rows = slice.model->items()};
    const WeightChoice chosen = choose_weights(asked.sources, questions, tuning, executor);
    for (std::size_t index = 0; index < asked.names.size(); ++index)
        choice.weights.push_back({placement, asked.names[index], chosen.weights[index]});
    model::Figure figure;
    figure.task = placement;
    figure.metric = fmt::format("validation objective@{}", past.settings.cut_off);
    figure.value = figure.low = figure.high = chosen.objective;
    figure.queries = questions.size();
    choice.figures.push_back(figure);
    if (!slice.input.recipe.ranker.on) return {};
    const auto learned_from = sample(all, slice.input.recipe.ranker.questions, past.settings.seed);
    return stack_for(choosing, asked, chosen.weights, learned_from, choice);
}

}  // namespace

Result<PlacementChoice> choose_recipe(const TrainingInput& input,
                                      const std::map<std::string, PlacementSettings>& placements, Executor& executor,
                                      const RecipeChoiceSettings& settings) {
    PlacementChoice choice;
    const training::History& history = input.history;
    auto taking = learn_taking({history, input.text, input.price}, settings.taking, executor);
    if (!taking) return std::unexpected(taking.error());
    choice.taking = std::move(*taking);
    const TimeMs through = slice_cut(history, settings.horizon_ms);
    const training::History past_history = history_through(history, through);
    if (past_history.entries() == 0 || past_history.entries() == history.entries()) return choice;
    auto trained =
        training::train(past_history, input.recipe, input.text, executor, {.item_facts = input.recipe.ranker.on});
    if (!trained) return std::unexpected(trained.error());
    const auto model = model::Model::from_bytes(std::move(trained->model_bytes));
    if (!model) return std::unexpected(model.error());
    if (input.shown != nullptr) {
        const auto features = recommendation::features_of(placements, *model);
        auto shown = learn_shown(*input.shown, {features, history.items}, settings.success, executor);
        if (!shown) return std::unexpected(shown.error());
        choice.shown = std::move(*shown);
    }
    const Slice slice{input, through, *model, settings};
    for (const auto& [name, placement] : placements) {
        const PastQuestions past{history, through, **model, placement, settings};
        if (auto chosen = choose_for({name, past, slice, executor}, choice); !chosen)
            return std::unexpected(chosen.error());
    }
    return choice;
}

}  // namespace vitrina::evaluation
