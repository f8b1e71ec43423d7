#include "candidates/person_past.hpp"

#include <algorithm>
#include <cmath>

#include "candidates/row_places.hpp"

namespace vitrina::candidates {
namespace {

constexpr std::size_t history_entries = 500;  // newest that are looked at
constexpr std::size_t newest_items = 20;

void note(const features::Seen& seen, std::uint32_t place, std::vector<std::uint32_t>& index, Person& person) {
    if (index[place] == RowPlaces::none) {
        index[place] = static_cast<std::uint32_t>(person.items.size());
        const auto basket = static_cast<float>(seen.basket);
        const auto days = static_cast<float>(seen.age_ms) / static_cast<float>(day_ms);
        person.items.push_back({seen.row, 0, static_cast<float>(person.items.size() + 1), days, 0, 1, basket, basket});
    }
    Own& own = person.items[index[place]];
    own.actions += 1;
    own.newest_basket += seen.basket == 0 ? 1.0f : 0.0f;
    const auto basket = static_cast<float>(seen.basket);
    if (basket != own.first_basket) own.baskets += 1;
    own.first_basket = basket;
}

void add_share(std::vector<PlaceShare>& shares, std::span<const std::uint32_t> places, std::uint32_t row, float person,
               float here) {
    if (places[row] != no_place) shares.push_back({places[row], person, here});
}

void join(std::vector<PlaceShare>& shares) {
    std::ranges::stable_sort(shares, {}, &PlaceShare::place);
    std::size_t kept = 0;
    for (const PlaceShare& share : shares) {
        if (kept > 0 && shares[kept - 1].place == share.place) {
            shares[kept - 1].person += share.person;
            shares[kept - 1].here += share.here;
        } else {
            shares[kept++] = share;
        }
    }
    shares.resize(kept);
}

// Categories and brands of what the person touched, and of what is here: the context, else the newest basket.
void describe(const features::Query& query, const ItemFacts& facts, Person& person) {
    const bool context = person.context > 0;
    for (const Own& own : person.items) {
        const float part = context || person.newest_basket == 0 ? 0.0f : own.newest_basket / person.newest_basket;
        add_share(person.categories, facts.category, own.row, own.actions / person.actions, part);
        add_share(person.brands, facts.brand, own.row, own.actions / person.actions, part);
    }
    for (const std::uint32_t row : query.context) {
        if (row >= facts.people.size()) continue;
        add_share(person.categories, facts.category, row, 0, 1 / person.context);
        add_share(person.brands, facts.brand, row, 0, 1 / person.context);
    }
    join(person.categories);
    join(person.brands);
}

void name_newest(const features::Query& query, std::size_t rows, const std::vector<std::uint32_t>& seen,
                 Person& person) {
    for (const std::uint32_t row : query.context) {
        if (row >= rows) continue;
        person.context += 1;
        if (std::ranges::find(person.newest, row) == person.newest.end()) person.newest.push_back(row);
    }
    for (const std::uint32_t row : seen) {
        if (person.newest.size() >= newest_items) break;
        if (std::ranges::find(query.context, row) == query.context.end()) person.newest.push_back(row);
    }
    person.newest.resize(std::min(person.newest.size(), newest_items));
}

}  // namespace

Person person_of(const features::Query& query, const ItemFacts& facts) {
    Person person;
    RowPlaces seen_rows(history_entries);
    std::vector<std::uint32_t> index(history_entries + 1, RowPlaces::none);
    for (const features::Seen& seen : query.history) {
        if (person.actions == history_entries) break;
        if (seen.action == state::Action::refund || seen.row >= facts.people.size()) continue;
        seen_rows.add(seen.row);
        note(seen, seen_rows.find(seen.row), index, person);
        person.actions += 1;
        person.baskets = std::max(person.baskets, static_cast<float>(seen.basket + 1));
        person.newest_basket += seen.basket == 0 ? 1.0f : 0.0f;
        person.people += std::log1p(facts.people[seen.row]);
    }
    if (person.actions > 0) person.people /= person.actions;
    name_newest(query, facts.people.size(), seen_rows.rows(), person);
    describe(query, facts, person);
    std::ranges::sort(person.items, {}, &Own::row);
    return person;
}

}  // namespace vitrina::candidates
