#include "evaluation/release.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/pool.hpp"
#include "evaluation/past_questions.hpp"
#include "evaluation/shop_tuning.hpp"
#include "evaluation/slice_answers.hpp"

namespace vitrina::evaluation {

namespace {

using model::ReleaseCheck;
using training::Recipe;

// Seed and memory say nothing about how good a recipe is.
bool same_recipe(Recipe a, const Recipe& b) {
    a.seed = b.seed;
    a.memory_mb = b.memory_mb;
    return training::to_settings(a) == training::to_settings(b);
}

// Of these two: "ials.epochs 12 → 1, …".
std::string difference_of(const Recipe& from, const Recipe& to) {
    const auto before = training::to_settings(from), after = training::to_settings(to);
    std::string text;
    for (std::size_t s = 0; s < before.size(); ++s) {
        const std::string& name = before[s].name;
        if (before[s].value == after[s].value || name == "seed" || name == "memory_mb") continue;
        text += fmt::format("{}{} {} → {}", text.empty() ? "" : ", ", name, before[s].value, after[s].value);
    }
    return text;
}

void settle(const ReleaseInput& input, model::Release& release) {
    const bool passed = std::ranges::all_of(release.checks, &ReleaseCheck::passed);
    release.compared_with = input.in_use == nullptr ? "" : input.in_use->version;
    release.verdict = input.in_use == nullptr ? "first" : passed ? "released" : input.force ? "forced" : "refused";
}

std::string text_of(const PlacementChange& change) {
    return fmt::format("{:+.1f} % [{:+.1f}, {:+.1f}] on {} questions ({:.4f}, in use {:.4f})",
                       100 * change.change.value, 100 * change.change.low, 100 * change.change.high, change.questions,
                       change.candidate, change.current);
}

ReleaseCheck check_of(const PlacementChange& change, const std::string& name, double loss) {
    const bool passed = change.change.high >= -loss;
    return {.name = name,
            .passed = passed,
            .says = passed ? text_of(change)
                           : fmt::format("{}: surely a loss of more than release.loss, {:.1f} %", text_of(change),
                                         100 * loss),
            .value = change.change.value,
            .low = change.change.low,
            .high = change.change.high};
}

// A note: whatever it says, the rest is released.
ReleaseCheck check_of(const TakingChoice& taking) {
    return {.name = "what is taken",
            .passed = taking.released || taking.judged.rows == 0,
            .says = taking.why,
            .value = taking.gain.value,
            .low = taking.gain.low,
            .high = taking.gain.high};
}

ReleaseCheck recipe_note(std::string says) { return {.name = "recipe", .passed = true, .says = std::move(says)}; }

Result<void> compare(const ReleaseInput& input, const Recipe& current, const Recipe& candidate, model::Release& release,
                     Executor& executor) {
    const TrainingInput with_candidate{input.training.history, candidate, input.training.text};
    const auto comparison =
        compare_recipes({with_candidate, current, input.placements}, input.settings.comparison, executor);
    if (!comparison) return std::unexpected(comparison.error());
    const std::string difference = difference_of(current, candidate);
    if (comparison->changes.empty()) {
        release.checks.push_back(recipe_note(
            fmt::format("another than in use ({}), and the past asks too few questions to compare them", difference)));
        return {};
    }
    ReleaseCheck all = check_of(comparison->all, "recipe", input.settings.loss);
    all.says += fmt::format(" ({})", difference);
    release.checks.push_back(std::move(all));
    for (const PlacementChange& change : comparison->changes)
        release.checks.push_back(check_of(change, "recipe: " + change.task, input.settings.loss));
    return {};
}

Result<void> review_recipe(const ReleaseInput& input, const Recipe& candidate, model::Release& release,
                           Executor& executor) {
    if (input.in_use == nullptr) {
        release.checks.push_back(recipe_note("the first release: there is nothing to compare it with"));
        return {};
    }
    const auto current = training::from_settings(input.in_use->configuration);
    if (!current) {
        release.checks.push_back(
            recipe_note("that of the model in use cannot be read, so nothing is compared: " + current.error().message));
        return {};
    }
    if (same_recipe(*current, candidate)) {
        release.checks.push_back(recipe_note("the one in use"));
        return {};
    }
    return compare(input, *current, candidate, release, executor);
}

// The recipe to train with, and what the gate says of it.
Result<void> choose(const ReleaseInput& input, ReleasePlan& plan, Executor& executor) {
    const training::History& history = input.training.history;
    const RecipeChoiceSettings& settings = input.settings.comparison.choice;
    const model::Tuning* const before = input.in_use == nullptr ? nullptr : &input.in_use->tuning;
    const auto tune = [&](const training::History& on, std::uint64_t trials) {
        return tune_recipe({on, input.training.recipe, input.placements, before, trials, settings}, executor);
    };
    // With no trials this is what the last search chose.
    const TunedRecipe kept = tune({}, 0);
    TunedRecipe tuned = kept;
    if (input.settings.trials > 0)
        tuned = tune(history_through(history, slice_cut(history, settings.horizon_ms)), input.settings.trials);
    auto reviewed = review_recipe(input, tuned.recipe, plan.release, executor);
    if (!reviewed) return reviewed;
    plan.recipe = tuned.recipe;
    plan.tuning = tuned.tuning;
    const bool lost = !std::ranges::all_of(plan.release.checks, &ReleaseCheck::passed);
    const auto current =
        input.in_use == nullptr ? Result<Recipe>(Recipe()) : training::from_settings(input.in_use->configuration);
    if (!lost || input.in_use == nullptr || !current || !same_recipe(*current, kept.recipe) || input.force) return {};
    for (ReleaseCheck& check : plan.release.checks) {
        if (check.passed) continue;
        check.passed = true;
        check.says = "what the search found lost, the recipe in use is kept: " + check.says;
    }
    plan.recipe = kept.recipe;
    plan.tuning.chosen = kept.tuning.chosen;
    for (model::Trial& trial : plan.tuning.tried) trial.chosen = false;
    return {};
}

struct Answered {
    std::size_t asked = 0;
    double full = 0;           // share of the places that could be filled
    std::size_t distinct = 0;  // items
};

Answered ask_people(const SliceAnswers& answers, const std::vector<Question>& people, std::size_t places,
                    Executor& executor) {
    std::vector<std::vector<std::uint32_t>> lists(people.size());
    Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(answers.rows()); });
    executor.for_each_block(
        people.size(), [&](std::size_t person) { lists[person] = answers.list(people[person], *scratches.borrow()); });
    Answered answered{.asked = people.size()};
    std::set<std::uint32_t> distinct;
    std::size_t filled = 0;
    for (const auto& list : lists) {
        filled += list.size();
        distinct.insert(list.begin(), list.end());
    }
    if (!people.empty() && places > 0)
        answered.full = static_cast<double>(filled) / static_cast<double>(people.size() * places);
    answered.distinct = distinct.size();
    return answered;
}

