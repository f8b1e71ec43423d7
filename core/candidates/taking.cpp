#include "candidates/taking.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/error.hpp"

namespace vitrina::candidates {
namespace {

// In the order of `Column`.
constexpr std::string_view column_names[] = {
    "item.rate",           // as the model's facts
    "item.orders",         // the same
    "item.looks",          // logarithm
    "item.price",          // beside its kind
    "item.level",          // beside the shop
    "own.looks",           // how often the person looked at it
    "own.taken",           // whether he took it before
    "own.days",            // days since the last time; 10000 never
    "brand.looks",         // how much of what the person looks at has its brand: items, logarithm
    "brand.share",         // the same as a share of all items looked at, shrunk
    "brand.takes",         // items of the brand that he took, logarithm
    "kind.looks",          // items of its kind that he looked at, logarithm
    "kind.visit_looks",    // in this visit
    "kind.takes",          // items of its kind that he took, logarithm
    "kind.visit_takes",    // in this visit
    "price.beside_looks",  // beside the mean of what he looks at, shrunk
    "price.beside_takes",  // beside the mean of what he takes, shrunk
    "level.beside_looks",  // the same for the level
    "level.beside_takes",  //
    "visit.looks",         // items that he looked at in this visit
    "visit.takes",         // and took
    "person.looks",        // logarithm of items
    "person.rate",         // share of what he looked at that he took, shrunk
};
enum Column : std::size_t {
    item_rate,
    item_orders,
    item_looks,
    item_price,
    item_level,
    own_looks,
    own_taken,
    own_days,
    brand_looks,
    brand_share,
    brand_takes,
    kind_looks,
    kind_visit_looks,
    kind_takes,
    kind_visit_takes,
    price_beside_looks,
    price_beside_takes,
    level_beside_looks,
    level_beside_takes,
    visit_looks,
    visit_takes,
    person_looks,
    person_rate,
    columns
};
static_assert(std::size(column_names) == columns);

constexpr float shrink = 3;  // items that a mean or a share is imagined to stand on besides its own
constexpr float never_days = 10'000;

// What the person did with one item.
struct Own {
    std::uint32_t row = 0;
    float looks = 0, days = never_days;
    bool taken = false, looked_in_visit = false, taken_in_visit = false;
};

// Items of one brand or kind that the person touched.
struct Touched {
    std::uint32_t name = no_name;
    float looks = 0, visit_looks = 0, takes = 0, visit_takes = 0;
};

struct Mean {
    float sum = 0, items = 0;
    void add(float value) {
        sum += value;
        items += 1;
    }
    float shrunk() const { return sum / (items + shrink); }
};

struct Person {
    std::vector<Own> items;              // by row
    std::vector<Touched> brands, kinds;  // by name
    Touched all;
    Mean looked_price, taken_price, looked_level, taken_level;
};

void note(const features::Seen& seen, Own& own) {
    const bool takes = seen.action == state::Action::cart || seen.action == state::Action::buy;
    const bool now = seen.age_ms <= taking_visit_ms;
    own.looks += seen.action == state::Action::view ? 1.0f : 0.0f;
    own.days = std::min(own.days, static_cast<float>(seen.age_ms) / static_cast<float>(day_ms));
    own.taken = own.taken || takes;
    own.looked_in_visit = own.looked_in_visit || now;
    own.taken_in_visit = own.taken_in_visit || (takes && now);
}

std::vector<Own> items_of(const features::Query& query, std::size_t rows) {
    std::vector<const features::Seen*> newest;
    for (const features::Seen& seen : query.history) {
        if (newest.size() == taking_history) break;
        if (seen.action != state::Action::refund && seen.row < rows) newest.push_back(&seen);
    }
    std::ranges::stable_sort(newest, {}, &features::Seen::row);
    std::vector<Own> items;
    for (const features::Seen* seen : newest) {
        if (items.empty() || items.back().row != seen->row) items.push_back({.row = seen->row});
        note(*seen, items.back());
    }
    return items;
}

void add(const Own& own, Touched& to) {
    to.looks += 1;
    to.visit_looks += own.looked_in_visit ? 1.0f : 0.0f;
    to.takes += own.taken ? 1.0f : 0.0f;
    to.visit_takes += own.taken_in_visit ? 1.0f : 0.0f;
}

std::vector<Touched> by_name(const std::vector<Own>& items, std::span<const std::uint32_t> names) {
    std::vector<Touched> touched;
    for (const Own& own : items) {
        const std::uint32_t name = names[own.row];
        if (name == no_name) continue;
        auto found = std::ranges::find(touched, name, &Touched::name);
        if (found == touched.end()) found = touched.insert(touched.end(), {.name = name});
        add(own, *found);
    }
    std::ranges::sort(touched, {}, &Touched::name);
    return touched;
}

Person person_of(const TakingFacts& facts, const features::Query& query) {
    Person person;
    person.items = items_of(query, facts.rate.size());
    person.brands = by_name(person.items, facts.brand);
    person.kinds = by_name(person.items, facts.kind);
    for (const Own& own : person.items) {
        add(own, person.all);
        person.looked_price.add(facts.price[own.row]);
        person.looked_level.add(facts.level[own.row]);
        if (!own.taken) continue;
        person.taken_price.add(facts.price[own.row]);
        person.taken_level.add(facts.level[own.row]);
    }
    return person;
}

Touched of_name(const std::vector<Touched>& touched, std::uint32_t name) {
    const auto found = std::ranges::lower_bound(touched, name, {}, &Touched::name);
    return found != touched.end() && found->name == name && name != no_name ? *found : Touched{};
}

void say_own(const Person& person, std::uint32_t row, std::span<float> to) {
    const auto found = std::ranges::lower_bound(person.items, row, {}, &Own::row);
    const Own own = found != person.items.end() && found->row == row ? *found : Own{};
    to[own_looks] = own.looks;
    to[own_taken] = own.taken ? 1 : 0;
    to[own_days] = own.days;
}

void say(const TakingFacts& facts, const Person& person, std::uint32_t row, std::span<float> to) {
    to[item_rate] = facts.rate[row];
    to[item_orders] = facts.orders[row];
    to[item_looks] = std::log1p(facts.looks[row]);
    to[item_price] = facts.price[row];
    to[item_level] = facts.level[row];
    say_own(person, row, to);
    const Touched brand = of_name(person.brands, facts.brand[row]), kind = of_name(person.kinds, facts.kind[row]);
    to[brand_looks] = std::log1p(brand.looks);
    to[brand_share] = brand.looks / (person.all.looks + shrink);
    to[brand_takes] = std::log1p(brand.takes);
    to[kind_looks] = std::log1p(kind.looks);
    to[kind_visit_looks] = kind.visit_looks;
    to[kind_takes] = std::log1p(kind.takes);
    to[kind_visit_takes] = kind.visit_takes;
    to[price_beside_looks] = facts.price[row] - person.looked_price.shrunk();
    to[price_beside_takes] = facts.price[row] - person.taken_price.shrunk();
    to[level_beside_looks] = facts.level[row] - person.looked_level.shrunk();
    to[level_beside_takes] = facts.level[row] - person.taken_level.shrunk();
    to[visit_looks] = person.all.visit_looks;
    to[visit_takes] = person.all.visit_takes;
    to[person_looks] = std::log1p(person.all.looks);
    to[person_rate] = person.all.takes / (person.all.looks + shrink);
}

}  // namespace

std::optional<TakingFacts> taking_facts(const model::Model& model) {
    if (!model.has("taken.rate")) return std::nullopt;
    const TakingFacts facts{model.section<float>("taken.rate"),         model.section<float>("taken.orders"),
                            model.section<float>("taken.looks"),        model.section<float>("taken.price"),
                            model.section<float>("taken.level"),        model.section<std::uint32_t>("taken.kind"),
                            model.section<std::uint32_t>("taken.brand")};
    for (const auto column : {facts.rate, facts.orders, facts.looks, facts.price, facts.level})
        ensure(column.size() == model.items(), "the facts about what is taken have a wrong shape");
    ensure(facts.kind.size() == model.items() && facts.brand.size() == model.items(),
           "the kinds and brands of what is taken have a wrong shape");
    return facts;
}

const std::vector<std::string>& taking_names() {
    static const std::vector<std::string> names(std::begin(column_names), std::end(column_names));
    return names;
}

std::vector<float> taking_features(const TakingFacts& facts, const features::Query& query,
                                   std::span<const std::uint32_t> rows) {
    const Person person = person_of(facts, query);
    std::vector<float> values(rows.size() * columns);
    for (std::size_t r = 0; r < rows.size(); ++r)
        say(facts, person, rows[r], std::span(values).subspan(r * columns, columns));
    return values;
}

}  // namespace vitrina::candidates
