#include "cli/simulated_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/kept_arms.hpp"
#include "simulator/effect.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;
using simulator::Figures;
using simulator::Measure;
using simulator::Spread;
using simulator::spread_of;

std::string percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

std::vector<double> lifts_of(const Comparison& comparison, const std::string& arm, Measure measure) {
    std::vector<double> lifts;
    for (const LivedShop& shop : comparison.shops)
        lifts.push_back(lift(measure, shop.arms.at(arm).ledger.total, shop.arms.at(comparison.against).ledger.total));
    return lifts;
}

// Of what the one who knows gains over `against`, how much an arm gains; summed over shops, so that small ones do not shake it.
std::optional<double> share_of_optimum(const Comparison& comparison, const std::string& arm) {
    double gained = 0, possible = 0;
    for (const LivedShop& shop : comparison.shops) {
        const auto best = shop.arms.find("optimum");
        if (best == shop.arms.end()) return std::nullopt;
        const auto revenue = [](const LivedArm& lived) {
            return value_of(Measure::revenue_a_visitor, lived.ledger.total);
        };
        const double base = revenue(shop.arms.at(comparison.against));
        gained += revenue(shop.arms.at(arm)) - base;
        possible += revenue(best->second) - base;
    }
    return possible > 0 ? std::optional(gained / possible) : std::nullopt;
}

std::string text_of_spread(const Spread& spread) {
    return fmt::format("{} [{}, {}]", percent(spread.mean), percent(spread.low), percent(spread.high));
}

std::string levels(const Comparison& comparison) {
    Table table({"arm", "visitors", "orders a 100", "revenue a visitor", "order value", "lines", "click rate",
                 "answers a s", "trainings", "refused", "training s", "s"});
    for (const std::string& arm : comparison.arms) {
        Figures sum;
        simulator::WireCounts wire;
        double seconds = 0, training = 0;
        for (const LivedShop& shop : comparison.shops) {
            const LivedArm& lived = shop.arms.at(arm);
            simulator::Ledger both{.total = sum};
            simulator::add(both, lived.ledger);
            sum = both.total;
            wire.requests += lived.wire.requests;
            wire.trainings += lived.wire.trainings;
            wire.trainings_refused += lived.wire.trainings_refused;
            seconds += lived.seconds;
            training += lived.training_seconds;
        }
        const double answering = seconds - training;
        table.add(
            {arm, with_thousands(sum.units), fmt::format("{:.3f}", 100 * value_of(Measure::orders_a_visitor, sum)),
             fmt::format("{:.4f}", value_of(Measure::revenue_a_visitor, sum)),
             fmt::format("{:.2f}", value_of(Measure::order_value, sum)),
             fmt::format("{:.2f}", value_of(Measure::lines_an_order, sum)),
             sum.slots == 0 ? ""
                            : fmt::format("{:.3f}", static_cast<double>(sum.clicks) / static_cast<double>(sum.slots)),
             wire.requests == 0 ? "" : fmt::format("{:.0f}", static_cast<double>(wire.requests) / answering),
             std::to_string(wire.trainings), std::to_string(wire.trainings_refused), fmt::format("{:.0f}", training),
             fmt::format("{:.0f}", seconds)});
    }
    return table.text();
}

std::string lifts(const Comparison& comparison) {
    Table table(
        {"arm", "what", "median shop", "quartiles", "mean over shops [95 %]", "shops below 0", "of the optimum"}, 100);
    for (const std::string& arm : comparison.arms) {
        if (arm == comparison.against || arm == "trial") continue;
        for (const Measure measure : simulator::measures) {
            const Spread spread = spread_of(lifts_of(comparison, arm, measure));
            const auto share = measure == Measure::revenue_a_visitor ? share_of_optimum(comparison, arm) : std::nullopt;
            table.add({arm, simulator::name_of(measure), percent(spread.median),
                       fmt::format("{} to {}", percent(spread.quartile_low), percent(spread.quartile_high)),
                       text_of_spread(spread), fmt::format("{:.0f} %", 100 * spread.share_below_zero),
                       share ? fmt::format("{:.0f} %", 100 * *share) : ""});
        }
    }
    return table.text();
}

