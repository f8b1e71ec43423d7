#include "simulator/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace vitrina::simulator {

namespace {

// Hears everything, shows nothing.
class Ear final : public Side {
public:
    explicit Ear(const Shop& shop) : views_of(shop.items.size(), 0) {}
    bool shows() const override { return false; }
    void happened(const Deed& deed) override {
        if (deed.who.bot) return;
        if (deed.what == Happening::view_item) ++views_of[deed.lines.front().item];
        if (deed.what != Happening::purchase) return;
        double value = 0;
        for (const Line& line : deed.lines) {
            value += line.price * line.quantity;
            bought[{deed.who.shopper, line.item}].push_back(deed.time);
        }
        orders.push_back(value);
        lines += static_cast<double>(deed.lines.size());
    }
    std::vector<double> views_of, orders;
    double lines = 0;
    std::map<std::pair<ShopperNumber, ItemNumber>, std::vector<TimeMs>> bought;
};

double quantile(std::vector<double>& values, double at) {
    if (values.empty()) return 0;
    std::ranges::sort(values);
    return values[static_cast<std::size_t>(at * static_cast<double>(values.size() - 1))];
}

// Slope of log(count) over log(rank), ranks 11 to the half: what we measured on the public sets in the same way.
double exponent(std::vector<double> counts) {
    std::ranges::sort(counts, std::greater<>());
    double n = 0, x1 = 0, y1 = 0, xx = 0, xy = 0;
    for (std::size_t rank = 10; rank < counts.size() / 2; ++rank) {
        if (counts[rank] <= 0) break;
        const double x = std::log(static_cast<double>(rank + 1)), y = std::log(counts[rank]);
        ++n, x1 += x, y1 += y, xx += x * x, xy += x * y;
    }
    return n > 2 ? -(n * xy - x1 * y1) / (n * xx - x1 * x1) : 0;
}

double top_tenth(std::vector<double> counts) {
    std::ranges::sort(counts, std::greater<>());
    double all = 0, top = 0;
    for (std::size_t rank = 0; rank < counts.size(); ++rank) {
        all += counts[rank];
        if (rank < counts.size() / 10) top += counts[rank];
    }
    return all > 0 ? top / all : 0;
}

struct Shape {
    double mean = 0, sd = 0, skew = 0;
};

Shape shape_of_logs(const std::vector<double>& values) {
    Shape shape;
    const auto n = static_cast<double>(values.size());
    for (const double value : values) shape.mean += std::log(value) / n;
    double third = 0;
    for (const double value : values) {
        const double off = std::log(value) - shape.mean;
        shape.sd += off * off / n;
        third += off * off * off / n;
    }
    shape.sd = std::sqrt(shape.sd);
    shape.skew = shape.sd > 0 ? third / (shape.sd * shape.sd * shape.sd) : 0;
    return shape;
}

std::vector<double> gaps_of(const Ear& ear) {
    std::vector<double> gaps;
    for (const auto& [who, times] : ear.bought)
        for (std::size_t k = 1; k < times.size(); ++k)
            gaps.push_back(static_cast<double>(times[k] - times[k - 1]) / static_cast<double>(day_ms));
    return gaps;
}

}  // namespace

std::vector<Target> calibrated(const World& world) {
    Ear ear(world.shop);
    std::vector<double> views;  // of visits with two or more
    double wants = 0, sought = 0, visits = 0, views_all = 0, carts = 0, orders = 0;
    live(world, ear, [&](const Shopper&, int, const Outcome& outcome) {
        ++visits;
        views_all += outcome.views;
        carts += outcome.carts;
        if (outcome.pages > 1) wants += outcome.wants, sought += outcome.sought;
        orders += outcome.orders;
        if (outcome.views >= 2) views.push_back(outcome.views);
    });
    double views_mean = 0;
    for (const double count : views) views_mean += count / static_cast<double>(std::max<std::size_t>(1, views.size()));
    const Shape logs = shape_of_logs(ear.orders);
    std::vector<double> gaps = gaps_of(ear);
    const std::string digi = "Diginetica, measured";
    return {
        {"orders a visit", .02, .03, orders / visits,
         "2-3 % of visits is what shops report; RetailRocket .8 % a visitor"},
        {"lines an order", 1.5, 3, ear.lines / orders, "consumer shops; chosen"},
        {"carts a view", .02, .1, carts / views_all, "RetailRocket .026, of a shop with a third of the conversion"},
        {"bought of what was carted", .25, .42, ear.lines / carts, "RetailRocket .324; Baymard: 70 % left behind"},
        {"views a visit of two or more, mean", 3.6, 6.1, views_mean, digi + " 4.85"},
        {"… median", 3, 5, quantile(views, .5), digi + " 4"},
        {"… 90th of 100", 7, 12, quantile(views, .9), digi + " 9"},
        {"exponent of popularity (views)", .5, 1, exponent(ear.views_of), digi + " .73; Online Retail .73"},
        {"share of views of the top tenth", .35, .6, top_tenth(ear.views_of), digi + " .46; Online Retail .45"},
        {"wants that people search for by themselves", .6, .95, sought / wants,
         "chosen: most; visits of more than a page"},
        {"sd of ln order value", .6, 1.2, logs.sd, "log-normal; .6-1.2 is chosen"},
        {"skewness of ln order value", -.6, .6, logs.skew, "log-normal: 0"},
        {"median days until bought again", 30, 60, quantile(gaps, .5), "Online Retail 45 (quartiles 20, 92), measured"},
    };
}

}  // namespace vitrina::simulator
