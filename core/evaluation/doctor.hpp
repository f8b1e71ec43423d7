#pragma once
// Is the data fit to learn from? Looks at every event and item and says what is wrong, what it costs and what to do.
//
// Fed event by event and item by item, in any order of the two; events in the order in which they were accepted. Findings come
// with the weightiest first, then by code.
// Threads: belongs to one thread. Lifetime: a value; `report` may be asked at any time.
// Memory: some hundred bytes a person, item and order, bounded by `DoctorLimits`; what is beyond is not remembered and the
// report says so (`partial`).
// Not an error: no events at all; then that is the finding.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "catalog/item.hpp"
#include "event/event.hpp"

namespace vitrina::evaluation {

struct DoctorLimits {
    std::size_t remembered = 50'000'000;  // people, items, orders and event ids, each
    std::size_t examples = 5;             // of a finding
    std::uint32_t bot_events_an_hour = 1000;
    std::uint64_t few_events = 1000;    // below, nothing can be learned
    std::uint64_t few_returners = 100;  // people with two orders or sessions; below, taste cannot be learned
    TimeMs stale_after_ms = 30 * day_ms;
    std::int32_t gap_days = 3;     // empty days in a row that are a gap
    double money_tolerance = .01;  // of a sum, by which value and lines may differ
    double price_ratio = 5;        // between a line's price and the catalogue's
};

enum class Severity { note, warning, serious };

std::string_view name_of(Severity severity);  // "note", "warning", "serious"

struct Finding {
    std::string code;  // "unknown_items", "gap", "no_views", … (docs/doctor.md)
    Severity severity = Severity::note;
    std::uint64_t count = 0;  // of what it is about
    std::string what;
    std::string costs;
    std::string remedy;
    std::vector<std::string> examples;
};

struct DoctorReport {
    std::uint64_t events = 0;
    std::map<std::string, std::uint64_t> kinds;  // by name; those that never came are not in it
    std::uint64_t visitors = 0;
    std::uint64_t users = 0;
    std::uint64_t catalog_items = 0;
    std::uint64_t items_seen = 0;  // in events
    std::uint64_t orders = 0;
    std::uint64_t guest_orders = 0;
    std::uint64_t order_lines = 0;
    std::uint64_t refunds = 0;
    std::uint64_t returners = 0;                 // people with orders or actions on two days
    std::map<std::string, MoneyMicros> revenue;  // of orders, by currency ("" where none was said)
    TimeMs first = 0, last = 0;                  // of events; 0 where there are none
    std::uint64_t days_with_events = 0;
    bool partial = false;  // there was more than could be remembered
    std::vector<Finding> findings;

    // Nothing serious was found.
    bool fit() const;
};

class Doctor {
public:
    explicit Doctor(TimeMs now, const DoctorLimits& limits = {});
    ~Doctor();
    Doctor(Doctor&&) noexcept;

    void add(const event::Event& event);
    void add(const catalog::Item& item);
    DoctorReport report() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// For people: counts, then the findings. And one JSON object with the same.
std::string doctor_text(const DoctorReport& report);
std::string doctor_json(const DoctorReport& report);

}  // namespace vitrina::evaluation
