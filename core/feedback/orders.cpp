#include "feedback/orders.hpp"

#include <algorithm>

namespace vitrina::feedback {

using event::Event;
using event::EventKind;

void Orders::add(const Event& event, std::string_view person) {
    const bool counts = !event.bot && !event.guest && !event.provisional && !event.transaction_id.empty();
    if (!counts || (event.kind != EventKind::purchase && event.kind != EventKind::refund)) return;
    Book& book = books_[event.transaction_id];
    if (event.kind == EventKind::refund) return give_back(event, book);
    claim(event, person, book);
    buy(event, book);
}

void Orders::claim(const Event& event, std::string_view person, Book& book) {
    if (!book.chunks.empty() &&
        std::pair<TimeMs, std::string_view>(book.claimed, book.person) <= std::pair(event.time, person))
        return;
    book.person = person;
    book.claimed = event.time;
}

void Orders::buy(const Event& event, Book& book) {
    const auto there = book.chunks.find(event.chunk);
    if (there != book.chunks.end() && !event.trusted) return;
    // A correction is not bought again.
    Chunk chunk{.time = there != book.chunks.end() ? there->second.time : event.time, .lines = {}, .besides = 0};
    bool priced = true;
    MoneyMicros lines = 0;
    for (const event::EventItem& item : event.items) {
        Line& line = chunk.lines[item_key(item.item_id)];
        const MoneyMicros worth = item.price.value_or(0) * static_cast<MoneyMicros>(item.quantity);
        line.quantity += item.quantity;
        line.worth += worth;
        lines += worth;
        priced = priced && item.price.has_value();
    }
    chunk.besides = priced || !event.value ? -event.order_discount.value_or(0) : *event.value - lines;
    book.currency = event.currency;
    book.chunks[event.chunk] = std::move(chunk);
}

void Orders::give_back(const Event& event, Book& book) {
    if (!book.refunds_seen.insert(event.event_id).second) return;
    if (event.items.empty()) book.all_returned = true;
    for (const event::EventItem& item : event.items) book.returned[item_key(item.item_id)] += item.quantity;
}

// Nothing where all of it went back, or where nobody bought what was given back.
std::optional<Order> Orders::standing(const Book& book) {
    if (book.chunks.empty() || book.all_returned) return std::nullopt;
    Order order{.time = book.chunks.begin()->second.time, .value = 0, .currency = book.currency, .items = {}};
    auto returned = book.returned;
    std::uint64_t units = 0;
    for (const auto& [number, chunk] : book.chunks) {
        MoneyMicros gross = 0, left = 0;
        for (const auto& [item, line] : chunk.lines) {
            const std::uint64_t taken = std::min(returned[item], line.quantity);
            returned[item] -= taken;
            units += line.quantity - taken;
            if (line.quantity > taken) order.items.emplace_back(item, line.quantity - taken);
            gross += line.worth;
            if (line.quantity > 0)
                left += line.worth / static_cast<MoneyMicros>(line.quantity) *
                        static_cast<MoneyMicros>(line.quantity - taken);
        }
        // Discounts go back with the lines that they were given on.
        const double share = gross > 0 ? static_cast<double>(left) / static_cast<double>(gross) : 1.0;
        order.value += left + static_cast<MoneyMicros>(static_cast<double>(chunk.besides) * share);
        order.time = std::min(order.time, chunk.time);
    }
    if (units == 0) return std::nullopt;
    order.value = std::max<MoneyMicros>(0, order.value);
    return order;
}

void Orders::each(const std::function<void(const std::string& person, const Order& order)>& visit) const {
    std::vector<std::pair<const std::string*, const Book*>> by_person;  // stable: by transaction within
    for (const auto& [transaction, book] : books_) by_person.emplace_back(&book.person, &book);
    std::ranges::stable_sort(by_person, {}, [](const auto& one) -> const std::string& { return *one.first; });
    for (const auto& [person, book] : by_person)
        if (const auto order = standing(*book)) visit(*person, *order);
}

}  // namespace vitrina::feedback
