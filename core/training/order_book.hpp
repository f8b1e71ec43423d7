#pragma once
// Orders as they stand in the end: sent twice, replaced, in chunks, partly returned.
//
// Threads: one at a time. The result does not depend on the order in which purchases are given; refunds are taken in the order
// of the calls.
// Not an error: a refund that matches nothing (false), or asks for more than there is (takes what there is).

#include <cstdint>
#include <span>
#include <vector>

#include "base/keys.hpp"
#include "base/time.hpp"

namespace vitrina::training {

struct OrderLine {
    ItemKey item{};
    std::uint32_t quantity = 1;
};

// One purchase event: a whole order or a chunk of it.
struct Purchase {
    std::uint64_t transaction = 0;
    TimeMs received_at = 0;
    TimeMs time = 0;
    std::uint32_t person = 0;
    std::uint64_t event_hash = 0;
    std::uint32_t chunk = 0;
    std::uint32_t chunks = 1;
    bool trusted = false;
    std::span<const OrderLine> lines;
};

struct Order {
    std::uint64_t transaction = 0;
    TimeMs time = 0;
    std::uint32_t person = 0;
    std::vector<OrderLine> lines;  // one an item, ascending by key; quantities that were not returned, 0 where all were
};

class OrderBook {
public:
    explicit OrderBook(std::vector<Purchase> purchases);

    // Takes units back from a named order; no lines means all of it.
    bool take_back(std::uint64_t transaction, std::span<const OrderLine> lines);
    // From the person's latest order at or before `time` that holds enough of the item.
    bool take_back_of(std::uint32_t person, TimeMs time, const OrderLine& line);

    // By person, then time.
    const std::vector<Order>& orders() const { return orders_; }

private:
    std::vector<Order> orders_;
    std::vector<std::pair<std::uint64_t, std::size_t>> by_transaction_;  // sorted
};

}  // namespace vitrina::training
