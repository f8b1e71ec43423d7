#include "evaluation/recipe_search.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/random.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {

namespace {

using training::Recipe;

struct Knob {
    std::function<double(const Recipe&)> get;
    std::function<void(Recipe&, double)> set;
    std::vector<double> values;  // ascending
};

template <class Part, class Number>
Knob knob(Part Recipe::* part, Number Part::* field, std::vector<double> values) {
    return {[=](const Recipe& recipe) { return static_cast<double>(recipe.*part.*field); },
            [=](Recipe& recipe, double value) { recipe.*part.*field = static_cast<Number>(value); }, std::move(values)};
}

double span_days(const training::History& history) {
    if (history.time.empty()) return 0;
    const auto [first, last] = std::ranges::minmax_element(history.time);
    return static_cast<double>(*last - *first) / static_cast<double>(day_ms);
}

std::vector<double> shares_of(double days) {
    std::vector<double> values;
    for (const double share : {0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 5.0})
        values.push_back(std::max(days, 1e-3) * share);
    return values;
}

std::vector<Knob> item_item_knobs() {
    using training::ItemItemRecipe;
    const auto part = &Recipe::item_item;
    return {knob(part, &ItemItemRecipe::user_power, {0, 0.2, 0.4, 0.6, 0.8, 1, 1.2}),
            knob(part, &ItemItemRecipe::item_power, {0, 0.1, 0.2, 0.3, 0.45, 0.6}),
            knob(part, &ItemItemRecipe::neighbours, {50, 100, 200, 500, 1000})};
}

std::vector<Knob> covisit_knobs() {
    using training::CovisitRecipe;
    const auto part = &Recipe::covisit;
    return {knob(part, &CovisitRecipe::backward, {0, 0.15, 0.3, 0.5, 0.75, 1}),
            knob(part, &CovisitRecipe::query_decay, {0.3, 0.4, 0.5, 0.65, 0.8, 0.9, 1}),
            knob(part, &CovisitRecipe::distance_decay, {0.3, 0.5, 0.7, 0.8, 0.9, 1}),
            knob(part, &CovisitRecipe::item_power, {0, 0.1, 0.2, 0.3, 0.45, 0.6}),
            knob(part, &CovisitRecipe::length_power, {0, 0.25, 0.5, 0.75, 1})};
}

std::vector<Knob> session_knn_knobs(const training::History& history) {
    using training::SessionKnnRecipe;
    const auto part = &Recipe::session_knn;
    return {knob(part, &SessionKnnRecipe::neighbours, {50, 100, 200, 500, 1000, 2000}),
            knob(part, &SessionKnnRecipe::match_distance, {0.7, 1, 2, 4, 8, 16}),
            knob(part, &SessionKnnRecipe::reminder_weight, {0, 0.1, 0.2, 0.35, 0.5, 0.75, 1}),
            knob(part, &SessionKnnRecipe::newest_weight, {0, 0.1, 0.25, 0.5, 0.75, 1}),
            knob(part, &SessionKnnRecipe::position_decay, {1, 2, 3, 5, 8, 13}),
            knob(part, &SessionKnnRecipe::recency_days, shares_of(span_days(history))),
            knob(part, &SessionKnnRecipe::idf, {0, 0.2, 0.5, 1, 2, 5}),
            knob(part, &SessionKnnRecipe::sessions_an_item, {500, 1500, 3000, 6000}),
            knob(part, &SessionKnnRecipe::match_age, {1, 2, 4, 8, 16}),
            knob(part, &SessionKnnRecipe::reminder_decay, {0.3, 0.5, 0.65, 0.8, 0.9, 1})};
}

std::vector<Knob> ials_knobs() {
    using training::IalsRecipe;
    const auto part = &Recipe::ials;
    return {knob(part, &IalsRecipe::dimensions, {32, 64, 128, 256}),
            knob(part, &IalsRecipe::unobserved, {0.003, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2}),
            knob(part, &IalsRecipe::regularisation, {0.001, 0.002, 0.005, 0.01, 0.02})};
}

std::vector<Knob> next_basket_knobs() {
    using training::NextBasketRecipe;
    const auto part = &Recipe::next_basket;
    return {knob(part, &NextBasketRecipe::own_weight, {0.1, 0.25, 0.5, 1, 2, 4}),
            knob(part, &NextBasketRecipe::neighbours, {25, 50, 100, 200, 400, 800}),
            knob(part, &NextBasketRecipe::baskets, {2, 5, 10, 20, 50}),
            knob(part, &NextBasketRecipe::asymmetry, {0, 0.25, 0.5, 0.75, 1}),
            knob(part, &NextBasketRecipe::power, {0.5, 1, 1.5, 2})};
}

std::vector<Knob> knobs_of(std::string_view source, const training::History& history) {
    if (source == "item_item") return item_item_knobs();
    if (source.starts_with("covisit")) return covisit_knobs();
    if (source == "session_knn") return session_knn_knobs(history);
    if (source == "ials") return ials_knobs();
    if (source == "next_basket") return next_basket_knobs();
    if (source == "recent")
        return {knob(&Recipe::popular, &training::PopularRecipe::half_life_days, shares_of(span_days(history)))};
    return {};
}

class Search {
public:
    Search(const RecipeSearch& search, const Recipe& start, Executor& executor)
        : search_(search), executor_(executor), knobs_(knobs_of(search.source, *search.history)) {
        choice_.recipe = start;
        best_ = attempt(start);
        choice_.start = choice_.objective = mean_value(best_).mean;
    }

