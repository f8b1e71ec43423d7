#include "training/order_book.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace vitrina::training {
namespace {

// The chunks of one sending of an order share these.
auto sending(const Purchase& purchase) { return std::tie(purchase.time, purchase.person, purchase.chunks); }

bool arrived_before(const Purchase& a, const Purchase& b) {
    return std::tie(a.transaction, a.received_at, a.time, a.person, a.event_hash, a.chunk) <
           std::tie(b.transaction, b.received_at, b.time, b.person, b.event_hash, b.chunk);
}

// Which sending of one order counts: the first, or the last that its sender may replace it with.
const Purchase& counting_one(std::span<const Purchase> sendings) {
    const Purchase* counting = &sendings.front();
    for (const Purchase& purchase : sendings)
        if (purchase.trusted && sending(purchase) != sending(*counting)) counting = &purchase;
    return *counting;
}

void add_lines(Order& order, std::span<const OrderLine> lines) {
    order.lines.insert(order.lines.end(), lines.begin(), lines.end());
}

std::uint32_t added(std::uint32_t a, std::uint32_t b) {
    return b > std::numeric_limits<std::uint32_t>::max() - a ? std::numeric_limits<std::uint32_t>::max() : a + b;
}

void join_lines(std::vector<OrderLine>& lines) {
    std::ranges::sort(lines, {}, &OrderLine::item);
    std::size_t kept = 0;
    for (const OrderLine& line : lines) {
        if (kept > 0 && lines[kept - 1].item == line.item)
            lines[kept - 1].quantity = added(lines[kept - 1].quantity, line.quantity);
        else
            lines[kept++] = line;
    }
    lines.resize(kept);
}

Order order_of(std::span<const Purchase> sendings) {
    const Purchase& counting = counting_one(sendings);
    Order order{counting.transaction, counting.time, counting.person, {}};
    std::vector<std::uint32_t> chunks;
    for (const Purchase& purchase : sendings) {
        if (sending(purchase) != sending(counting) || std::ranges::find(chunks, purchase.chunk) != chunks.end())
            continue;
        chunks.push_back(purchase.chunk);
        add_lines(order, purchase.lines);
    }
    join_lines(order.lines);
    return order;
}

OrderLine* line_of(Order& order, ItemKey item) {
    const auto line = std::ranges::lower_bound(order.lines, item, {}, &OrderLine::item);
    return line != order.lines.end() && line->item == item ? &*line : nullptr;
}

}  // namespace

OrderBook::OrderBook(std::vector<Purchase> purchases) {
    std::ranges::sort(purchases, arrived_before);
    for (auto begin = purchases.begin(); begin != purchases.end();) {
        const auto end = std::find_if(begin, purchases.end(),
                                      [&](const Purchase& p) { return p.transaction != begin->transaction; });
        orders_.push_back(order_of({begin, end}));
        begin = end;
    }
    std::ranges::sort(orders_, [](const Order& a, const Order& b) {
        return std::tie(a.person, a.time, a.transaction) < std::tie(b.person, b.time, b.transaction);
    });
    for (std::size_t o = 0; o < orders_.size(); ++o) by_transaction_.emplace_back(orders_[o].transaction, o);
    std::ranges::sort(by_transaction_);
}

bool OrderBook::take_back(std::uint64_t transaction, std::span<const OrderLine> lines) {
    const auto found = std::ranges::lower_bound(by_transaction_, std::pair(transaction, std::size_t{0}));
    if (found == by_transaction_.end() || found->first != transaction) return false;
    Order& order = orders_[found->second];
    if (lines.empty())
        for (OrderLine& line : order.lines) line.quantity = 0;
    for (const OrderLine& back : lines)
        if (OrderLine* line = line_of(order, back.item)) line->quantity -= std::min(line->quantity, back.quantity);
    return true;
}

bool OrderBook::take_back_of(std::uint32_t person, TimeMs time, const OrderLine& back) {
    const auto later = std::upper_bound(
        orders_.begin(), orders_.end(), std::pair(person, time),
        [](const auto& wanted, const Order& order) { return wanted < std::pair(order.person, order.time); });
    for (auto order = later; order != orders_.begin() && (order - 1)->person == person; --order) {
        OrderLine* line = line_of(*(order - 1), back.item);
        if (line == nullptr || line->quantity < back.quantity || line->quantity == 0) continue;
        line->quantity -= back.quantity;
        return true;
    }
    return false;
}

}  // namespace vitrina::training
