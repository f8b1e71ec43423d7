#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cli/probes.hpp"
#include "engine/experiments.hpp"
#include "engine/thread_pool.hpp"

namespace vitrina::cli {

namespace {

using experiment::Frequency;
using experiment::Rehearsal;
using nlohmann::ordered_json;

double share_of(const Frequency& frequency) {
    return static_cast<double>(frequency.times) / static_cast<double>(frequency.rounds);
}

void print_json(const Rehearsal& rehearsal, const engine::FrozenShop& shop, const RehearseOptions& options) {
    ordered_json json{{"from", iso_time(shop.from)},
                      {"until", iso_time(shop.until)},
                      {"units", rehearsal.units},
                      {"buyers", rehearsal.buyers},
                      {"orders", rehearsal.orders},
                      {"currency", shop.currency},
                      {"revenue_most", options.revenue_most},
                      {"conversion", rehearsal.conversion},
                      {"revenue_a_unit", rehearsal.revenue_a_unit},
                      {"revenue_of_99", rehearsal.revenue_of_99},
                      {"true_conversion_lift", rehearsal.true_conversion_lift},
                      {"true_revenue_lift", rehearsal.true_revenue_lift},
                      {"conversion_power", rehearsal.conversion_power},
                      {"revenue_power", rehearsal.revenue_power},
                      {"frequencies", ordered_json::array()}};
    for (const Frequency& frequency : rehearsal.frequencies)
        json["frequencies"].push_back({{"what", frequency.what},
                                       {"times", frequency.times},
                                       {"rounds", frequency.rounds},
                                       {"promised", frequency.promised},
                                       {"low", frequency.at_most ? 0 : frequency.low},
                                       {"high", frequency.high},
                                       {"kept", frequency.kept()}});
    fmt::print("{}\n", json.dump(2));
}

void print_text(const Rehearsal& rehearsal, const engine::FrozenShop& shop, const RehearseOptions& options) {
    fmt::print("{} visitors, {} of whom ordered {} times from {} to {} ({:.2f} %, {:.4f} {} each), by lot in two "
               "halves, {} times\n",
               with_thousands(rehearsal.units), with_thousands(rehearsal.buyers), with_thousands(rehearsal.orders),
               iso_time(shop.from).substr(0, 10), iso_time(shop.until).substr(0, 10), 100 * rehearsal.conversion,
               rehearsal.revenue_a_unit, shop.currency, with_thousands(options.rounds));
    fmt::print("A/A: as it was. A/B: with {:+.2f} % conversion and {:+.2f} % revenue put into the treated\n",
               100 * rehearsal.true_conversion_lift, 100 * rehearsal.true_revenue_lift);
    Table table({"what", "happened", "promised", "chance allows", "kept"});
    for (const Frequency& frequency : rehearsal.frequencies)
        table.add({frequency.what, fmt::format("{:.1f} %", 100 * share_of(frequency)),
                   fmt::format("{}{:.4g} %", frequency.at_most ? "≤ " : "", 100 * frequency.promised),
                   fmt::format("{:.1f} to {:.1f} %", frequency.at_most ? 0 : 100 * frequency.low, 100 * frequency.high),
                   frequency.kept() ? "yes" : "NO"});
    fmt::print("{}", table.text());
    fmt::print(
        "an experiment with these visitors finds that effect in conversion {:.0f} times in 100, in revenue {:.0f} "
        "(`vitrina sample-size` says how many it needs)\n",
        100 * rehearsal.conversion_power, 100 * rehearsal.revenue_power);
    if (std::ranges::all_of(rehearsal.frequencies, &Frequency::kept)) return;
    fmt::print("a promise is broken: mostly a few visitors have most of the money. 99 of 100 who ordered spent up to "
               "{:.2f} {}: with --revenue-most, here and in `experiment show`, nobody counts for more\n",
               rehearsal.revenue_of_99, shop.currency);
}

}  // namespace

int run_rehearse(const RehearseOptions& options) {
    TimeMs from = 0;
    if (!options.from.empty()) {
        const auto read = parse_time(options.from);
        if (!read) return report_call(read.error());
        from = *read;
    }
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    const TimeMs window_ms = options.window_days * day_ms;
    const auto shop = engine::frozen_shop(**engine, from, window_ms);
    if (!shop) return report(shop.error());
    engine::ThreadPool pool(thread_count(options.threads));
    const Rehearsal rehearsal = experiment::rehearse(shop->units,
                                                     {.rounds = options.rounds,
                                                      .conversion_lift = options.conversion_lift,
                                                      .value_lift = options.value_lift,
                                                      .revenue_most = options.revenue_most,
                                                      .window_ms = window_ms,
                                                      .seed = options.seed},
                                                     pool);
    if (rehearsal.frequencies.empty())
        return report(Error{ErrorCode::conflict,
                            fmt::format("none of {} visitors ordered from {} to {}; say another --from or a longer "
                                        "--window",
                                        with_thousands(rehearsal.units), iso_time(shop->from), iso_time(shop->until))});
    if (options.json)
        print_json(rehearsal, *shop, options);
    else
        print_text(rehearsal, *shop, options);
    return exit_done;
}

}  // namespace vitrina::cli
