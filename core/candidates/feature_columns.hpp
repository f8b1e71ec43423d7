#pragma once
// The columns of candidate_features.hpp beside those of the sources, and the rows that they fill. What stands before the point
// of a name is its group: what an ablation takes out together.

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrina::candidates {

// In the order of `Column`.
inline constexpr std::string_view column_names[] = {
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
    "age.first",             // days since it was first touched; 10000 never
    "age.idle",              // days since it was last touched; 10000 never
    "age.trend",             // logarithm of touches lately over those of the time before
    "category.person",       // share of the person's actions in its category
    "category.here",         // share of the context, or where there is none of the newest basket, in its category
    "category.newest",       // 1 in the newest item's category
    "category.people",       // logarithm of people over that of the category's most popular item
    "brand.person",          // as of the category
    "brand.here",
    "brand.newest",
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
    age_first,
    age_idle,
    age_trend,
    category_person,
    category_here,
    category_newest,
    category_people,
    brand_person,
    brand_here,
    brand_newest,
    columns
};
static_assert(std::size(column_names) == columns);

inline constexpr std::size_t of_source = 3;  // share, score, rank

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

}  // namespace vitrina::candidates
