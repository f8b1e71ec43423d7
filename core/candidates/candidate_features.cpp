#include "candidates/candidate_features.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/error.hpp"

namespace vitrina::candidates {
namespace {

// Of every candidate, beside what the sources say; in the order of `Column`.
constexpr std::string_view column_names[] = {
    "sources.naming",        // how many sources have it in their answer
    "sources.share",         // sum of shares
    "sources.nearness",      // sum of 1 / (10 + rank)
    "next.newest",           // share of the steps from the newest item that went to it
    "next.recent",           // the same from the newest five, each a factor 0.7 less
    "next.highest",          // the highest from the newest twenty
    "back.newest",           // share of the steps from it that went to the newest item
    "back.recent",           // the same to the newest five
    "own.actions",           // how often the person touched it
    "own.baskets",           // share of the person's baskets that hold it
    "own.age",               // places since the last time, 1 the newest; 1000 never
    "own.days",              // days since the last time; 10000 never
    "own.baskets_ago",       // baskets since the last time; 1000 never
    "own.due",               // baskets since the last time over its usual gap; 0 with fewer than two
    "own.newest_basket",     // actions on it in the newest basket
    "item.people",           // logarithm of people
    "item.count",            // logarithm of touches
    "item.lately",           // share of them lately
    "item.repeat",           // share of people who came back
    "item.beside_newest",    // people, logarithm over the newest item's
    "person.actions",        // how many
    "person.items",          // how many different ones
    "person.baskets",        // how many
    "person.newest_basket",  // actions in the newest basket
    "person.repeats",        // share of actions on an item touched before
    "person.people",         // mean logarithm of people of the items touched
};
enum Column : std::size_t {
    naming,
    share,
    nearness,
    next_newest,
    next_recent,
    next_highest,
    back_newest,
    back_recent,
    own_actions,
    own_baskets,
    own_age,
    own_days,
    own_baskets_ago,
    own_due,
    own_newest_basket,
    item_people,
    item_count,
    item_lately,
    item_repeat,
    item_beside_newest,
    person_actions,
    person_items,
    person_baskets,
    person_newest_basket,
    person_repeats,
    person_people,
    columns
};
static_assert(std::size(column_names) == columns);

constexpr std::size_t history_entries = 500;  // newest that are looked at
constexpr std::size_t recent_items = 5, more_items = 20;
constexpr float never_places = 1000, never_days = 10'000, never_baskets = 1000;

// Row → place among the candidates, open addressing in a table at most half full.
class Places {
public:
    explicit Places(std::size_t most) : slots_(std::bit_ceil(2 * most + 2), none) {}

    std::uint32_t find(std::uint32_t row) const {
        std::size_t slot = slot_of(row);
        while (slots_[slot] != none && rows_[slots_[slot]] != row) slot = (slot + 1) & (slots_.size() - 1);
        return slots_[slot];
    }
    // Precondition: fewer than `most` rows.
    bool add(std::uint32_t row) {
        std::size_t slot = slot_of(row);
        while (slots_[slot] != none && rows_[slots_[slot]] != row) slot = (slot + 1) & (slots_.size() - 1);
        if (slots_[slot] != none) return false;
        slots_[slot] = static_cast<std::uint32_t>(rows_.size());
        rows_.push_back(row);
        return true;
    }
    const std::vector<std::uint32_t>& rows() const { return rows_; }