    RecipeChoice run() {
        bool moved = !best_.empty();
        while (moved && left()) {
            moved = false;
            for (const Knob& knob : knobs_) moved |= left() && (walk(knob, 1) || walk(knob, -1));
        }
        return choice_;
    }

private:
    bool left() const { return choice_.trials < search_.trials; }

    // Objectives of the questions; empty where the source cannot be trained.
    std::vector<float> attempt(const Recipe& recipe) {
        ++choice_.trials;
        const auto trained = training::train(*search_.history, only(search_.source, recipe), {}, executor_);
        if (!trained) return {};
        const auto model = model::Model::from_bytes(trained->model_bytes);
        const auto source = model ? candidates::make_source(search_.source, *model) : nullptr;
        return source ? objectives_of(*source, search_.questions, search_.settings, executor_) : std::vector<float>{};
    }

    // Steps in one direction as long as each gains.
    bool walk(const Knob& knob, int direction) {
        bool moved = false;
        while (left()) {
            const double now = knob.get(choice_.recipe);
            const double next = neighbour(knob.values, now, direction);
            if (next == now) break;
            Recipe recipe = choice_.recipe;
            knob.set(recipe, next);
            std::vector<float> objectives = attempt(recipe);
            if (objectives.size() != best_.size()) break;
            if (!worth_it(objectives)) break;
            choice_.recipe = recipe;
            choice_.objective = mean_value(objectives).mean;
            best_ = std::move(objectives);
            moved = true;
        }
        return moved;
    }

    bool worth_it(const std::vector<float>& objectives) const {
        const PairedGain gain = paired_gain(best_, objectives);
        return gain.mean > (search_.settings.sampled ? mean_value(best_).standard_error : 0.5 * gain.standard_error);
    }

    // The next larger (smaller) value than `now`, or `now` at the end.
    static double neighbour(const std::vector<double>& values, double now, int direction) {
        const double slack = 1e-9 * std::max(1.0, std::abs(now));
        if (direction > 0) {
            const auto found = std::ranges::find_if(values, [&](double value) { return value > now + slack; });
            return found == values.end() ? now : *found;
        }
        const auto found =
            std::find_if(values.rbegin(), values.rend(), [&](double value) { return value < now - slack; });
        return found == values.rend() ? now : *found;
    }

    const RecipeSearch& search_;
    Executor& executor_;
    std::vector<Knob> knobs_;
    RecipeChoice choice_;
    std::vector<float> best_;
};

class Halving {
public:
    Halving(const HalvingSearch& halving, const Recipe& start, Executor& executor)
        : halving_(halving), start_(start), executor_(executor) {
        for (Knob& knob : knobs_of(halving.search.source, *halving.search.history))
            if (knob.get(halving.wanted) == knob.get(Recipe())) knobs_.push_back(std::move(knob));
    }

    std::vector<TriedRecipe> run() {
        std::vector<float> before = ask(start_, 1);
        const std::size_t drawn = first_rung(halving_.search.trials);
        if (before.empty() || knobs_.empty() || drawn == 0) return {};
        std::vector<Recipe> rung;
        for (std::size_t r = 0; r < drawn; ++r) rung.push_back(near_start(r));
        for (const std::size_t every : {4u, 2u}) rung = best_third(rung, every);
        decide(rung, before);
        return std::move(tried_);
    }

private:
    // As many as are over with both later rungs, beside the start.
    static std::size_t first_rung(std::size_t trials) {
        std::size_t drawn = 0;
        const auto third = [](std::size_t of) { return (of + 2) / 3; };
        while (drawn + 1 + third(drawn + 1) + third(third(drawn + 1)) + 1 <= trials) ++drawn;
        return drawn;
    }

