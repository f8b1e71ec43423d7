#include "experiment/multiplicity.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/error.hpp"

namespace vitrina::experiment {
namespace {

std::vector<std::size_t> smallest_first(std::span<const double> p_values) {
    ensure(std::ranges::all_of(p_values, [](double p) { return p >= 0 && p <= 1; }), "p-values lie between 0 and 1");
    std::vector<std::size_t> order(p_values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t place) { return p_values[place]; });
    return order;
}

}  // namespace

std::vector<double> holm(std::span<const double> p_values) {
    const std::vector<std::size_t> order = smallest_first(p_values);
    std::vector<double> adjusted(p_values.size());
    double largest = 0;
    for (std::size_t rank = 0; rank < order.size(); ++rank) {
        const double left = static_cast<double>(order.size() - rank);
        largest = std::max(largest, std::min(1.0, p_values[order[rank]] * left));
        adjusted[order[rank]] = largest;
    }
    return adjusted;
}

std::vector<double> benjamini_hochberg(std::span<const double> p_values) {
    const std::vector<std::size_t> order = smallest_first(p_values);
    std::vector<double> adjusted(p_values.size());
    double smallest = 1;
    for (std::size_t rank = order.size(); rank-- > 0;) {
        const double share = static_cast<double>(order.size()) / static_cast<double>(rank + 1);
        smallest = std::min(smallest, p_values[order[rank]] * share);
        adjusted[order[rank]] = smallest;
    }
    return adjusted;
}

}  // namespace vitrina::experiment