    static constexpr std::uint32_t none = 0xffffffff;

private:
    std::size_t slot_of(std::uint32_t row) const { return (row * 0x9e3779b1u >> 7) & (slots_.size() - 1); }
    std::vector<std::uint32_t> slots_;
    std::vector<std::uint32_t> rows_;
};

Places union_of(std::span<const std::vector<Scored>> answers, const CandidateLimits& limits) {
    Places places(limits.most);
    for (std::size_t rank = 0; rank < limits.each; ++rank)
        for (const std::vector<Scored>& answer : answers)
            if (rank < answer.size() && places.rows().size() < limits.most) places.add(answer[rank].row);
    return places;
}

// Everything the person did with one item.
struct Own {
    std::uint32_t row;
    float actions, age, days, newest_basket, baskets, first_basket, last_basket;
};

struct Person {
    std::vector<Own> items;             // by row
    std::vector<std::uint32_t> newest;  // distinct items, newest first: the context's, then the history's
    float actions = 0, baskets = 0, newest_basket = 0, people = 0;
};

void note(const features::Seen& seen, std::uint32_t place, std::vector<std::uint32_t>& index, Person& person) {
    if (index[place] == Places::none) {
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

Person person_of(const features::Query& query, const ItemFacts& facts) {
    Person person;
    Places seen_rows(history_entries);
    std::vector<std::uint32_t> index(history_entries + 1, Places::none);
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
    for (const std::uint32_t row : query.context)
        if (row < facts.people.size() && std::ranges::find(person.newest, row) == person.newest.end())
            person.newest.push_back(row);
    for (const std::uint32_t row : seen_rows.rows()) {
        if (person.newest.size() >= more_items) break;
        if (std::ranges::find(query.context, row) == query.context.end()) person.newest.push_back(row);
    }
    person.newest.resize(std::min(person.newest.size(), more_items));
    std::ranges::sort(person.items, {}, &Own::row);
    return person;
}

// A row of features, by column.
class Rows {
public:
    Rows(std::size_t rows, std::size_t sources) : width_(of_source * sources + columns), values_(rows * width_, 0.0f) {}
    float& of_sources(std::size_t row, std::size_t source, std::size_t kind) {
        return values_[row * width_ + of_source * source + kind];
    }
    float& at(std::size_t row, Column column) { return values_[(row + 1) * width_ - columns + column]; }
    std::vector<float> take() { return std::move(values_); }

private:
    std::size_t width_;
    std::vector<float> values_;
};

void say_sources(std::span<const std::vector<Scored>> answers, const Places& places, std::size_t asked, Rows& to) {
    for (std::size_t s = 0; s < answers.size(); ++s) {
        for (std::size_t r = 0; r < places.rows().size(); ++r) to.of_sources(r, s, 2) = static_cast<float>(asked + 1);
        const float highest = answers[s].empty() ? 0.0f : answers[s].front().score;
        for (std::size_t rank = 0; rank < std::min(asked, answers[s].size()); ++rank) {
            const std::uint32_t r = places.find(answers[s][rank].row);
            if (r == Places::none) continue;
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

void say_next(const Person& person, const ItemFacts& facts, const Places& places, Rows& to) {
    float weight = 1;
    for (std::size_t age = 0; age < person.newest.size(); ++age) {
        const model::SparseRow next = facts.next.row(person.newest[age]);
        for (std::size_t n = 0; n < next.size(); ++n) {
            const std::uint32_t r = places.find(next.columns[n]);
            if (r == Places::none) continue;
            if (age == 0) to.at(r, next_newest) = next.values[n];
            if (age < recent_items) to.at(r, next_recent) += weight * next.values[n];
            to.at(r, next_highest) = std::max(to.at(r, next_highest), next.values[n]);
        }
        weight *= 0.7f;
    }
}

void say_back(const Person& person, const ItemFacts& facts, const Places& places, Rows& to) {
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
    to.at(r, own_days) = known ? own->days : never_days;
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

void say_item_and_person(const Person& person, const ItemFacts& facts, const Places& places, Rows& to) {
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
    return rows_of(query, answers, union_of(answers, limits_).rows());
}

RankingCandidates CandidateFeatures::make(const features::Query& query, std::span<const std::vector<Scored>> answers,
                                          std::span<const std::uint32_t> wanted) const {
    const Places all = union_of(answers, limits_);
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t row : wanted)
        if (all.find(row) != Places::none) rows.push_back(row);
    return rows_of(query, answers, rows);
}

RankingCandidates CandidateFeatures::rows_of(const features::Query& query, std::span<const std::vector<Scored>> answers,
                                             std::span<const std::uint32_t> wanted) const {
    ensure(answers.size() == sources_, "one answer a source is needed");
    Places places(wanted.size());
    for (const std::uint32_t row : wanted) places.add(row);
    const Person person = person_of(query, facts_);
    Rows rows(places.rows().size(), sources_);
    say_sources(answers, places, limits_.asked, rows);
    say_next(person, facts_, places, rows);
    say_back(person, facts_, places, rows);
    say_item_and_person(person, facts_, places, rows);
    return {places.rows(), rows.take()};
}

}  // namespace vitrina::candidates
