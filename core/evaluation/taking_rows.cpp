#include "evaluation/taking_rows.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "feedback/smoothed_rates.hpp"
#include "training/learning_names.hpp"

namespace vitrina::evaluation {

namespace {

using state::Action;
using training::History;

bool takes(Action action) { return action == Action::cart || action == Action::buy; }

// When the person next did something with an item, walking backwards through his entries; -1: never.
struct Later {
    TimeMs taken = -1, ordered = -1;
};

void look_at_person(const History& history, std::uint32_t person, TimeMs horizon_ms, std::vector<Look>& looks) {
    std::map<std::uint32_t, Later> later;
    const std::size_t first = looks.size();
    for (std::uint64_t e = history.offsets[person + 1]; e-- > history.offsets[person];) {
        const TimeMs time = history.time[e];
        if (takes(history.action[e])) later[history.item[e]].taken = time;
        if (history.action[e] == Action::buy) later[history.item[e]].ordered = time;
        if (history.action[e] != Action::view) continue;
        const Later& next = later[history.item[e]];
        const auto within = [&](TimeMs at) { return at >= 0 && at - time <= horizon_ms; };
        looks.push_back({.person = person,
                         .item = history.item[e],
                         .entry = e,
                         .time = time,
                         .taken = within(next.taken),
                         .ordered = within(next.ordered)});
    }
    std::reverse(looks.begin() + static_cast<std::ptrdiff_t>(first), looks.end());
}

// Of each item and basket the first view, unless the item was taken before it.
void keep_first_looks(const History& history, std::uint32_t person, std::size_t first, std::vector<Look>& looks) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> known;  // basket, item
    std::size_t next = first, kept = first;
    for (std::uint64_t e = history.offsets[person]; e < history.offsets[person + 1]; ++e) {
        const bool fresh = known.emplace(history.basket[e], history.item[e]).second;
        if (history.action[e] != Action::view) continue;
        if (fresh) looks[kept++] = looks[next];
        ++next;
    }
    looks.resize(kept);
}

std::uint32_t number_of(std::map<std::string, std::uint32_t, std::less<>>& numbers, std::string_view name) {
    if (name.empty()) return candidates::no_name;
    return numbers.try_emplace(std::string(name), static_cast<std::uint32_t>(numbers.size())).first->second;
}

// As feedback::ItemTrials counts them.
std::uint64_t category_of(std::uint32_t kind) { return kind == candidates::no_name ? 0 : std::uint64_t{kind} + 1; }

float median(std::vector<float> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

struct Prices {
    std::vector<float> ln;
    std::vector<bool> known;
};

Prices prices_of(std::size_t items, const training::ItemPrice& price) {
    Prices prices{std::vector<float>(items, 0.0f), std::vector<bool>(items, false)};
    for (std::uint32_t row = 0; price && row < items; ++row) {
        const double cost = price(row);
        prices.known[row] = cost > 0;
        if (cost > 0) prices.ln[row] = static_cast<float>(std::log(cost));
    }
    return prices;
}

void say_prices(const Prices& prices, training::TakingArrays& items) {
    std::map<std::uint32_t, std::vector<float>> by_kind;
    std::vector<float> all;
    for (std::size_t row = 0; row < prices.ln.size(); ++row) {
        if (!prices.known[row]) continue;
        by_kind[items.kind[row]].push_back(prices.ln[row]);
        all.push_back(prices.ln[row]);
    }
    std::map<std::uint32_t, float> usual;
    for (auto& [kind, values] : by_kind) usual[kind] = median(std::move(values));
    const float of_shop = median(std::move(all));
    for (std::size_t row = 0; row < prices.ln.size(); ++row) {
        if (!prices.known[row]) continue;
        items.price[row] = prices.ln[row] - usual[items.kind[row]];
        items.level[row] = prices.ln[row] - of_shop;
    }
}

}  // namespace

std::vector<Look> looks_of(const History& history, TimeMs horizon_ms) {
    std::vector<Look> looks;
    for (std::uint32_t person = 0; person < history.people(); ++person) {
        const std::size_t first = looks.size();
        look_at_person(history, person, horizon_ms, looks);
        keep_first_looks(history, person, first, looks);
    }
    const TimeMs newest = history.time.empty() ? 0 : *std::ranges::max_element(history.time);
    std::erase_if(looks, [&](const Look& look) { return look.time + horizon_ms > newest; });
    std::ranges::sort(looks, {}, [](const Look& look) { return std::tuple(look.time, look.person, look.entry); });
    return looks;
}

features::Query query_of(const History& history, const Look& look) {
    features::Query query;
    query.now = look.time;
    const std::uint64_t begin = history.offsets[look.person];
    for (std::uint64_t e = look.entry; e > begin && query.history.size() < candidates::taking_history; --e)
        query.history.push_back({.row = history.item[e - 1],
                                 .action = history.action[e - 1],
                                 .age_ms = look.time - history.time[e - 1],
                                 .quantity = history.quantity[e - 1],
                                 .basket = history.basket[look.entry] - history.basket[e - 1]});
    return query;
}

training::TakingArrays named_items(std::size_t items, const training::ItemText& text,
                                   const training::ItemPrice& price) {
    training::TakingArrays named;
    for (auto* column : {&named.rate, &named.orders, &named.looks, &named.price, &named.level})
        column->assign(items, 0);
    std::map<std::string, std::uint32_t, std::less<>> kinds, brands;
    for (std::uint32_t row = 0; row < items; ++row) {
        const std::string words = text ? text(row) : std::string();
        named.kind.push_back(number_of(kinds, training::first_name(words, training::category_line)));
        named.brand.push_back(number_of(brands, training::first_name(words, training::brand_line)));
    }
    say_prices(prices_of(items, price), named);
    return named;
}

training::TakingArrays with_rates(training::TakingArrays items, const History& history, std::span<const Look> looks,
                                  const WithoutPeople& left_out) {
    std::vector<feedback::Trials> taken(history.items.size()), ordered(history.items.size());
    for (const Look& look : looks) {
        if (look.person % left_out.folds == left_out.without) continue;
        taken[look.item].exposures += 1;
        taken[look.item].successes += look.taken ? 1 : 0;
        ordered[look.item].exposures += 1;
        ordered[look.item].successes += look.ordered ? 1 : 0;
    }
    const auto rates_of = [&](const std::vector<feedback::Trials>& trials) {
        std::vector<feedback::ItemTrials> all;
        for (std::size_t row = 0; row < trials.size(); ++row)
            all.push_back({history.items[row], category_of(items.kind[row]), trials[row]});
        return feedback::SmoothedRates(all);
    };
    const feedback::SmoothedRates of_taking = rates_of(taken), of_orders = rates_of(ordered);
    for (std::size_t row = 0; row < taken.size(); ++row) {
        const std::uint64_t category = category_of(items.kind[row]);
        items.looks[row] = static_cast<float>(taken[row].exposures);
        items.rate[row] = static_cast<float>(of_taking.item(history.items[row], category));
        items.orders[row] = static_cast<float>(of_orders.item(history.items[row], category));
    }
    return items;
}

}  // namespace vitrina::evaluation
