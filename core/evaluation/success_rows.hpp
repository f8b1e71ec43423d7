#pragma once
// Training rows of one placement as a table that trees learn from, and what is added to it: how each item did where it was shown, and
// where it stood.
//
// Threads: values. Shapes: `values` is rows × features, row-major; the other vectors have one element a row. Rows in order of time; those
// of one answer stand together, by position.
// Rates: an exposure counts by the attention that its place gets (feedback/placed_lifts.hpp), so an item is not praised for its slot.
// Precondition of `with_rates`: the rates are of these very rows where `own` says so; then each row's rate leaves its own exposure out.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "candidates/shown.hpp"
#include "feedback/placed_lifts.hpp"
#include "feedback/smoothed_rates.hpp"
#include "feedback/training_rows.hpp"

namespace vitrina::evaluation {

enum Goal : std::uint8_t { click, cart, purchase };
inline constexpr std::size_t goals = 3;
inline constexpr std::array<std::string_view, goals> goal_names = {"click", "cart", "purchase"};

struct SuccessRows {
    std::vector<std::string> features;
    std::vector<float> values;
    std::vector<std::uint32_t> answer, unit;  // from 0, in order of appearance
    std::vector<ItemKey> item;
    std::vector<std::uint64_t> category;  // hash of its name; 0: none
    std::vector<std::int32_t> position;
    std::array<std::vector<std::uint8_t>, goals> success;
    std::size_t rows() const { return answer.size(); }
    SuccessRows slice(std::size_t begin, std::size_t end) const;  // of rows
};

// What the catalogue says of items.
struct ShownItems {
    std::function<ItemKey(const std::string& item_id)> key_of;  // variants of a group have one
    std::function<std::uint64_t(ItemKey)> category_of;          // hash of its name; 0: none
};

// Those of one layout, whose features have these names.
SuccessRows success_rows(std::span<const feedback::TrainingRow> rows, std::vector<std::string> features,
                         const ShownItems& items);

struct SuccessRates {
    std::array<double, feedback::position_buckets> attention;
    std::array<feedback::SmoothedRates, goals> of;
};
SuccessRates rates_of(const SuccessRows& rows);

// The table with the columns of candidates/shown.hpp: a rate for each goal, and the position.
inline constexpr std::size_t added_columns = candidates::shown_columns;
static_assert(goals == candidates::shown_rates.size());
SuccessRows with_rates(const SuccessRows& rows, const SuccessRates& rates, bool own);

}  // namespace vitrina::evaluation
