#include "training/next_basket.hpp"

#include <algorithm>

namespace vitrina::training {
namespace {

struct Bought {
    std::uint32_t item;
    std::uint32_t basket;  // 0 = the person's newest order
    bool operator==(const Bought&) const = default;
};

// The person's purchases, once an item and order, by item.
std::vector<Bought> purchases_of(const History& history, std::size_t person, std::uint32_t& orders) {
    std::vector<Bought> bought;
    orders = 0;
    std::uint32_t last = 0;
    for (std::uint64_t e = history.offsets[person + 1]; e-- > history.offsets[person];) {
        if (history.action[e] != state::Action::buy) continue;
        if (orders == 0 || history.basket[e] != last) ++orders;
        last = history.basket[e];
        bought.push_back({history.item[e], orders - 1});
    }
    std::ranges::sort(bought, [](const Bought& a, const Bought& b) {
        return a.item != b.item ? a.item < b.item : a.basket < b.basket;
    });
    bought.erase(std::ranges::unique(bought).begin(), bought.end());
    return bought;
}

struct People {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> items;
    std::vector<float> counts, lately, squares;
};

void add_person(const std::vector<Bought>& bought, std::uint32_t orders, std::uint32_t recent_baskets, People& to) {
    const auto recent = static_cast<float>(std::min(orders, recent_baskets));
    double sum = 0;
    for (std::size_t at = 0; at < bought.size();) {
        std::size_t end = at;
        float lately = 0;
        for (; end < bought.size() && bought[end].item == bought[at].item; ++end)
            lately += bought[end].basket < recent_baskets ? 1.0f : 0.0f;
        const auto count = static_cast<float>(end - at);
        to.items.push_back(bought[at].item);
        to.counts.push_back(count);
        to.lately.push_back(recent > 0 ? lately / recent : 0.0f);
        sum += static_cast<double>(count) * static_cast<double>(count);
        at = end;
    }
    to.offsets.push_back(to.items.size());
    to.squares.push_back(static_cast<float>(sum));
}

// For each item who bought it, at most the `most` last of the history's people.
void add_postings(const People& people, std::size_t items, std::uint32_t most, model::ModelBuilder& builder) {
    std::vector<std::uint32_t> buyers(items, 0);
    for (const std::uint32_t item : people.items) ++buyers[item];
    std::vector<std::uint64_t> offsets(items + 1, 0);
    for (std::size_t i = 0; i < items; ++i) offsets[i + 1] = offsets[i] + std::min(buyers[i], most);
    std::vector<std::uint32_t> persons(offsets[items]);
    std::vector<float> counts(offsets[items]);
    std::vector<std::uint64_t> next(offsets.begin(), offsets.end() - 1);
    for (std::size_t p = people.squares.size(); p-- > 0;)
        for (std::uint64_t e = people.offsets[p]; e < people.offsets[p + 1]; ++e) {
            const std::uint32_t item = people.items[e];
            if (next[item] == offsets[item + 1]) continue;
            persons[next[item]] = static_cast<std::uint32_t>(p);
            counts[next[item]++] = people.counts[e];
        }
    builder.add("next_basket.posting_offsets", offsets);
    builder.add("next_basket.postings", persons);
    builder.add("next_basket.posting_counts", counts);
}

}  // namespace

void train_next_basket(const History& history, const NextBasketRecipe& recipe, model::ModelBuilder& builder) {
    People people;
    for (std::size_t p = 0; p < history.people(); ++p) {
        std::uint32_t orders = 0;
        const std::vector<Bought> bought = purchases_of(history, p, orders);
        if (!bought.empty()) add_person(bought, orders, recipe.baskets, people);
    }
    if (people.squares.empty()) return;
    add_postings(people, history.items.size(), recipe.people_an_item, builder);
    builder.add("next_basket.offsets", people.offsets);
    builder.add("next_basket.items", people.items);
    builder.add("next_basket.lately", people.lately);
    builder.add("next_basket.squares", people.squares);
    builder.add("next_basket.query",
                std::vector<double>{static_cast<double>(recipe.baskets), static_cast<double>(recipe.neighbours),
                                    recipe.asymmetry, recipe.power, recipe.own_weight});
}

}  // namespace vitrina::training