constexpr const char* asked_placement = "home";

model::Figure figure(std::string metric, double value, std::size_t people) {
    return {.task = asked_placement,
            .metric = std::move(metric),
            .value = value,
            .low = value,
            .high = value,
            .queries = people};
}

const model::Figure* find(const model::Manifest& manifest, const model::Figure& like) {
    const auto found = std::ranges::find_if(manifest.figures, [&](const model::Figure& figure) {
        return figure.task == like.task && figure.metric == like.metric;
    });
    return found == manifest.figures.end() ? nullptr : &*found;
}

}  // namespace

Result<ReleasePlan> plan_release(const ReleaseInput& input, Executor& executor) {
    ReleasePlan plan{.recipe = input.training.recipe, .release = {}, .tuning = {}};
    plan.release.checks = review_input(input.training.history, input.known, input.settings.input);
    // What the input says is enough, and a comparison is the dear part.
    const bool goes_on =
        input.force || input.in_use == nullptr || std::ranges::all_of(plan.release.checks, &ReleaseCheck::passed);
    if (goes_on)
        if (auto chosen = choose(input, plan, executor); !chosen) return std::unexpected(chosen.error());
    settle(input, plan.release);
    return plan;
}

std::vector<model::Figure> review_answers(const NewModel& learned, const ReleaseInput& input, model::Release& release,
                                          Executor& executor) {
    const auto placement = input.placements.find(asked_placement);
    if (placement == input.placements.end()) return {};
    const RecipeChoiceSettings& choice = input.settings.comparison.choice;
    const training::History& history = input.training.history;
    const PastQuestions now{history, span_of(history).last, *learned.model, placement->second, choice};
    const auto people = questions_now(now, input.settings.people);
    const SliceAnswers answers(placement->first, placement->second, learned.model, learned.choice, choice);
    const std::size_t places = std::min(choice.cut_off, learned.model->items());
    const Answered answered = ask_people(answers, people, places, executor);
    std::vector<model::Figure> figures{figure(fmt::format("filled@{}", choice.cut_off), answered.full, people.size()),
                                       figure(fmt::format("distinct items@{}", choice.cut_off),
                                              static_cast<double>(answered.distinct), people.size())};
    for (const model::Figure& value : figures) {
        const model::Figure* const before = input.in_use == nullptr ? nullptr : find(*input.in_use, value);
        if (before == nullptr || before->queries == 0) continue;
        // As many people are asked as there are; a shop that grows shows more items.
        const bool passed = value.value >= input.settings.coverage_share * before->value;
        release.checks.push_back(
            {.name = "answers: " + value.metric,
             .passed = passed,
             .says = fmt::format("{:.4g} to {} people, {:.4g} to {} with the model in use{}", value.value,
                                 value.queries, before->value, before->queries,
                                 passed ? std::string()
                                        : fmt::format("; release.coverage_share asks for {:.0f} % of it",
                                                      100 * input.settings.coverage_share)),
             .value = value.value,
             .low = value.low,
             .high = value.high});
    }
    settle(input, release);
    return figures;
}

model::Manifest manifest_of(const ReleasePlan& plan, const PlacementChoice& choice,
                            const std::vector<model::Figure>& figures) {
    model::Manifest manifest;
    manifest.seed = plan.recipe.seed;
    manifest.configuration = training::to_settings(plan.recipe);
    manifest.weights = choice.weights;
    manifest.figures = choice.figures;
    manifest.figures.insert(manifest.figures.end(), figures.begin(), figures.end());
    manifest.rankers = choice.rankers;
    manifest.release = plan.release;
    manifest.release.checks.push_back(check_of(choice.taking));
    manifest.release.checks.insert(manifest.release.checks.end(), choice.shown.checks.begin(),
                                   choice.shown.checks.end());
    manifest.tuning = plan.tuning;
    return manifest;
}

std::string refusal(const model::Release& release) {
    std::string why;
    for (const ReleaseCheck& check : release.checks)
        if (!check.passed) why += fmt::format("{}{}: {}", why.empty() ? "" : "; ", check.name, check.says);
    return fmt::format("the release is refused and {} stays in use: {}. If this is meant to be so, train with --force",
                       release.compared_with, why);
}

}  // namespace vitrina::evaluation
