#include "evaluation/recipe_comparison.hpp"

#include <algorithm>
#include <cmath>

#include "base/pool.hpp"
#include "base/random.hpp"
#include "evaluation/past_questions.hpp"
#include "evaluation/slice_answers.hpp"

namespace vitrina::evaluation {

namespace {

constexpr std::size_t questions_a_block = 128;

// What a training with one recipe would have put in use at the cut.
struct AtCut {
    std::shared_ptr<const model::Model> model;
    PlacementChoice choice;
};

Result<AtCut> learn(const TrainingInput& past, const ComparedRecipes& recipes, const ComparisonSettings& settings,
                    Executor& executor) {
    auto choice = choose_recipe(past, recipes.placements, executor, settings.choice);
    if (!choice) return std::unexpected(choice.error());
    const auto rankers = choice->learned();
    auto trained = training::train(past.history, past.recipe, past.text, executor, {.rankers = rankers});
    if (!trained) return std::unexpected(trained.error());
    auto model = model::Model::from_bytes(std::move(trained->model_bytes));
    if (!model) return std::unexpected(model.error());
    return AtCut{std::move(*model), std::move(*choice)};
}

std::vector<float> objectives_of(const SliceAnswers& answers, const std::vector<Question>& questions,
                                 std::size_t cut_off, Executor& executor) {
    std::vector<float> objectives(questions.size());
    Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(answers.rows()); });
    executor.for_each_block(block_count(questions.size(), questions_a_block), [&](std::size_t block) {
        const auto scratch = scratches.borrow();
        const std::size_t end = std::min(questions.size(), (block + 1) * questions_a_block);
        for (std::size_t q = block * questions_a_block; q < end; ++q) {
            const Metrics metrics = metrics_at(answers.list(questions[q], *scratch), questions[q].truth(), cut_off);
            objectives[q] = static_cast<float>((metrics.recall + metrics.ndcg) / 2);
        }
    });
    return objectives;
}

// By person, of one placement: sums of both, and the number of the person's questions.
struct Sums {
    double current = 0, candidate = 0, questions = 0;
    void add(const Sums& other) {
        current += other.current;
        candidate += other.candidate;
        questions += other.questions;
    }
};

double relative(double current, double candidate) {
    if (current > 0) return (candidate - current) / current;
    return candidate > 0 ? 1 : 0;
}

// The change of each placement, and last that of the mean over placements.
std::vector<double> changes_of(const std::vector<Sums>& totals) {
    std::vector<double> changes;
    double current = 0, candidate = 0;
    for (const Sums& total : totals) {
        changes.push_back(relative(total.current, total.candidate));
        if (total.questions == 0) continue;
        current += total.current / total.questions;
        candidate += total.candidate / total.questions;
    }
    changes.push_back(relative(current, candidate));
    return changes;
}

// Persons × placements, row-major.
std::vector<Sums> sums_by_person(const std::vector<PairedValues>& placements) {
    std::vector<std::uint32_t> persons;
    for (const PairedValues& placement : placements)
        persons.insert(persons.end(), placement.unit.begin(), placement.unit.end());
    std::ranges::sort(persons);
    persons.erase(std::ranges::unique(persons).begin(), persons.end());
    std::vector<Sums> sums(persons.size() * placements.size());
    for (std::size_t p = 0; p < placements.size(); ++p)
        for (std::size_t q = 0; q < placements[p].unit.size(); ++q) {
            const auto person = std::ranges::lower_bound(persons, placements[p].unit[q]) - persons.begin();
            sums[static_cast<std::size_t>(person) * placements.size() + p].add(
                {static_cast<double>(placements[p].current[q]), static_cast<double>(placements[p].candidate[q]), 1});
        }
    return sums;
}