// Over all shops together: one week of one shop is too little.
std::string weeks(const Comparison& comparison) {
    std::vector<std::string> header{"lift of revenue a visitor, by week"};
    const std::size_t count = comparison.shops.front().arms.at(comparison.against).ledger.weeks.size();
    for (std::size_t week = 0; week < count; ++week) header.push_back(std::to_string(week + 1));
    Table table(std::move(header));
    for (const std::string& arm : comparison.arms) {
        if (arm == comparison.against || arm == "trial") continue;
        std::vector<std::string> row{arm};
        for (std::size_t week = 0; week < count; ++week) {
            double mine = 0, base = 0;
            for (const LivedShop& shop : comparison.shops) {
                mine += shop.arms.at(arm).ledger.weeks[week].revenue;
                base += shop.arms.at(comparison.against).ledger.weeks[week].revenue;
            }
            row.push_back(base > 0 ? percent(mine / base - 1) : "");
        }
        table.add(std::move(row));
    }
    return table.text();
}

// Where an arm is strong: only the simulator knows what was of use.
std::string slots(const Comparison& comparison) {
    Table table({"arm", "slot", "answers", "items", "of use", "clicks a 100", "carts a 100", "lines a 100"});
    for (const std::string& arm : comparison.arms) {
        simulator::Ledger sum;
        for (const LivedShop& shop : comparison.shops) simulator::add(sum, shop.arms.at(arm).ledger);
        for (std::size_t slot = 0; slot < sum.by_slot.size(); ++slot) {
            const auto& s = sum.by_slot[slot];
            if (s.asked == 0) continue;
            const auto a_hundred = [&](std::uint64_t count) {
                return fmt::format("{:.2f}", 100 * static_cast<double>(count) / static_cast<double>(s.asked));
            };
            table.add({arm, simulator::slot_names[slot], with_thousands(s.asked),
                       fmt::format("{:.1f}", static_cast<double>(s.shown) / static_cast<double>(s.asked)),
                       fmt::format("{:.1f}", static_cast<double>(s.of_use) / static_cast<double>(s.asked)),
                       a_hundred(s.clicks), a_hundred(s.carts), a_hundred(s.bought)});
        }
    }
    return table.empty()
               ? ""
               : "\nwhat was shown, an answer; of use: wanted, in stock and not looked at yet\n" + table.text();
}

// What an experiment within each shop says, beside the truth that only the simulator has.
std::string estimates(const Comparison& comparison) {
    const auto has = [&](std::string_view arm) {
        return std::ranges::find(comparison.arms, arm) != comparison.arms.end();
    };
    if (!has("trial") || !has("vitrina") || comparison.against != "day_one") return "";
    Table table({"vitrina against day_one", "median truth", "median estimate", "intervals that hold the truth"});
    for (const Measure measure : simulator::measures) {
        std::vector<double> truths, said;
        std::size_t held = 0;
        for (const LivedShop& shop : comparison.shops) {
            const double truth =
                lift(measure, shop.arms.at("vitrina").ledger.total, shop.arms.at("day_one").ledger.total);
            for (const Estimated& each : shop.arms.at("trial").estimates) {
                if (each.measure != name_of(measure)) continue;
                truths.push_back(truth);
                said.push_back(each.value);
                held += each.low <= truth && truth <= each.high ? 1 : 0;
            }
        }
        if (!said.empty())
            table.add({name_of(measure), percent(spread_of(truths).median), percent(spread_of(said).median),
                       fmt::format("{} of {}", held, said.size())});
    }
    return "\nestimated by an experiment in each shop\n" + table.text();
}

ordered_json json_of_spread(const Spread& spread) {
    return {{"median", spread.median},
            {"mean", spread.mean},
            {"low", spread.low},
            {"high", spread.high},
            {"quartiles", {spread.quartile_low, spread.quartile_high}},
            {"share_below_zero", spread.share_below_zero}};
}

ordered_json json_of_shop(const Comparison& comparison, const LivedShop& shop) {
    ordered_json json{{"seed", shop.seed}};
    const auto& base = shop.arms.at(comparison.against).ledger;
    for (const auto& [name, lived] : shop.arms) {
        ordered_json& arm = json["arms"][name];
        arm = json_of_lived(lived);
        for (const Measure measure : simulator::measures) {
            const auto within = lift_within(measure, lived.ledger, base);
            arm["lifts"][simulator::name_of(measure)] = {
                {"value", within.value}, {"low", within.low}, {"high", within.high}};
        }
    }
    return json;
}

}  // namespace

