// One file for the folder's promises: they are about the whole of it.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "simulator/calibration.hpp"
#include "simulator/effect.hpp"
#include "simulator/learned_side.hpp"
#include "simulator/plain_sides.hpp"
#include "simulator/population.hpp"
#include "simulator/wire.hpp"

namespace vitrina::simulator {
namespace {

std::string text_of(const Ledger& ledger) {
    std::string text;
    const auto add_text = [&](const Figures& f) {
        text += fmt::format("{} {} {} {} {} {} {:.4f} {:.4f}\n", f.units, f.visits, f.pages, f.carts, f.orders, f.lines,
                            f.revenue, f.margin);
    };
    add_text(ledger.total);
    for (const auto& week : ledger.weeks) add_text(week);
    for (const auto& lot : ledger.lots) add_text(lot);
    return text;
}

// What a side heard, as text.
class Listener final : public Side {
public:
    explicit Listener(Side& side) : side_(side) {}
    bool shows() const override { return side_.shows(); }
    void happened(const Deed& deed) override {
        heard += fmt::format("{} {} {}", static_cast<int>(deed.what), deed.who.shopper, deed.time);
        for (const Line& line : deed.lines) heard += fmt::format(" {}x{}", line.item, line.quantity);
        heard += '\n';
    }
    void show(const Asked& asked, Shown& shown) override { side_.show(asked, shown); }
    std::string heard;

private:
    Side& side_;
};

TEST(Simulator, the_same_seed_gives_the_same_life) {
    const World world = make_world(standard(), 3, 1500);
    Nobody nobody;
    Listener first(nobody), second(nobody);
    EXPECT_EQ(text_of(live(world, first)), text_of(live(world, second)));
    EXPECT_EQ(first.heard, second.heard);
    EXPECT_FALSE(first.heard.empty());
    EXPECT_NE(text_of(live(make_world(standard(), 4, 1500), nobody)), text_of(live(world, nobody)));
}

TEST(Simulator, people_are_the_same_one_by_one_and_in_the_order_of_time) {
    const World world = make_world(standard(), 5, 1500);
    Nobody nobody;
    const Ledger all = live(world, nobody);
    Ledger parts = live_organic(world, 0, 700);
    add(parts, live_organic(world, 700, 1500));
    EXPECT_EQ(all.total.units, parts.total.units);
    EXPECT_EQ(all.total.orders, parts.total.orders);
    EXPECT_EQ(all.total.pages, parts.total.pages);
    EXPECT_NEAR(all.total.revenue, parts.total.revenue, 1e-6 * all.total.revenue);
}

TEST(Simulator, a_null_shop_shows_no_difference_at_all) {
    const World world = make_world(null_shop(drawn(7)), 7, 2000);
    Nobody nobody;
    AtRandom random(world.shop);
    Knowing knowing(world.shop);
    const std::string organic = text_of(live(world, nobody));
    EXPECT_EQ(text_of(live(world, random)), organic);
    EXPECT_EQ(text_of(live(world, knowing)), organic);
}

TEST(Simulator, arms_are_the_same_shop_until_the_launch_and_have_the_same_units) {
    const World world = make_world(standard(), 11, 1500);
    Nobody nobody;
    Knowing knowing(world.shop);
    Listener organic(nobody), optimum(knowing);
    const Ledger a = live(world, organic), b = live(world, optimum);
    EXPECT_EQ(a.total.units, b.total.units);
    const TimeMs launch = world.calendar.midnight(world.calendar.days_before);
    const auto before = [&](const std::string& heard) {
        std::istringstream in(heard);
        std::string kept, line;
        while (std::getline(in, line)) {
            std::istringstream fields(line);
            TimeMs what = 0, who = 0, time = 0;
            fields >> what >> who >> time;
            if (time < launch) kept += line + '\n';
        }
        return kept;
    };
    EXPECT_EQ(before(organic.heard), before(optimum.heard));
    EXPECT_NE(organic.heard, optimum.heard);
}

TEST(Simulator, who_knows_what_people_want_sells_more_than_chance) {
    const World world = make_world(standard(), 13, 6000);
    Nobody nobody;
    AtRandom random(world.shop);
    Knowing knowing(world.shop);
    const Ledger none = live(world, nobody);
    const double chance = lift(Measure::revenue_a_visitor, live(world, random).total, none.total);
    const double best = lift(Measure::revenue_a_visitor, live(world, knowing).total, none.total);
    EXPECT_GT(best, chance);
    EXPECT_GT(best, 0);
}

TEST(Simulator, who_has_learned_more_sells_more) {
    const World world = make_world(standard(), 13, 700, {.days_before = 28, .days_after = 28});
    Knowing knowing(world.shop);
    Learned of_shop(world.shop, Knows::shop), of_people(world.shop, Knows::people);
    const auto carts = [&](Side& side) {
        const Ledger ledger = live(world, side);
        std::uint64_t sum = 0;
        for (const SlotOutcome& slot : ledger.by_slot) sum += slot.carts;
        return sum;
    };
    AtRandom random(world.shop);
    const std::uint64_t chance = carts(random), shop = carts(of_shop), people = carts(of_people);
    EXPECT_GT(shop, 2 * chance);
    EXPECT_GT(people, shop);
    EXPECT_GT(carts(knowing), people);
}

TEST(Simulator, who_has_learned_everything_reads_no_minds) {
    const World world = make_world(standard(), 13, 10);
    const Shopper shopper = make_shopper(world.shop, 3, 50), other = make_shopper(world.shop, 4, 50);
    const Taste taste = taste_on(world.shop, shopper, 20), other_taste = taste_on(world.shop, other, 20);
    const std::vector<Want> wants{{3, 0}}, other_wants{{5, 2}, {7, 0}};
    const auto answer = [&](Knows knows, const Mind& mind) {
        Learned side(world.shop, knows);
        Shown shown;
        side.show({.slot = Slot::home,
                   .who = {.shopper = 3},
                   .time = world.calendar.midnight(20),
                   .day = 20,
                   .size = 10,
                   .mind = &mind},
                  shown);
        return shown.items;
    };
    const Mind mind{shopper, taste, wants, {}, -4, 80}, same_person{shopper, taste, other_wants, {}, -7, 3};
    const Mind other_person{other, other_taste, wants, {}, -4, 80};
    EXPECT_EQ(answer(Knows::people, mind), answer(Knows::people, same_person));
    EXPECT_NE(answer(Knows::people, mind), answer(Knows::people, other_person));
    EXPECT_EQ(answer(Knows::shop, mind), answer(Knows::shop, other_person));
    EXPECT_EQ(answer(Knows::shop, mind).size(), 10u);
}

TEST(Simulator, the_standard_shop_is_like_real_ones) {
    const World world = make_world(standard(), 1, 12'000, {.days_before = 0, .days_after = 180});
    for (const Target& target : calibrated(world))
        EXPECT_TRUE(target.holds()) << target.what << ": " << target.measured << " not in " << target.low << " to "
                                    << target.high;
}

TEST(Simulator, its_numbers_are_frozen) {
    std::ifstream frozen("simulator/frozen.txt"), page("docs/simulator.md");
    std::string hash;
    frozen >> hash;
    std::stringstream text;
    text << page.rdbuf();
    EXPECT_EQ(fingerprint(), hash)
        << "ranges, standard values or the version of the model changed: write the new one into "
           "simulator/frozen.txt, log it in docs/simulator.md and run every arm again";
    EXPECT_NE(text.str().find("`" + hash + "`"), std::string::npos)
        << "docs/simulator.md has no log entry for " << hash;
}

// Answers every call as the contract says, and keeps what it was asked.
struct FakeService {
    std::string items = R"({"item_id":"i3"},{"item_id":"i7"})";
    int status_of_answers = 200;
    std::uint64_t events = 0, requests = 0, trainings = 0;
    TimeMs now = 0, first_request = 0;
    bool went_back = false;

    Transport transport() {
        return {.call = [this](std::string_view method, const std::string& target,
                               const std::string& body) { return answer(method, target, body); },
                .time =
                    [this](TimeMs time) {
                        went_back = went_back || time < now;
                        now = time;
                    },
                .trained = [this] { ++trainings; }};
    }
    Reply answer(std::string_view method, const std::string& target, const std::string& body) {
        if (target == "/v1/models/train") return {202, R"({"training":{"state":"running"}})"};
        if (method == "GET") return {200, R"({"training":{"state":"idle"}})"};
        for (std::size_t at = body.find("\"event\":"); at != std::string::npos; at = body.find("\"event\":", at + 1))
            ++events;
        if (target != "/v1/recommendations") return {200, "{}"};
        if (requests++ == 0) first_request = now;
        return {status_of_answers, R"({"results":[{"recommendation_id":"r-1","items":[)" + items + "]}]}"};
    }
};

TEST(Simulator, speaks_the_contract_and_asks_from_the_launch_on) {
    const World world = make_world(standard(), 2, 800);
    FakeService service;
    Wire wire(world, service.transport(), {.learns = true, .train_every_days = 14});
    const Ledger ledger = live(world, wire);
    wire.flush();
    ASSERT_TRUE(wire.trouble()) << wire.trouble().error().message;
    EXPECT_EQ(service.requests, ledger.total.slots);
    EXPECT_EQ(service.events, wire.counts().events);
    EXPECT_GE(service.first_request, world.calendar.midnight(world.calendar.days_before));
    EXPECT_EQ(service.trainings, 4u);
    EXPECT_FALSE(service.went_back);
    EXPECT_GT(ledger.total.clicks, 0u);
}

TEST(Simulator, a_refused_call_ends_the_talking_and_is_told) {
    const World world = make_world(standard(), 2, 300);
    FakeService service;
    service.status_of_answers = 503;
    Wire wire(world, service.transport(), {});
    live(world, wire);
    ASSERT_FALSE(wire.trouble());
    EXPECT_NE(wire.trouble().error().message.find("/v1/recommendations was answered with 503"), std::string::npos);
    EXPECT_EQ(service.requests, 1u);
}

TEST(Simulator, drawn_shops_lie_in_their_ranges_and_differ) {
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
        const Parameters shop = drawn(seed);
        for (const Range& range : ranges()) {
            EXPECT_GE(shop.*range.field, range.low) << range.name;
            EXPECT_LE(shop.*range.field, range.high) << range.name;
        }
    }
    EXPECT_NE(drawn(1).taste, drawn(2).taste);
    for (const Range& range : ranges()) {
        EXPECT_LE(range.low, standard().*range.field) << range.name;
        EXPECT_GE(range.high, standard().*range.field) << range.name;
    }
}

TEST(Simulator, parameters_are_set_within_bounds) {
    Parameters shop;
    EXPECT_TRUE(set(shop, "slot_look", .4));
    EXPECT_EQ(shop.slot_look, .4);
    for (const Range& range : ranges()) {
        EXPECT_TRUE(set(shop, range.name, range.low == range.high ? range.low : std::ceil(range.low))) << range.name;
        EXPECT_TRUE(set(shop, range.name, standard().*range.field)) << range.name;
        for (const double odd : {std::nan(""), 1e308, -1e308, HUGE_VAL})
            EXPECT_FALSE(set(shop, range.name, odd)) << range.name << " = " << odd;
    }
    for (const auto& [name, odd] : std::vector<std::pair<std::string, double>>{
             {"items", 0}, {"leaves", 0}, {"items", 2.5}, {"bots", -1}, {"pages", 0}, {"price_median", 0}})
        EXPECT_FALSE(set(shop, name, odd)) << name;
    EXPECT_NE(set(shop, "items", 0).error().message.find("items = 0 is not a whole number from 1"), std::string::npos);
    EXPECT_FALSE(set(shop, "colour", 1));
}

TEST(Simulator, lifts_are_those_of_figures_made_by_hand) {
    Ledger arm, base;
    base.total = {.units = 100, .orders = 10, .revenue = 500};
    arm.total = {.units = 100, .orders = 11, .revenue = 660};
    for (std::size_t lot = 0; lot < groups; ++lot) base.lots[lot].units = arm.lots[lot].units = 2;
    EXPECT_NEAR(lift(Measure::orders_a_visitor, arm.total, base.total), .1, 1e-12);
    EXPECT_NEAR(lift(Measure::revenue_a_visitor, arm.total, base.total), .32, 1e-12);
    EXPECT_NEAR(lift(Measure::order_value, arm.total, base.total), .2, 1e-12);
    const Lift within = lift_within(Measure::order_value, base, base);
    EXPECT_EQ(within.low, 0);
    EXPECT_EQ(within.high, 0);
    const Spread spread = spread_of({.1, -.1, .2, .3});
    EXPECT_NEAR(spread.median, .15, 1e-12);
    EXPECT_NEAR(spread.share_below_zero, .25, 1e-12);
    EXPECT_NEAR((spread.high - spread.low) / 2, 3.182 * .170783 / 2, .004);
}

}  // namespace
}  // namespace vitrina::simulator
