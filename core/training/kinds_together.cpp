#include "training/kinds_together.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/top_k.hpp"
#include "candidates/kinds_together.hpp"
#include "training/learning_names.hpp"

namespace vitrina::training {
namespace {

using candidates::no_kind;
using state::Action;

struct Kinds {
    std::vector<std::uint32_t> of;  // by row
    std::size_t count = 0;
};

// Numbers in the order in which rows name them.
Kinds kinds_of(std::size_t rows, const ItemText& text) {
    Kinds kinds{std::vector<std::uint32_t>(rows, no_kind), 0};
    std::map<std::string, std::uint32_t, std::less<>> numbers;
    for (std::uint32_t row = 0; text && row < rows; ++row) {
        const std::string words = text(row);
        const std::string_view category = first_name(words, category_line);
        if (category.empty()) continue;
        const auto next = static_cast<std::uint32_t>(numbers.size());
        kinds.of[row] = numbers.try_emplace(std::string(category), next).first->second;
    }
    kinds.count = numbers.size();
    return kinds;
}

// What became of an item in a basket; steps count from the basket's begin, the lines of an order are one.
struct Touched {
    std::uint32_t kind = 0;
    std::uint32_t first = 0;
    std::optional<std::uint32_t> taken;
};

struct Pairs {
    std::vector<std::map<std::uint32_t, double>> together;  // n_ab
    std::vector<double> taken;                              // n_a
};

bool takes(Action action) { return action == Action::cart || action == Action::buy; }

std::vector<Touched> touched_in(const History& history, const Kinds& kinds, std::uint64_t begin, std::uint64_t end) {
    std::map<std::uint32_t, Touched> items;
    std::uint32_t step = 0;
    for (std::uint64_t e = begin; e < end; ++e) {
        const bool one_order = e > begin && history.action[e] == Action::buy && history.action[e - 1] == Action::buy &&
                               history.time[e] == history.time[e - 1];
        if (!one_order) ++step;
        const std::uint32_t kind = kinds.of[history.item[e]];
        if (kind == no_kind || history.action[e] == Action::refund) continue;
        Touched& touched = items.try_emplace(history.item[e], Touched{kind, step, {}}).first->second;
        if (takes(history.action[e]) && !touched.taken) touched.taken = step;
    }
    std::vector<Touched> all;
    for (const auto& [item, touched] : items) all.push_back(touched);
    return all;
}

// How much it counts that `other` was touched, once `taken` had been taken; 0 where it was there before.
double turned_to(const Touched& taken, const Touched& other, double view_weight) {
    if (other.taken) return *other.taken >= *taken.taken ? 1 : 0;
    return other.first > *taken.taken ? view_weight : 0;
}

void count_basket(const std::vector<Touched>& basket, double view_weight, Pairs& pairs) {
    std::map<std::uint32_t, std::size_t> first_taken;  // by kind
    for (std::size_t t = 0; t < basket.size(); ++t) {
        if (!basket[t].taken) continue;
        const auto [known, fresh] = first_taken.try_emplace(basket[t].kind, t);
        if (!fresh && *basket[t].taken < *basket[known->second].taken) known->second = t;
    }
    for (const auto& [kind, place] : first_taken) {
        std::map<std::uint32_t, double> turned;
        for (std::size_t t = 0; t < basket.size(); ++t) {
            const double weight = t == place ? 0 : turned_to(basket[place], basket[t], view_weight);
            if (weight > 0) turned[basket[t].kind] = std::max(turned[basket[t].kind], weight);
        }
        pairs.taken[kind] += 1;
        for (const auto& [other, weight] : turned) pairs.together[kind][other] += weight;
    }
}

Pairs pairs_of(const History& history, const Kinds& kinds, const KindsTogetherRecipe& recipe) {
    Pairs pairs{std::vector<std::map<std::uint32_t, double>>(kinds.count), std::vector<double>(kinds.count)};
    for (std::size_t p = 0; p < history.people(); ++p)
        for (std::uint64_t at = history.offsets[p], end = at; at < history.offsets[p + 1]; at = end) {
            while (end < history.offsets[p + 1] && history.basket[end] == history.basket[at]) ++end;
            const std::uint64_t most = std::min<std::uint64_t>(end, at + recipe.basket_entries);
            count_basket(touched_in(history, kinds, at, most), recipe.view_weight, pairs);
        }
    return pairs;
}

// p_b, and 0 everywhere where nothing was taken.
std::vector<double> shares(const Pairs& pairs) {
    std::vector<double> share(pairs.taken.size());
    double all = 0;
    for (const double taken : pairs.taken) all += taken;
    for (const auto& row : pairs.together)
        for (const auto& [other, weight] : row) share[other] += weight / all;
    return share;
}

void add_likeliest(const Pairs& pairs, const KindsTogetherRecipe& recipe, model::ModelBuilder& builder) {
    const std::vector<double> share = shares(pairs);
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> kinds;
    std::vector<float> values;
    TopK usual(std::min<std::size_t>(recipe.kinds, share.size()));
    for (std::uint32_t kind = 0; kind < share.size(); ++kind)
        if (share[kind] > 0) usual.offer({kind, static_cast<float>(share[kind])});
    const std::vector<Scored> usually = usual.take();
    for (std::size_t kind = 0; kind < share.size(); ++kind) {
        std::map<std::uint32_t, double> counted = pairs.together[kind];
        for (const Scored& other : usually) counted.try_emplace(other.row, 0.0);
        TopK best(std::min<std::size_t>(recipe.kinds, counted.size()));
        for (const auto& [other, weight] : counted)
            best.offer({other, static_cast<float>((weight + recipe.shrink * share[other]) /
                                                  (pairs.taken[kind] + recipe.shrink))});
        for (const Scored& other : best.take()) {
            kinds.push_back(other.row);
            values.push_back(other.score);
        }
        offsets.push_back(kinds.size());
    }
    builder.add("kinds_together.offsets", offsets);
    builder.add("kinds_together.kinds", kinds);
    builder.add("kinds_together.values", values);
}

double sought(Action action) {
    if (action == Action::buy) return 1;
    if (action == Action::cart) return 0.3;
    return action == Action::view ? 0.05 : 0;
}

void add_items(const History& history, const Kinds& kinds, const KindsTogetherRecipe& recipe,
               model::ModelBuilder& builder) {
    std::vector<double> count(history.items.size());
    const TimeMs newest = history.time.empty() ? 0 : *std::ranges::max_element(history.time);
    for (std::uint64_t e = 0; e < history.entries(); ++e) {
        const double age_days = static_cast<double>(newest - history.time[e]) / static_cast<double>(day_ms);
        count[history.item[e]] += sought(history.action[e]) * std::exp2(-age_days / recipe.half_life_days);
    }
    std::vector<TopK> best(kinds.count, TopK(recipe.items));
    for (std::uint32_t row = 0; row < count.size(); ++row)
        if (kinds.of[row] != no_kind && count[row] > 0)
            best[kinds.of[row]].offer({row, static_cast<float>(count[row])});
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> items;
    for (TopK& of_kind : best) {
        for (const Scored& item : of_kind.take()) items.push_back(item.row);
        offsets.push_back(items.size());
    }
    builder.add("kinds_together.item_offsets", offsets);
    builder.add("kinds_together.items", items);
}

}  // namespace

void train_kinds_together(const History& history, const KindsTogetherRecipe& recipe, const ItemText& text,
                          model::ModelBuilder& builder) {
    const Kinds kinds = kinds_of(history.items.size(), text);
    const Pairs pairs = pairs_of(history, kinds, recipe);
    if (std::ranges::none_of(pairs.together, [](const auto& row) { return !row.empty(); })) return;
    builder.add("kinds_together.of", kinds.of);
    add_likeliest(pairs, recipe, builder);
    add_items(history, kinds, recipe, builder);
    builder.add("kinds_together.query", std::vector<double>{recipe.item_decay});
}

}  // namespace vitrina::training
