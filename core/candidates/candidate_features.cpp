#include "candidates/candidate_features.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "candidates/feature_columns.hpp"
#include "candidates/person_past.hpp"
#include "candidates/row_places.hpp"

namespace vitrina::candidates {
namespace {

constexpr std::size_t recent_items = 5;
constexpr float never_places = 1000, never_baskets = 1000;

RowPlaces union_of(std::span<const std::vector<Scored>> answers, const CandidateLimits& limits) {
    RowPlaces places(limits.most);
    for (std::size_t rank = 0; rank < limits.each; ++rank)
        for (const std::vector<Scored>& answer : answers)
            if (rank < answer.size() && places.rows().size() < limits.most) places.add(answer[rank].row);
    return places;
}

void say_sources(std::span<const std::vector<Scored>> answers, const RowPlaces& places, std::size_t asked, Rows& to) {
    for (std::size_t s = 0; s < answers.size(); ++s) {
        for (std::size_t r = 0; r < places.rows().size(); ++r) to.of_sources(r, s, 2) = static_cast<float>(asked + 1);
        const float highest = answers[s].empty() ? 0.0f : answers[s].front().score;
        for (std::size_t rank = 0; rank < std::min(asked, answers[s].size()); ++rank) {
            const std::uint32_t r = places.find(answers[s][rank].row);
            if (r == RowPlaces::none) continue;
            const float part = highest > 0 ? answers[s][rank].score / highest : 0.0f;
            to.of_sources(r, s, 0) = part;
            to.of_sources(r, s, 1) = answers[s][rank].score;
            to.of_sources(r, s, 2) = static_cast<float>(rank + 1);
            to.at(r, naming) += 1;
            to.at(r, share) += part;
            to.at(r, nearness) += 1.0f / static_cast<float>(rank + 11);
        }
    }
}

void say_next(const Person& person, const ItemFacts& facts, const RowPlaces& places, Rows& to) {
    float weight = 1;
    for (std::size_t age = 0; age < person.newest.size(); ++age) {
        const model::SparseRow next = facts.next.row(person.newest[age]);
        for (std::size_t n = 0; n < next.size(); ++n) {
            const std::uint32_t r = places.find(next.columns[n]);
            if (r == RowPlaces::none) continue;
            if (age == 0) to.at(r, next_newest) = next.values[n];
            if (age < recent_items) to.at(r, next_recent) += weight * next.values[n];
            to.at(r, next_highest) = std::max(to.at(r, next_highest), next.values[n]);
        }
        weight *= 0.7f;
    }
}

void say_back(const Person& person, const ItemFacts& facts, const RowPlaces& places, Rows& to) {
    const std::span recent = std::span(person.newest).first(std::min(recent_items, person.newest.size()));
    std::uint64_t filter = 0;  // most columns are none of the five: one bit says so
    for (const std::uint32_t row : recent) filter |= std::uint64_t{1} << (row & 63);
    for (std::size_t r = 0; r < places.rows().size(); ++r) {
        const model::SparseRow next = facts.next.row(places.rows()[r]);
        for (std::size_t n = 0; n < next.size(); ++n) {
            if ((filter >> (next.columns[n] & 63) & 1) == 0) continue;
            float weight = 1;
            for (std::size_t age = 0; age < recent.size(); ++age, weight *= 0.7f) {
                if (recent[age] != next.columns[n]) continue;
                if (age == 0) to.at(r, back_newest) = next.values[n];
                to.at(r, back_recent) += weight * next.values[n];
            }
        }
    }
}

void say_own(const Person& person, std::uint32_t row, std::size_t r, Rows& to) {
    const auto own = std::ranges::lower_bound(person.items, row, {}, &Own::row);
    const bool known = own != person.items.end() && own->row == row;
    to.at(r, own_age) = known ? own->age : never_places;
    to.at(r, own_days) = known ? own->days : unknown_days;
    to.at(r, own_baskets_ago) = known ? own->last_basket : never_baskets;
    if (!known) return;
    to.at(r, own_actions) = own->actions;
    to.at(r, own_baskets) = own->baskets / person.baskets;
    to.at(r, own_newest_basket) = own->newest_basket;
    if (own->baskets > 1) {
        // Histories whose baskets are not in order have no gaps to speak of; one basket is the least.
        to.at(r, own_due) =
            (own->last_basket + 1) * (own->baskets - 1) / std::max(1.0f, own->first_basket - own->last_basket);
    }
}

void say_item_and_person(const Person& person, const ItemFacts& facts, const RowPlaces& places, Rows& to) {
    const float newest = person.newest.empty() ? 0.0f : std::log1p(facts.people[person.newest.front()]);
    const auto items = static_cast<float>(person.items.size());
    for (std::size_t r = 0; r < places.rows().size(); ++r) {
        const std::uint32_t row = places.rows()[r];
        say_own(person, row, r, to);
        to.at(r, item_people) = std::log1p(facts.people[row]);
        to.at(r, item_count) = std::log1p(facts.count[row]);
        to.at(r, item_lately) = facts.lately[row];
        to.at(r, item_repeat) = facts.repeat[row];
        to.at(r, item_beside_newest) = to.at(r, item_people) - newest;
        to.at(r, person_actions) = person.actions;
        to.at(r, person_items) = items;
        to.at(r, person_baskets) = person.baskets;
        to.at(r, person_newest_basket) = person.newest_basket;
        to.at(r, person_repeats) = person.actions > 0 ? 1 - items / person.actions : 0.0f;
        to.at(r, person_people) = person.people;
    }
}

const PlaceShare* share_of(std::span<const PlaceShare> shares, std::uint32_t place) {
    const auto found = std::ranges::lower_bound(shares, place, {}, &PlaceShare::place);
    return found != shares.end() && found->place == place ? &*found : nullptr;
}

void say_places(const Person& person, const ItemFacts& facts, std::uint32_t row, std::size_t r, Rows& to) {
    const auto same_as_newest = [&](std::span<const std::uint32_t> places) {
        return !person.newest.empty() && places[person.newest.front()] == places[row] ? 1.0f : 0.0f;
    };
    if (facts.category[row] != no_place) {
        if (const PlaceShare* share = share_of(person.categories, facts.category[row])) {
            to.at(r, category_person) = share->person;
            to.at(r, category_here) = share->here;
        }
        to.at(r, category_newest) = same_as_newest(facts.category);
        to.at(r, category_people) = to.at(r, item_people) - std::log1p(facts.category_people[row]);
    }
    if (facts.brand[row] == no_place) return;
    if (const PlaceShare* share = share_of(person.brands, facts.brand[row])) {
        to.at(r, brand_person) = share->person;
        to.at(r, brand_here) = share->here;
    }
    to.at(r, brand_newest) = same_as_newest(facts.brand);
}

// What a shopper sees of the item before he knows it.
void say_shelf(const Person& person, const ItemFacts& facts, const RowPlaces& places, Rows& to) {
    for (std::size_t r = 0; r < places.rows().size(); ++r) {
        const std::uint32_t row = places.rows()[r];
        to.at(r, age_first) = facts.age[row];
        to.at(r, age_idle) = facts.idle[row];
        to.at(r, age_trend) = facts.trend[row];
        say_places(person, facts, row, r, to);
    }
}

ItemFacts facts_of(const model::Model& model) {
    const auto facts = item_facts(model);
    ensure(facts.has_value(), "features of candidates need a model with facts about its items");
    return *facts;
}

}  // namespace

CandidateFeatures::CandidateFeatures(std::shared_ptr<const model::Model> model, std::vector<std::string_view> sources,
                                     CandidateLimits limits)
    : model_(std::move(model)), facts_(facts_of(*model_)), sources_(sources.size()), limits_(limits) {
    for (const std::string_view source : sources)
        for (const std::string_view kind : {".share", ".score", ".rank"})
            names_.push_back(std::string(source) + std::string(kind));
    names_.insert(names_.end(), std::begin(column_names), std::end(column_names));
}

RankingCandidates CandidateFeatures::make(const features::Query& query,
                                          std::span<const std::vector<Scored>> answers) const {
    ensure(answers.size() == sources_, "one answer a source is needed");
    const RowPlaces places = union_of(answers, limits_);
    const Person person = person_of(query, facts_);
    Rows rows(places.rows().size(), sources_);
    say_sources(answers, places, limits_.asked, rows);
    say_next(person, facts_, places, rows);
    say_back(person, facts_, places, rows);
    say_item_and_person(person, facts_, places, rows);
    say_shelf(person, facts_, places, rows);
    return {places.rows(), rows.take()};
}

}  // namespace vitrina::candidates
