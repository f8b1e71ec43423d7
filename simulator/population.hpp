#pragma once
// All people of a shop over all days, with one side answering from a launch on; and what they did, by week.
//
// Before the launch nothing is shown in any arm, so arms are the same shop until then. Whoever visits from the launch on is a
// unit; the units of all arms are the same people.
// Threads: one a call; `organic_people` walks people one by one and may be called for blocks of people side by side.

#include <functional>
#include <vector>

#include "simulator/journey.hpp"

namespace vitrina::simulator {

struct Calendar {
    int days_before = 56, days_after = 56;
    TimeMs first_midnight = 1'767'225'600'000;  // 2026-01-01
    int days() const { return days_before + days_after; }
    TimeMs midnight(int day) const { return first_midnight + day * day_ms; }
};

struct Figures {
    std::uint64_t units = 0, visits = 0, pages = 0, views = 0, carts = 0, orders = 0, lines = 0, slots = 0, clicks = 0;
    double revenue = 0, margin = 0;
    void add(const Outcome& outcome);
};

inline constexpr std::size_t groups = 50;  // of people by lot, for intervals within one shop

struct Ledger {
    Figures total;               // from the launch on
    std::vector<Figures> weeks;  // since the launch; `units` of a week are its visitors
    std::vector<Figures> lots = std::vector<Figures>(groups);
    std::array<SlotOutcome, 3> by_slot{};
};

struct World {
    Shop shop;
    Calendar calendar;
    std::uint32_t people = 0;
};

World make_world(const Parameters& parameters, std::uint64_t seed, std::uint32_t people, const Calendar& calendar = {});

// Called for every visit with whose it was and what came of it.
using Witness = std::function<void(const Shopper&, int day, const Outcome&)>;

// In the order of time; `side` hears everything, and is asked from the launch on.
Ledger live(const World& world, Side& side, const Witness& witness = {});

// Nobody answers: person by person, first to last of [from, until).
Ledger live_organic(const World& world, std::uint32_t from, std::uint32_t until);
void add(Ledger& sum, const Ledger& part);

}  // namespace vitrina::simulator
