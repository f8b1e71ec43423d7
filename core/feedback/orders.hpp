#pragma once
// Orders as they finally stand: purchases and refunds in, one order a transaction out, however often and in whatever order they came.
//
// The rules are those of the visitor's fold (core/state): an order is its transaction id; a second purchase with it changes nothing,
// unless its sender is trusted: then its lines replace those of the order; a provisional one counts for nothing. A refund takes back
// lines of the order that it names, never more than the order held, whoever sends it; one that names no order takes nothing here. Bots,
// and persons made up for one order (guests), have no orders. Where several people send one order, as a browser and a server
// may, it is that of the earliest purchase, and of these of the smallest name.
// Threads: one. Lifetime: a value. Money: millionths of the order's currency, price · quantity of its lines less the order's discount,
// so without tax and shipping where prices are; what the event says as its value where a line has no price.
// Cost: remembers every line of every order.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/keys.hpp"
#include "event/event.hpp"

namespace vitrina::feedback {

struct Order {
    TimeMs time = 0;
    MoneyMicros value = 0;  // what is left of it after refunds
    std::string currency;
    std::vector<std::pair<ItemKey, std::uint64_t>>
        items;  // what is left of it, with quantities; an item of several chunks comes again
};

class Orders {
public:
    // Any event, also one that was there before; `person` is the visitor or the user, whoever is asked about later.
    void add(const event::Event& event, std::string_view person);
    // Every order of everybody that is not wholly given back, by person and then by transaction.
    void each(const std::function<void(const std::string& person, const Order& order)>& visit) const;

private:
    struct Line {
        std::uint64_t quantity = 0;
        MoneyMicros worth = 0;  // of all of them
    };
    struct Chunk {  // orders of many lines come in several
        TimeMs time = 0;
        std::map<ItemKey, Line> lines;
        MoneyMicros besides = 0;  // what the lines do not say: value without prices, less the order's discount
    };
    struct Book {
        std::string person;
        TimeMs claimed = 0;  // when the person bought
        std::map<std::uint32_t, Chunk> chunks;
        std::set<std::string> refunds_seen;  // ids of events
        std::map<ItemKey, std::uint64_t> returned;
        bool all_returned = false;
        std::string currency;
    };

    static void claim(const event::Event& event, std::string_view person, Book& book);
    static void buy(const event::Event& event, Book& book);
    static void give_back(const event::Event& event, Book& book);
    static std::optional<Order> standing(const Book& book);

    std::map<std::string, Book> books_;  // by transaction
};

}  // namespace vitrina::feedback
