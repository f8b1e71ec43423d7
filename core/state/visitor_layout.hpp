#pragma once
// The two records of a visitor as values: what the visitor step changes and the views read (docs/state-layouts.md).
//
// Hot is rewritten an event and stays within `hot_bytes_max` at the default limits; cold holds orders and long history and is
// rewritten on purchase, refund, session end, log-in and when recent actions overflow.
// Units: `age` is milliseconds before `HotFixed::last_event`, so that four bytes reach 49 days back; what gets older leaves.
// Lifetime: values. Threads: values.
// Errors: `open_hot` and `open_cold` answer corrupt_data; empty bytes are somebody new.

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/money.hpp"
#include "base/time.hpp"
#include "state/layout.hpp"
#include "state/records.hpp"

namespace vitrina::state {

inline constexpr std::size_t hot_bytes_max = 1536;
inline constexpr TimeMs age_max = std::numeric_limits<std::uint32_t>::max();
struct HotFixed {
    TimeMs last_event = 0;     // newest time folded
    TimeMs session_start = 0;  // of the running or last session
    TimeMs floor_time = 0;     // newest id that was forgotten; 0 while none was
    std::uint64_t floor_id = 0;
    std::uint64_t user_high = 0;  // the last user who logged in, kept after log-out
    std::uint64_t user_low = 0;
    TimeMs bound_since = 0;    // time of the last log-in
    TimeMs visible_since = 0;  // actions before it belong to another user of this device
    TimeMs suspect_until = 0;
    std::int32_t rate_hour = 0;  // newest hour, and the events folded since it began
    std::uint32_t rate_events = 0;
    std::int32_t counted_day = 0;  // the day that `Counted` is about
    std::uint32_t orders = 0;      // ever placed
    std::uint8_t bound = 0;        // 1 while somebody is logged in
};

struct RememberedId {
    std::uint32_t age = 0;
    std::uint32_t id_low = 0;  // an id is the lower 48 bits of its hash
    std::uint16_t id_high = 0;
};

struct RecentAction {
    std::uint32_t age = 0;
    ItemKey item{};
    Action action = Action::view;
};

struct HotCartLine {
    std::uint32_t age = 0;
    ItemKey item{};
    std::uint16_t quantity = 1;  // 65,535 stands for that many and more
};

struct RecentSearch {
    std::uint32_t age = 0;
    std::uint64_t term = 0;
};

// A fingerprint of (item, action) that was counted on `counted_day`.
struct Counted {
    std::uint32_t fingerprint = 0;
};

struct HotState {
    HotFixed fixed;
    std::vector<RememberedId> remembered;  // newest first by (time, id)
    std::vector<RecentAction> recent;      // newest first
    std::vector<HotCartLine> cart;         // as they were put in
    std::vector<RecentSearch> searches;    // newest first
    std::vector<Counted> counted;          // ascending
};

struct OrderPart {
    std::uint64_t transaction = 0;
    std::uint64_t event_hash = 0;
    TimeMs time = 0;
    std::uint64_t user_high = 0;  // whose facts its lines are; zero for nobody
    std::uint64_t user_low = 0;
    std::uint16_t lines = 0;  // so many of `ColdState::lines`
    std::uint16_t chunk = 0;
    std::uint16_t chunks = 1;
    std::uint8_t flags = 0;
};
inline constexpr std::uint8_t part_silent = 1;     // never counted
inline constexpr std::uint8_t part_forgotten = 2;  // its lines were given up for newer ones

struct OrderLine {
    ItemKey item{};
    MoneyMicros price = 0;
    std::uint32_t quantity = 1;
    std::uint32_t returned = 0;  // at most `quantity`
    std::uint16_t line = 0;      // in its event
};

struct PastAction {
    TimeMs time = 0;
    ItemKey item{};
    Action action = Action::view;
};

struct ColdState {
    std::vector<OrderPart> parts;     // oldest first by (time, event hash)
    std::vector<OrderLine> lines;     // part after part
    std::vector<PastAction> history;  // newest first, one an (item, action)
};

using HotFixedColumns = Columns<HotFixed, &HotFixed::last_event, &HotFixed::session_start, &HotFixed::floor_time,
                                &HotFixed::floor_id, &HotFixed::user_high, &HotFixed::user_low, &HotFixed::bound_since,
                                &HotFixed::visible_since, &HotFixed::suspect_until, &HotFixed::rate_hour,
                                &HotFixed::rate_events, &HotFixed::counted_day, &HotFixed::orders, &HotFixed::bound>;
using RememberedColumns = Columns<RememberedId, &RememberedId::age, &RememberedId::id_low, &RememberedId::id_high>;
using RecentColumns = Columns<RecentAction, &RecentAction::item, &RecentAction::age, &RecentAction::action>;
using CartColumns = Columns<HotCartLine, &HotCartLine::item, &HotCartLine::age, &HotCartLine::quantity>;
using SearchColumns = Columns<RecentSearch, &RecentSearch::term, &RecentSearch::age>;
using CountedColumns = Columns<Counted, &Counted::fingerprint>;

using PartColumns =
    Columns<OrderPart, &OrderPart::transaction, &OrderPart::event_hash, &OrderPart::time, &OrderPart::user_high,
            &OrderPart::user_low, &OrderPart::lines, &OrderPart::chunk, &OrderPart::chunks, &OrderPart::flags>;
using LineColumns = Columns<OrderLine, &OrderLine::item, &OrderLine::price, &OrderLine::quantity, &OrderLine::returned,
                            &OrderLine::line>;
using HistoryColumns = Columns<PastAction, &PastAction::time, &PastAction::item, &PastAction::action>;

// The sections of a record where they lie, checked.
struct HotRows {
    HotFixed fixed;
    Rows<RememberedColumns> remembered;
    Rows<RecentColumns> recent;
    Rows<CartColumns> cart;
    Rows<SearchColumns> searches;
    Rows<CountedColumns> counted;
};
struct ColdRows {
    Rows<PartColumns> parts;
    Rows<LineColumns> lines;
    Rows<HistoryColumns> history;
};

Result<HotRows> open_hot(std::string_view bytes);
Result<ColdRows> open_cold(std::string_view bytes);

HotState hot_state(const HotRows& rows);
ColdState cold_state(const ColdRows& rows);

std::string encode(const HotState& hot);
std::string encode(const ColdState& cold);

}  // namespace vitrina::state
