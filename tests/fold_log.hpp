#pragma once
// A made-up log as it would stand in the cluster's topics, and what the embedded engine makes of it: what every host is held to.
//
// All items are few enough that no list of neighbours overflows, so that the states are equal to the byte in whatever order the records
// of different visitors come.
// Threads: pure functions.

#include <map>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "border/border.hpp"

namespace vitrina::tests {

inline constexpr const char* fold_shop = "default";
// No limit takes anything of a shopper: beyond them what is left depends on the order of records, and that of different visitors is free.
inline const std::string fold_shops =
    R"({"default": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"})";
inline const std::string fold_configuration =
    R"({"shops": )" + fold_shops +
    R"(, "feedback": {"touches": 4000, "lines": 4000, "refunds": 4000, "keep": 1500000000000}})";

struct LogRecord {
    border::Keyed record;
    TimeMs appended_at = 0;
};

// At least `events` events of 60 visitors, some of them twice, some late, with log-ins, orders and refunds.
std::vector<LogRecord> made_events(std::size_t events, std::uint64_t seed);
// The same where clocks jump now and then: the sender's or the broker's by 400 days, ahead or back, and then it is right again.
std::vector<LogRecord> made_events_with_jumps(std::size_t events, std::uint64_t seed);
// Puts, patches and removals of 40 items, not in the order of their times, some twice.
std::vector<LogRecord> made_item_changes(std::size_t changes, std::uint64_t seed);

// What a shop's visitors do in the order of time: sessions of many visitors side by side, one in four logged in, few items much wanted
// and many hardly, all kinds of events, an order in every sixtieth. An item is looked at too often for its neighbours to be equal to the byte.
struct ShopSize {
    std::size_t events = 0;
    std::size_t visitors = 0;
    std::size_t items = 0;
};
std::vector<LogRecord> shop_events(const ShopSize& size, std::uint64_t seed);
// Each of a visitor, a user and an item that nothing else names, so that its states show when it was folded.
std::vector<LogRecord> probe_events(std::size_t probes);

// Store → key → state.
using Stores = std::map<std::string, std::map<std::string, std::string>>;

// By engine::Folding, in the log's order.
Stores folded_by_the_engine(const std::vector<LogRecord>& events);
// By the border, record by record, as Kafka Streams would.
Stores folded_by_the_border(const std::vector<LogRecord>& events);
std::map<std::string, std::string> catalog_by_the_border(const std::vector<LogRecord>& changes);

}  // namespace vitrina::tests
