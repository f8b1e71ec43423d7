#include "simulator/learned_side.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace vitrina::simulator {

namespace {

// Gauss-Hermite quadrature for a standard normal, five nodes (Abramowitz and Stegun, table 25.10).
struct Node {
    double at, weight;
};
constexpr std::array<Node, 5> nodes = {
    {{-2.856970, .011257}, {-1.355626, .222076}, {0, .533333}, {1.355626, .222076}, {2.856970, .011257}}};

constexpr std::uint32_t sampled_people = 200;  // who stand for people of whom nothing is known

double square(double x) { return x * x; }
double normal_share(double x) { return .5 * std::erfc(-x / std::numbers::sqrt2); }

// Mean of logistic(x + sd·z) over a standard normal z (MacKay 1992, "The evidence framework", eq. 25).
double mean_logistic(double x, double sd) { return logistic(x / std::sqrt(1 + std::numbers::pi / 8 * square(sd))); }

// The rate a day at which something that comes with `chance` at all, after a log-normal wait, comes now.
double hazard(double waited_days, double median_days, double sd, double chance) {
    if (waited_days <= 0) return 0;
    const double z = std::log(waited_days / median_days) / sd;
    const double density = std::exp(-.5 * square(z)) / (std::sqrt(2 * std::numbers::pi) * sd * waited_days);
    return chance * density / (1 - chance * normal_share(z));
}

// Of a person that nobody knows: price sensitivity is log-normal (docs/simulator.md).
constexpr double sensitivity_sd = .5, money_sd = .3;

}  // namespace

Learned::Seen& Learned::seen_on(const Identity& who, TimeMs time) {
    Seen& seen = people_[who.shopper];
    const std::int64_t day = time / day_ms;
    if (seen.day == day) return seen;
    seen.day_before = seen.day;
    seen.left_in_cart = seen.in_cart;
    seen.day = day;
    seen.in_cart = -1;
    seen.sought.clear();
    seen.taken.clear();
    return seen;
}

void Learned::happened(const Deed& deed) {
    if (deed.who.bot) return;
    Seen& seen = seen_on(deed.who, deed.time);
    if (deed.what == Happening::search) seen.sought.push_back(deed.leaf);
    if (deed.what == Happening::purchase) seen.in_cart = -1;
    for (const Line& line : deed.lines) {
        const LeafNumber leaf = shop_.items[line.item].leaf;
        if (deed.what == Happening::view_item) seen.sought.push_back(leaf);
        if (deed.what == Happening::add_to_cart) {
            seen.taken.push_back(leaf);
            if (seen.in_cart < 0) seen.in_cart = leaf;
        }
        if (deed.what == Happening::purchase) {
            std::erase_if(seen.bought, [&](const LeafPast& past) { return past.leaf == leaf; });
            seen.bought.push_back({leaf, static_cast<int>(seen.day)});
        }
    }
}

const std::vector<double>& Learned::usual_wishes(int day) {
    if (usual_day_ == day) return usual_;
    usual_day_ = day;
    usual_.assign(shop_.leaves.size(), 0);
    std::vector<double> weights;
    for (ShopperNumber number = 0; number < sampled_people; ++number) {
        const Shopper person = make_shopper(shop_, number, 1);
        wishes(shop_, taste_on(shop_, person, day), {}, day, weights);
        double sum = 0;
        for (const double weight : weights) sum += weight;
        for (std::size_t leaf = 0; leaf < weights.size(); ++leaf) usual_[leaf] += weights[leaf] / sum;
    }
    return usual_;
}

std::vector<double> Learned::wish_shares(const Asked& asked, const Seen& seen) {
    Past past;
    for (const LeafPast& bought : seen.bought)
        past.bought.push_back({bought.leaf, asked.day - static_cast<int>(seen.day - bought.bought)});
    std::vector<double> weights;
    if (knows_ == Knows::people) {
        wishes(shop_, asked.mind->taste, past, asked.day, weights);
    } else {
        weights = usual_wishes(asked.day);
        for (const LeafPast& bought : past.bought)
            if (asked.day < bought.bought + shop_.parameters.satiation_days) weights[bought.leaf] *= std::exp(-2);
    }
    double sum = 0;
    for (const double weight : weights) sum += weight;
    for (double& weight : weights) weight /= sum;
    return weights;
}

// What he came for, before he has asked for anything: something used up, something left in the cart, or a wish.
void Learned::expect_first(const Asked& asked, const Seen& seen, std::vector<Wanted>& wanted) const {
    const Parameters& p = shop_.parameters;
    std::vector<std::pair<LeafNumber, double>> due;
    double sum = 0;
    for (const LeafPast& bought : seen.bought)
        if (const double interval = shop_.leaves[bought.leaf].refill_days; interval > 0) {
            due.emplace_back(bought.leaf,
                             hazard(static_cast<double>(seen.day - bought.bought), interval, .35, p.refill_loyal));
            sum += due.back().second;
        }
    const double returning = knows_ == Knows::people ? asked.mind->shopper.returning : p.returning;
    const double other =
        seen.day_before < 0 ? 1 : hazard(static_cast<double>(seen.day - seen.day_before), p.gap_days, .8, returning);
    const double refills = sum > 0 ? sum / (sum + other) : 0;
    const double carried = seen.left_in_cart >= 0 ? p.carry * (1 - refills) : 0;
    for (Wanted& each : wanted) each.chance *= 1 - refills - carried;
    if (carried > 0) wanted[static_cast<std::size_t>(seen.left_in_cart)].chance += carried;
    for (const auto& [leaf, rate] : due) {
        const double chance = refills * rate / sum;
        wanted[leaf].bonus = p.wanted_bonus * chance / (chance + wanted[leaf].chance);
        wanted[leaf].chance += chance;
    }
}