    Recipe near_start(std::size_t number) const {
        Random random(halving_.seed, number);
        Recipe recipe = start_;
        for (std::size_t changed = 0; changed == 0;)
            for (const Knob& knob : knobs_) {
                if (random.below(2) == 0) continue;
                const auto at = std::ranges::lower_bound(knob.values, knob.get(start_)) - knob.values.begin();
                const auto most = static_cast<std::ptrdiff_t>(knob.values.size()) - 1;
                const auto to =
                    std::clamp<std::ptrdiff_t>(at + static_cast<std::ptrdiff_t>(random.below(5)) - 2, 0, most);
                knob.set(recipe, knob.values[static_cast<std::size_t>(to)]);
                ++changed;
            }
        return recipe;
    }

    std::vector<float> ask(const Recipe& recipe, std::size_t every) {
        std::vector<Question> questions;
        for (std::size_t q = 0; q < halving_.search.questions.size(); q += every)
            questions.push_back(halving_.search.questions[q]);
        tried_.push_back({recipe, 0, questions.size()});
        const auto trained =
            training::train(*halving_.search.history, only(halving_.search.source, recipe), {}, executor_);
        if (!trained) return {};
        const auto model = model::Model::from_bytes(trained->model_bytes);
        const auto source = model ? candidates::make_source(halving_.search.source, *model) : nullptr;
        if (!source) return {};
        auto objectives = objectives_of(*source, questions, halving_.search.settings, executor_);
        tried_.back().objective = mean_value(objectives).mean;
        return objectives;
    }

    std::vector<Recipe> best_third(const std::vector<Recipe>& rung, std::size_t every) {
        const std::size_t first = tried_.size();
        for (const Recipe& recipe : rung) static_cast<void>(ask(recipe, every));
        std::vector<std::size_t> order(rung.size());
        std::iota(order.begin(), order.end(), 0u);
        std::ranges::stable_sort(order, std::greater(), [&](std::size_t r) { return tried_[first + r].objective; });
        std::vector<Recipe> best;
        for (std::size_t r = 0; r < (rung.size() + 2) / 3; ++r) best.push_back(rung[order[r]]);
        return best;
    }

    std::size_t changes(const Recipe& recipe) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(knobs_, [&](const Knob& knob) { return knob.get(recipe) != knob.get(start_); }));
    }

    void decide(const std::vector<Recipe>& finalists, const std::vector<float>& before) {
        const std::size_t first = tried_.size();
        std::vector<std::vector<float>> objectives;
        for (const Recipe& recipe : finalists) objectives.push_back(ask(recipe, 1));
        const auto mean = [](const std::vector<float>& of) { return mean_value(of).mean; };
        const std::vector<float>& best = *std::ranges::max_element(objectives, {}, mean);
        std::size_t chosen = 0;  // of `tried_`: the start
        for (std::size_t f = 0; f < finalists.size(); ++f) {
            if (objectives[f].size() != before.size()) continue;
            const PairedGain missing = paired_gain(objectives[f], best), gain = paired_gain(before, objectives[f]);
            if (missing.mean > missing.standard_error || gain.mean <= gain.standard_error) continue;
            if (chosen == 0 || changes(finalists[f]) < changes(tried_[chosen].recipe)) chosen = first + f;
        }
        tried_[chosen].chosen = true;
    }

    const HalvingSearch& halving_;
    const Recipe& start_;
    Executor& executor_;
    std::vector<Knob> knobs_;
    std::vector<TriedRecipe> tried_;
};

}  // namespace

training::Recipe only(std::string_view source, training::Recipe recipe) {
    recipe.item_item.on = source == "item_item";
    recipe.covisit.on = source.starts_with("covisit");
    recipe.same_order.on = source == "same_order";
    recipe.kinds_together.on = source == "kinds_together";
    recipe.session_knn.on = source == "session_knn";
    recipe.ials.on = source == "ials";
    recipe.next_basket.on = source == "next_basket";
    recipe.content.on = source == "content";
    recipe.popular.on = source == "popular" || source == "recent";
    return recipe;
}

std::size_t knob_count(std::string_view source) { return knobs_of(source, {}).size(); }

std::vector<TriedRecipe> search_by_halving(const HalvingSearch& halving, const Recipe& start, Executor& executor) {
    return Halving(halving, start, executor).run();
}

RecipeChoice search_recipe(const RecipeSearch& search, const training::Recipe& start, Executor& executor) {
    return Search(search, start, executor).run();
}

}  // namespace vitrina::evaluation
