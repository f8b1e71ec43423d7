#include "evaluation/shop_tuning.hpp"

#include <array>
#include <vector>

#include "evaluation/past_questions.hpp"
#include "evaluation/recipe_search.hpp"
#include "evaluation/slice_answers.hpp"

namespace vitrina::evaluation {

namespace {

using training::Recipe;

struct Tuned {
    const char* source;
    const char* placement;  // whose questions it is asked
};
constexpr std::array tuned_sources{Tuned{"item_item", "home"}, Tuned{"next_basket", "home"},
                                   Tuned{"session_knn", "product"}};

std::vector<model::Setting> difference_of(const Recipe& from, const Recipe& to) {
    const auto before = training::to_settings(from), after = training::to_settings(to);
    std::vector<model::Setting> changed;
    for (std::size_t s = 0; s < before.size(); ++s)
        if (before[s].value != after[s].value) changed.push_back(after[s]);
    return changed;
}

// The wanted recipe, with what the last search chose where the shop says nothing.
Recipe start_of(const TuningInput& input) {
    if (input.before == nullptr) return input.wanted;
    const auto defaults = training::to_settings(Recipe());
    auto settings = training::to_settings(input.wanted);
    for (const model::Setting& chosen : input.before->chosen)
        for (std::size_t s = 0; s < settings.size(); ++s)
            if (settings[s].name == chosen.name && settings[s].value == defaults[s].value)
                settings[s].value = chosen.value;
    return training::from_settings(settings).value_or(input.wanted);
}

}  // namespace

TunedRecipe tune_recipe(const TuningInput& input, Executor& executor) {
    TunedRecipe tuned{start_of(input), {.budget = input.trials, .tried = {}, .chosen = {}}};
    const TimeMs through = slice_cut(input.history, input.settings.horizon_ms);
    const training::History past = history_through(input.history, through);
    const auto empty = model::Model::from_bytes(model::ModelBuilder(past.items).bytes());
    for (const auto& [source, placement] : tuned_sources) {
        const auto asked = input.placements.find(placement);
        const std::size_t trials = input.trials / tuned_sources.size();
        if (trials < 3 || past.entries() == 0 || asked == input.placements.end() || !empty) continue;
        const PastQuestions questions_at{input.history, through, **empty, asked->second, input.settings};
        const auto questions =
            sample(questions_of(placement, questions_at), input.settings.questions, input.settings.seed);
        if (questions.size() < input.settings.least_questions) continue;
        const TuningSettings settings{.cut_off = input.settings.cut_off,
                                      .candidates = candidates_of(asked->second, input.settings),
                                      .rows = past.items.size()};
        const Recipe start = tuned.recipe;
        const auto tried = search_by_halving(
            {{source, &past, questions, trials, settings}, input.wanted.seed, input.wanted}, start, executor);
        for (const TriedRecipe& one : tried) {
            tuned.tuning.tried.push_back(
                {source, difference_of(start, one.recipe), one.objective, one.questions, one.chosen});
            if (one.chosen) tuned.recipe = one.recipe;
        }
    }
    tuned.tuning.chosen = difference_of(input.wanted, tuned.recipe);
    return tuned;
}

}  // namespace vitrina::evaluation
