#include "simulator/population.hpp"

#include <algorithm>

namespace vitrina::simulator {

namespace {

// Nothing is shown before the launch, but everything is heard.
class BeforeLaunch final : public Side {
public:
    explicit BeforeLaunch(Side& side) : side_(side) {}
    bool shows() const override { return false; }
    void happened(const Deed& deed) override { side_.happened(deed); }

private:
    Side& side_;
};

void add_slots(std::array<SlotOutcome, 3>& sums, const std::array<SlotOutcome, 3>& parts) {
    for (std::size_t slot = 0; slot < sums.size(); ++slot) {
        sums[slot].asked += parts[slot].asked;
        sums[slot].shown += parts[slot].shown;
        sums[slot].of_use += parts[slot].of_use;
        sums[slot].clicks += parts[slot].clicks;
        sums[slot].carts += parts[slot].carts;
        sums[slot].bought += parts[slot].bought;
    }
}

class Book {
public:
    Book(const Calendar& calendar, std::uint32_t people) : calendar_(calendar), week_of_(people, -1) {
        ledger_.weeks.resize(static_cast<std::size_t>((calendar.days_after + 6) / 7));
    }
    void write(const Shopper& shopper, int day, const Outcome& outcome) {
        const int since = day - calendar_.days_before;
        if (since < 0) return;
        Figures& week = ledger_.weeks[static_cast<std::size_t>(since / 7)];
        Figures& lot = ledger_.lots[shopper.chance.of(Purpose::group).below(groups)];
        int& last = week_of_[shopper.number];
        if (last < 0) {
            ++ledger_.total.units;
            ++lot.units;
        }
        if (last != since / 7) ++week.units;
        last = since / 7;
        for (Figures* figures : {&ledger_.total, &week, &lot}) figures->add(outcome);
        add_slots(ledger_.by_slot, outcome.by_slot);
    }
    Ledger take() { return std::move(ledger_); }

private:
    Calendar calendar_;
    std::vector<int> week_of_;  // in which each person came last
    Ledger ledger_;
};

struct Turn {
    TimeMs start = 0;
    ShopperNumber shopper = 0;
    bool bot = false;
    auto operator<=>(const Turn&) const = default;
};

}  // namespace

void Figures::add(const Outcome& outcome) {
    ++visits;
    pages += outcome.pages;
    views += outcome.views;
    carts += outcome.carts;
    orders += outcome.orders;
    lines += outcome.lines;
    slots += outcome.slots;
    clicks += outcome.clicks;
    revenue += outcome.revenue;
    margin += outcome.margin;
}

World make_world(const Parameters& parameters, std::uint64_t seed, std::uint32_t people, const Calendar& calendar) {
    // New items come from half of the time before the launch on.
    return {make_shop(parameters, seed, {calendar.days_before / 2, calendar.days()}), calendar, people};
}

Ledger live(const World& world, Side& side, const Witness& witness) {
    const int days = world.calendar.days();
    std::vector<Past> pasts(world.people);
    std::vector<std::vector<ShopperNumber>> coming(static_cast<std::size_t>(days));
    std::vector<Shopper> people;
    for (ShopperNumber number = 0; number < world.people; ++number) {
        people.push_back(make_shopper(world.shop, number, days));
        coming[static_cast<std::size_t>(people.back().arrival)].push_back(number);
    }
    const auto bots = static_cast<std::uint32_t>(world.shop.parameters.bots * world.people / 60);
    Book book(world.calendar, world.people);
    BeforeLaunch before(side);
    for (int day = 0; day < days; ++day) {
        side.day_begins(day);
        const bool launched = day >= world.calendar.days_before;
        const Scene scene{world.shop, launched ? side : before, day, world.calendar.midnight(day)};
        std::vector<Turn> turns;
        for (const ShopperNumber number : coming[static_cast<std::size_t>(day)])
            turns.push_back({start_of(people[number], day), number, false});
        for (std::uint32_t bot = 0; bot < bots; ++bot) turns.push_back({0, bot, true});
        std::ranges::sort(turns);
        for (const Turn& turn : turns) {
            if (turn.bot) {
                crawl(scene, turn.shopper);
                continue;
            }
            Past& past = pasts[turn.shopper];
            const Outcome outcome = visit(scene, people[turn.shopper], past);
            book.write(people[turn.shopper], day, outcome);
            if (witness) witness(people[turn.shopper], day, outcome);
            if (past.next_day < days) coming[static_cast<std::size_t>(past.next_day)].push_back(turn.shopper);
        }
        coming[static_cast<std::size_t>(day)] = {};
    }
    return book.take();
}

Ledger live_organic(const World& world, std::uint32_t from, std::uint32_t until) {
    class Nobody final : public Side {
        bool shows() const override { return false; }
    } nobody;
    const int days = world.calendar.days();
    Book book(world.calendar, until);
    for (ShopperNumber number = from; number < until; ++number) {
        const Shopper shopper = make_shopper(world.shop, number, days);
        Past past;
        for (int day = shopper.arrival; day < days; day = past.next_day)
            book.write(shopper, day, visit({world.shop, nobody, day, world.calendar.midnight(day)}, shopper, past));
    }
    return book.take();
}

void add(Ledger& sum, const Ledger& part) {
    const auto add_figures = [](Figures& a, const Figures& b) {
        a.units += b.units;
        a.visits += b.visits;
        a.pages += b.pages;
        a.views += b.views;
        a.carts += b.carts;
        a.orders += b.orders;
        a.lines += b.lines;
        a.slots += b.slots;
        a.clicks += b.clicks;
        a.revenue += b.revenue;
        a.margin += b.margin;
    };
    add_figures(sum.total, part.total);
    add_slots(sum.by_slot, part.by_slot);
    sum.weeks.resize(std::max(sum.weeks.size(), part.weeks.size()));
    for (std::size_t week = 0; week < part.weeks.size(); ++week) add_figures(sum.weeks[week], part.weeks[week]);
    for (std::size_t lot = 0; lot < groups; ++lot) add_figures(sum.lots[lot], part.lots[lot]);
}

}  // namespace vitrina::simulator