std::string text_of(const Comparison& comparison) {
    return fmt::format("{} shops; the same people and draws in every arm; model {}\n\n{}\nagainst {}\n{}\n{}{}{}\n"
                       "The value of an order is a decomposition, not an effect on a fixed set of shoppers.\n",
                       comparison.shops.size(), simulator::fingerprint(), levels(comparison), comparison.against,
                       lifts(comparison), weeks(comparison), slots(comparison), estimates(comparison));
}

std::string json_of(const Comparison& comparison) {
    ordered_json json{{"model", simulator::fingerprint()}, {"against", comparison.against}};
    for (const std::string& arm : comparison.arms) {
        if (arm == comparison.against || arm == "trial") continue;
        for (const Measure measure : simulator::measures)
            json["lifts"][arm][simulator::name_of(measure)] =
                json_of_spread(spread_of(lifts_of(comparison, arm, measure)));
        if (const auto share = share_of_optimum(comparison, arm)) json["share_of_optimum"][arm] = *share;
    }
    for (const LivedShop& shop : comparison.shops) json["shops"].push_back(json_of_shop(comparison, shop));
    return json.dump(2) + "\n";
}

Result<void> draw(const Comparison& comparison, const std::string& file) {
    constexpr double width = 760, left = 110, row = 44, scale = 900;  // pixels; of a lift of 1
    double least = -.1, most = .1;
    for (const std::string& arm : comparison.arms)
        for (const double each : lifts_of(comparison, arm, Measure::revenue_a_visitor)) {
            least = std::min(least, each);
            most = std::max(most, each);
        }
    const double pixels = std::min(scale, (width - left - 30) / (most - least));
    const auto x = [&](double each) { return left + 10 + (each - least) * pixels; };
    std::string svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" "
                                  "font-family=\"sans-serif\" font-size=\"13\">\n"
                                  "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
                                  "<text x=\"10\" y=\"20\">lift of revenue a visitor against {}, a dot a shop, a bar "
                                  "the mean's 95 % interval</text>\n"
                                  "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"30\" y2=\"{}\" stroke=\"#999\"/>\n",
                                  width, 60 + row * static_cast<double>(comparison.arms.size()), comparison.against,
                                  x(0), x(0), 40 + row * static_cast<double>(comparison.arms.size()));
    double y = 56;
    for (const std::string& arm : comparison.arms) {
        if (arm == comparison.against || arm == "trial") continue;
        const auto all = lifts_of(comparison, arm, Measure::revenue_a_visitor);
        const Spread spread = spread_of(all);
        svg += fmt::format("<text x=\"10\" y=\"{:.1f}\">{}</text>\n", y + 4, arm);
        svg += fmt::format(
            "<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#135\" stroke-width=\"3\"/>\n",
            x(std::max(spread.low, least)), x(std::min(spread.high, most)), y + 12, y + 12);
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"11\">{}</text>\n", x(spread.median), y - 8,
                           percent(spread.median));
        for (const double each : all)
            svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"#2a7\" fill-opacity=\".6\"/>\n",
                               x(each), y);
        y += row;
    }
    std::ofstream out(file);
    out << svg << "</svg>\n";
    if (!out.flush()) return fail(ErrorCode::io, fmt::format("{} cannot be written", file));
    return {};
}

std::string text_of_targets(const std::vector<simulator::Target>& targets) {
    Table table({"target", "from", "to", "measured", "ok", "source"}, 100);
    for (const auto& target : targets)
        table.add({target.what, fmt::format("{:.4g}", target.low), fmt::format("{:.4g}", target.high),
                   fmt::format("{:.4g}", target.measured), target.holds() ? "yes" : "NO", target.source});
    return table.text();
}

std::string json_of_targets(const std::vector<simulator::Target>& targets) {
    ordered_json json{{"model", simulator::fingerprint()}, {"targets", ordered_json::array()}};
    for (const auto& target : targets)
        json["targets"].push_back({{"target", target.what},
                                   {"low", target.low},
                                   {"high", target.high},
                                   {"measured", target.measured},
                                   {"holds", target.holds()},
                                   {"source", target.source}});
    return json.dump(2) + "\n";
}

}  // namespace vitrina::cli
