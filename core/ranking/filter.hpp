#pragma once
// The one grammar of filters over item fields and attributes: all, any, not, {field, eq|in|lt|lte|gt|gte|between|exists}.
//
// A field is one of item_id, title, brand, category, price, availability, group_id, currency, quantity, created_at, or
// "attributes.<name>". `category` matches a path or any of its ancestors. A text compares exactly, a number numerically.
// Several operators in one term must all hold: {"field": "price", "gte": 5, "lt": 20}. `created_at` compares with a date.
// A price is the one at `now`, in the item's own currency.
// Threads: immutable after parsing; `matches` is a pure function.
// Errors: `parse_filter` answers invalid_input with the path of the wrong part ("filter.all[1].lt: …") and caps depth and size.
// Not an error: a field the item does not have: only `not` and `exists: false` match it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/item.hpp"

namespace vitrina::ranking {

struct FilterLimits {
    std::size_t depth = 8;
    std::size_t terms = 64;
    std::size_t values = 1000;  // of an `in`
};

using FilterValue = std::variant<double, std::string, bool>;

struct Filter {
    enum class Kind { all, any, negation, eq, in, lt, lte, gt, gte, between, exists };
    Kind kind = Kind::all;
    std::string field;
    std::vector<FilterValue> values;
    std::vector<Filter> parts;
};

Result<Filter> parse_filter(std::string_view json, const FilterLimits& limits = {});
bool matches(const Filter& filter, const catalog::Item& item, TimeMs now);

// Is one of the item's paths this category or below it? "kitchen" holds "kitchen > mugs", not "kitchenware".
bool in_category(const catalog::Item& item, std::string_view category);

}  // namespace vitrina::ranking
