#pragma once
// What the doctor remembers of events and items, and what it makes of it. Inner part of doctor.hpp.
//
// `Observed` is filled by doctor.cpp event by event; the functions below each judge one side of it (doctor_findings.cpp) and add findings.

#include <unordered_map>
#include <unordered_set>

#include "evaluation/doctor.hpp"

namespace vitrina::evaluation {

struct Tally {
    std::uint64_t count = 0;
    std::vector<std::string> examples;
    void add(std::size_t most, const std::string& example) {
        ++count;
        if (examples.size() < most) examples.push_back(example);
    }
};

struct SeenPerson {
    TimeMs last = 0;
    std::int32_t hour = 0;      // of the newest events,
    std::uint32_t in_hour = 0;  // and how many in it
    std::uint32_t most_in_hour = 0;
    std::int32_t first_day = 0;
    bool returned = false;  // acted on two days
    std::string id;         // only of those over the rate
};

struct SeenItem {
    std::uint32_t lines = 0;
    bool in_catalog = false;
    bool priced = false;
    MoneyMicros price = 0;  // the catalogue's
    std::string id;         // of those that are not in the catalogue, as an example
};

struct Observed {
    TimeMs now = 0;
    DoctorLimits limits;
    DoctorReport counts;

    std::unordered_map<std::uint64_t, SeenPerson> visitors;
    std::unordered_set<std::uint64_t> users;
    std::unordered_map<std::uint64_t, SeenItem> items;
    std::unordered_set<std::uint64_t> event_ids;
    std::unordered_map<std::uint64_t, MoneyMicros> orders;       // by transaction: the value of its lines
    std::unordered_set<std::uint64_t> provisional;               // transactions that came as such
    std::unordered_map<std::uint64_t, std::int64_t> unreturned;  // by person and item: units bought and not given back
    std::map<std::int32_t, std::uint64_t> days;                  // events by day
    std::array<std::uint64_t, 7> weekdays{};                     // days with events, Monday first

    Tally duplicates, orders_twice, bots, flagged_bots, clamped, backwards, value_differs, far_prices, unpriced_lines;
    Tally unmatched_refunds, untitled, unpriced_items, uncategorised;
    std::uint64_t lines = 0, midnight = 0, with_user = 0;
};

// Each adds what it finds.
void judge_amount(const Observed& observed, std::vector<Finding>& findings);
void judge_time(const Observed& observed, std::vector<Finding>& findings);
void judge_people(const Observed& observed, std::vector<Finding>& findings);
void judge_items(const Observed& observed, std::vector<Finding>& findings);
void judge_money(const Observed& observed, std::vector<Finding>& findings);

}  // namespace vitrina::evaluation
