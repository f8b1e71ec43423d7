// Items, whose lists of neighbours are learned online in an order nobody controls: equal to the byte but for a list that overflowed,
// which is held to its bound (state/views.hpp): the true count lies between count - error and count, and whoever is not listed has at
// most as many as were ever offered, divided by the length of the list.

#include <fmt/format.h>

#include <algorithm>

#include "state/folds.hpp"
#include "state/item_layout.hpp"
#include "tests/oracle.hpp"

namespace vitrina::tests {
namespace {

using state::ItemState;
using state::NeighbourCount;

const std::size_t listed_at_most = state::FoldLimits{}.neighbours;

struct Interval {
    std::uint64_t low = 0, high = 0;
    bool meets(const Interval& other) const { return low <= other.high && other.low <= high; }
};

Interval counted(const ItemState& item, ItemKey neighbour) {
    const auto at = std::ranges::find(item.neighbours, neighbour, &NeighbourCount::item);
    if (at == item.neighbours.end()) return {0, item.fixed.neighbours_seen / listed_at_most};
    return {std::uint64_t{at->count} - at->error, at->count};
}

bool within_bound(const ItemState& one, const ItemState& other) {
    if (one.neighbours.size() < listed_at_most || other.neighbours.size() < listed_at_most) return false;
    const auto meets = [&](const NeighbourCount& neighbour) {
        return counted(one, neighbour.item).meets(counted(other, neighbour.item));
    };
    return std::ranges::all_of(one.neighbours, meets) && std::ranges::all_of(other.neighbours, meets);
}

std::string without_neighbours(ItemState item) {
    item.neighbours.clear();
    return encode(item);
}

}  // namespace

bool same_item(const std::string& expected, const std::string& found) {
    if (expected == found) return true;
    const auto one = state::open_item(expected), other = state::open_item(found);
    if (!one || !other) return false;
    const ItemState wanted = item_state(*one), given = item_state(*other);
    return without_neighbours(wanted) == without_neighbours(given) && within_bound(wanted, given);
}

}  // namespace vitrina::tests
