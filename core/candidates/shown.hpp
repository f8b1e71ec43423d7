#pragma once
// What is learned from what became of items that were shown: which columns its trees read, and what its parts are called in a model.
//
// Columns: the features of the candidate as they are kept (candidate_features.hpp, feature_bytes.hpp), the item's rates of clicks, carts and purchases
// where it was shown, and its place from 0.
// Model: a placement's rates "shown.rates.<placement>" (float, items × rates, each as `quantised` leaves it); of each goal
// ("click", "purchase") the trees "shown.<goal>.<placement>" (model/forest.hpp) and "shown.<goal>.<placement>.logit" (double, 2: slope
// and offset).
// Threads: pure functions.

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace vitrina::candidates {

inline constexpr std::array<std::string_view, 3> shown_rates = {"success.click", "success.cart", "success.purchase"};
inline constexpr std::string_view shown_place = "shown.position";
inline constexpr std::size_t shown_columns = shown_rates.size() + 1;

// These features, and the columns behind them.
inline std::vector<std::string> with_shown_columns(std::vector<std::string> features) {
    features.insert(features.end(), shown_rates.begin(), shown_rates.end());
    features.emplace_back(shown_place);
    return features;
}

// Sections of a model have names of at most 63 bytes.
inline constexpr std::size_t shown_placement_bytes_most = 39;

inline std::string shown_rates_name(std::string_view placement) { return "shown.rates." + std::string(placement); }
inline std::string shown_name(std::string_view goal, std::string_view placement) {
    return "shown." + std::string(goal) + "." + std::string(placement);
}

}  // namespace vitrina::candidates