std::vector<Learned::Wanted> Learned::wanted(const Asked& asked, const Seen& seen) {
    const Parameters& p = shop_.parameters;
    const std::vector<double> shares = wish_shares(asked, seen);
    std::vector<Wanted> wanted(shares.size());
    if (seen.sought.empty()) {
        for (std::size_t leaf = 0; leaf < shares.size(); ++leaf) wanted[leaf].chance = shares[leaf];
        expect_first(asked, seen, wanted);
    }
    // Wishes beyond the first are geometric in number, so the mean of those that are left does not change.
    for (std::size_t leaf = 0; leaf < shares.size(); ++leaf)
        wanted[leaf].chance = 1 - (1 - wanted[leaf].chance) / (1 + p.impulses * shares[leaf]);
    for (const LeafNumber leaf : seen.sought) wanted[leaf].chance = 1;
    for (const LeafNumber leaf : seen.taken) wanted[leaf].chance = 0;
    for (const LeafNumber leaf : seen.taken)
        for (const LeafNumber other : shop_.leaves[leaf].complements)
            wanted[other].chance = 1 - (1 - wanted[other].chance) * (1 - p.complement_want);
    if (!seen.taken.empty())
        for (Wanted& each : wanted) each.bonus = p.wanted_bonus;
    return wanted;
}

Learned::Worth Learned::worth(const Asked& asked, ItemNumber number, double bonus) const {
    const Parameters& p = shop_.parameters;
    const Item& item = shop_.items[number];
    const Shopper& shopper = asked.mind->shopper;
    double mean = 0, variance = square(p.own_taste), budget = shopper.budget, budget_variance = square(money_sd);
    if (knows_ == Knows::people) {
        mean = foreseen_utility(shop_, shopper, asked.mind->taste, number);
    } else {
        const double same_style = 1 / p.styles, spread = std::exp(square(sensitivity_sd));
        mean = item.appeal + p.style_taste * same_style + p.price_sensitivity * std::sqrt(spread) * item.cheapness;
        variance += square(p.taste) * product(item.taste, item.taste) / static_cast<double>(dimensions) +
                    square(p.style_taste) * same_style * (1 - same_style) +
                    square(p.price_sensitivity * item.cheapness) * spread * (spread - 1);
        budget = p.budget;
        budget_variance += square(p.budget_sd);
    }
    double spent = item.price;
    for (const Line& line : asked.cart) spent += line.price * line.quantity;
    const double affordable = normal_share(std::log(budget / spent) / std::sqrt(budget_variance));
    Worth worth;
    for (const Node& node : nodes) {
        const double value = mean + std::sqrt(variance) * node.at;
        const double clicked = 1 - std::exp(-std::exp((value - p.click_at) / p.perceive_sd));
        const double carted = p.goal * mean_logistic(p.intent_goal + bonus + value, p.intent_sd) +
                              (1 - p.goal) * mean_logistic(p.intent_browse + bonus + value, p.intent_sd);
        worth.clicked += node.weight * clicked;
        worth.revenue += node.weight * clicked * carted * affordable * item.price;
    }
    return worth;
}

void Learned::show(const Asked& asked, Shown& shown) {
    const std::vector<Wanted> wanted_leaves = wanted(asked, seen_on(asked.who, asked.time));
    struct Candidate {
        ItemNumber item;
        Worth worth;
    };
    std::vector<Candidate> candidates;
    for (LeafNumber leaf = 0; leaf < wanted_leaves.size(); ++leaf)
        for (const ItemNumber item : shop_.leaves[leaf].items) {
            if (wanted_leaves[leaf].chance == 0 || !in_stock(shop_, item, asked.day)) continue;
            if (std::ranges::find(asked.mind->judged, item) != asked.mind->judged.end()) continue;
            Worth each = worth(asked, item, wanted_leaves[leaf].bonus);
            each.revenue *= wanted_leaves[leaf].chance;
            candidates.push_back({item, each});
        }
    for (double look = 1; shown.items.size() < asked.size && !candidates.empty(); look *= shop_.parameters.slot_look) {
        const auto best = std::ranges::max_element(candidates, {}, [](const Candidate& c) { return c.worth.revenue; });
        const Candidate chosen = *best;
        candidates.erase(best);
        shown.items.push_back(chosen.item);
        for (Candidate& other : candidates)
            if (shop_.items[other.item].leaf == shop_.items[chosen.item].leaf)
                other.worth.revenue *= 1 - look * chosen.worth.clicked;
    }
}

}  // namespace vitrina::simulator
