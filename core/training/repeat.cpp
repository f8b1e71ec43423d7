#include "training/repeat.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace vitrina::training {
namespace {

constexpr double shrink_buyers = 5;

struct Counts {
    std::vector<std::uint32_t> buyers, repeaters;  // by row
};

using Purchase = std::pair<std::uint32_t, std::uint32_t>;  // row, basket

// Distinct (row, basket) of a person's purchases, sorted.
std::vector<Purchase> purchases_of(const History& history, std::size_t person) {
    std::vector<Purchase> purchases;
    for (std::uint64_t entry = history.offsets[person]; entry < history.offsets[person + 1]; ++entry)
        if (history.action[entry] == state::Action::buy)
            purchases.emplace_back(history.item[entry], history.basket[entry]);
    std::ranges::sort(purchases);
    const auto repeats = std::ranges::unique(purchases);
    purchases.erase(repeats.begin(), repeats.end());
    return purchases;
}

// A person with a single order had no occasion to buy again and says nothing.
bool several_orders(const std::vector<Purchase>& purchases) {
    const auto other = [&](const Purchase& purchase) { return purchase.second != purchases.front().second; };
    return std::ranges::any_of(purchases, other);
}

void count(const std::vector<Purchase>& purchases, Counts& counts) {
    for (std::size_t first = 0; first < purchases.size();) {
        const std::uint32_t row = purchases[first].first;
        std::size_t end = first;
        while (end < purchases.size() && purchases[end].first == row) ++end;
        ++counts.buyers[row];
        if (end - first > 1) ++counts.repeaters[row];
        first = end;
    }
}

}  // namespace

void train_repeat(const History& history, model::ModelBuilder& builder) {
    const std::size_t rows = history.items.size();
    Counts counts{std::vector<std::uint32_t>(rows), std::vector<std::uint32_t>(rows)};
    for (std::size_t person = 0; person < history.people(); ++person) {
        const auto purchases = purchases_of(history, person);
        if (several_orders(purchases)) count(purchases, counts);
    }
    std::uint64_t buyers = 0, repeaters = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        buyers += counts.buyers[row];
        repeaters += counts.repeaters[row];
    }
    const double of_shop = buyers > 0 ? static_cast<double>(repeaters) / static_cast<double>(buyers) : 0;
    std::vector<float> rates(rows);
    for (std::size_t row = 0; row < rows; ++row)
        rates[row] = static_cast<float>((counts.repeaters[row] + shrink_buyers * of_shop) /
                                        (counts.buyers[row] + shrink_buyers));
    builder.add("repeat.rate", rates);
}

}  // namespace vitrina::training