Interval interval_of(double value, std::vector<double> resampled) {
    std::ranges::sort(resampled);
    const auto quantile = [&](double share) {
        if (resampled.empty()) return value;
        return resampled[static_cast<std::size_t>(std::lround(share * static_cast<double>(resampled.size() - 1)))];
    };
    return {value, std::min(value, quantile(0.025)), std::max(value, quantile(0.975))};
}

}  // namespace

RecipeComparison compare_values(const std::vector<PairedValues>& placements, const BootstrapSettings& settings,
                                Executor& executor) {
    RecipeComparison comparison;
    comparison.all.task = "all";
    const std::size_t width = placements.size();
    const std::vector<Sums> sums = sums_by_person(placements);
    if (sums.empty()) return comparison;
    const std::size_t persons = sums.size() / width;
    const auto total = [&](const auto& person_of) {
        std::vector<Sums> totals(width);
        for (std::size_t draw = 0; draw < persons; ++draw) {
            const std::size_t person = person_of(draw);
            for (std::size_t p = 0; p < width; ++p) totals[p].add(sums[person * width + p]);
        }
        return totals;
    };
    const std::vector<Sums> totals = total([](std::size_t draw) { return draw; });
    const std::vector<double> values = changes_of(totals);
    std::vector<std::vector<double>> resampled(settings.resamples);
    executor.for_each_block(settings.resamples, [&](std::size_t block) {
        Random random(settings.seed, block);
        resampled[block] = changes_of(total([&](std::size_t) { return random.below(persons); }));
    });
    for (std::size_t p = 0; p <= width; ++p) {
        std::vector<double> column;
        for (const std::vector<double>& one : resampled) column.push_back(one[p]);
        const Interval change = interval_of(values[p], std::move(column));
        if (p == width) {
            comparison.all.change = change;
            continue;
        }
        const Sums& of = totals[p];
        comparison.changes.push_back({.task = placements[p].task,
                                      .questions = placements[p].unit.size(),
                                      .current = of.questions > 0 ? of.current / of.questions : 0,
                                      .candidate = of.questions > 0 ? of.candidate / of.questions : 0,
                                      .change = change});
        comparison.all.questions += placements[p].unit.size();
        comparison.all.current += comparison.changes.back().current / static_cast<double>(width);
        comparison.all.candidate += comparison.changes.back().candidate / static_cast<double>(width);
    }
    return comparison;
}

Result<RecipeComparison> compare_recipes(const ComparedRecipes& recipes, const ComparisonSettings& settings,
                                         Executor& executor) {
    const training::History& history = recipes.input.history;
    const TimeMs through = slice_cut(history, settings.choice.horizon_ms);
    const training::History past = history_through(history, through);
    if (past.entries() == 0 || past.entries() == history.entries()) return compare_values({}, {}, executor);
    const auto current = learn({past, recipes.current, recipes.input.text}, recipes, settings, executor);
    if (!current) return std::unexpected(current.error());
    const auto candidate = learn({past, recipes.input.recipe, recipes.input.text}, recipes, settings, executor);
    if (!candidate) return std::unexpected(candidate.error());
    std::vector<PairedValues> values;
    for (const auto& [name, placement] : recipes.placements) {
        // What must not be shown again is read from the past, not from what a recipe made of it.
        const PastQuestions asked{history, through, *current->model, placement, settings.choice};
        const auto questions = sample(questions_of(name, asked), settings.questions, settings.choice.seed);
        if (questions.size() < settings.choice.least_questions) continue;
        PairedValues& of = values.emplace_back();
        of.task = name;
        const auto measured = [&](const AtCut& learned) {
            const SliceAnswers answers(name, placement, learned.model, learned.choice, settings.choice);
            return objectives_of(answers, questions, settings.choice.cut_off, executor);
        };
        of.current = measured(*current);
        of.candidate = measured(*candidate);
        for (const Question& question : questions) of.unit.push_back(question.unit);
    }
    return compare_values(values, settings.bootstrap, executor);
}

}  // namespace vitrina::evaluation
