#include "training/popular.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/top_k.hpp"

namespace vitrina::training {
namespace {

double weight_of(state::Action action, const PopularRecipe& recipe) {
    switch (action) {
        case state::Action::view: return recipe.view_weight;
        case state::Action::wish: return recipe.wish_weight;
        case state::Action::cart: return recipe.cart_weight;
        case state::Action::buy: return 1;
        case state::Action::refund: return 0;
    }
    return 0;
}

struct Counts {
    std::vector<double> all, lately;
};

// Marks (basket, action) of the person at hand, so that a repeat within a basket counts once.
class Repeats {
public:
    explicit Repeats(std::size_t items) : last_(items * 6, 0) {}
    bool is_new(std::uint32_t item, state::Action action, std::uint64_t person_and_basket) {
        std::uint64_t& last = last_[item * std::size_t{6} + static_cast<std::size_t>(action)];
        return std::exchange(last, person_and_basket) != person_and_basket;
    }

private:
    std::vector<std::uint64_t> last_;
};

Counts counts_of(const History& history, const PopularRecipe& recipe) {
    Counts counts{std::vector<double>(history.items.size()), std::vector<double>(history.items.size())};
    Repeats repeats(history.items.size());
    const TimeMs newest = history.time.empty() ? 0 : *std::ranges::max_element(history.time);
    for (std::size_t p = 0; p < history.people(); ++p)
        for (std::uint64_t e = history.offsets[p]; e < history.offsets[p + 1]; ++e) {
            const std::uint64_t basket = ((p + 1) << 24) | (history.basket[e] & 0xffffff);
            if (!repeats.is_new(history.item[e], history.action[e], basket)) continue;
            const double weight = weight_of(history.action[e], recipe);
            const double age_days = static_cast<double>(newest - history.time[e]) / static_cast<double>(day_ms);
            counts.all[history.item[e]] += weight;
            counts.lately[history.item[e]] += weight * std::exp2(-age_days / recipe.half_life_days);
        }
    return counts;
}

void add_best(const std::vector<double>& counts, std::uint32_t rows, const std::string& name,
              model::ModelBuilder& builder) {
    TopK best(std::min<std::size_t>(rows, counts.size()));
    for (std::uint32_t r = 0; r < counts.size(); ++r)
        if (counts[r] > 0) best.offer({r, static_cast<float>(counts[r])});
    std::vector<std::uint32_t> kept;
    std::vector<float> scores;
    for (const Scored& item : best.take()) {
        kept.push_back(item.row);
        scores.push_back(item.score);
    }
    builder.add(name + ".rows", kept);
    builder.add(name + ".scores", scores);
}

}  // namespace

void train_popular(const History& history, const PopularRecipe& recipe, model::ModelBuilder& builder) {
    const Counts counts = counts_of(history, recipe);
    add_best(counts.all, recipe.rows, "popular", builder);
    const bool timed = std::ranges::any_of(history.time, [](TimeMs time) { return time != 0; });
    if (timed && recipe.half_life_days > 0) add_best(counts.lately, recipe.rows, "recent", builder);
}

}  // namespace vitrina::training
