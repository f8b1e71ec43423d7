#include "cli/simulate_command.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "cli/console.hpp"
#include "cli/kept_arms.hpp"
#include "cli/simulated_arm.hpp"
#include "cli/simulated_report.hpp"
#include "simulator/calibration.hpp"

namespace vitrina::cli {

namespace {

using simulator::Parameters;
using simulator::World;

Result<Parameters> parameters_of(const SimulateOptions& options, std::uint64_t seed) {
    Parameters parameters = options.standard ? simulator::standard() : simulator::drawn(seed);
    if (options.null_shop) parameters = simulator::null_shop(parameters);
    for (const std::string& change : options.set) {
        const std::size_t equals = change.find('=');
        char* end = nullptr;
        const std::string value = equals == std::string::npos ? "" : change.substr(equals + 1);
        const double number = std::strtod(value.c_str(), &end);
        if (value.empty() || *end != '\0')
            return fail(ErrorCode::invalid_input, fmt::format("--set {} is not of the form NAME=NUMBER", change));
        if (auto known = simulator::set(parameters, change.substr(0, equals), number); !known)
            return std::unexpected(known.error());
    }
    return parameters;
}

int validate(const SimulateOptions& options) {
    SimulateOptions middle = options;
    middle.standard = true;
    const auto parameters = parameters_of(middle, options.seed);
    if (!parameters) return report_call(parameters.error());
    const World world =
        simulator::make_world(*parameters, options.seed, std::max<std::uint32_t>(options.visitors, 1000),
                              {.days_before = 0, .days_after = 180});
    const auto targets = simulator::calibrated(world);
    bool all = true;
    for (const auto& target : targets) all = all && target.holds();
    fmt::print("{}", options.json ? json_of_targets(targets) : text_of_targets(targets));
    return all ? exit_done : exit_input;
}

// How many months of visitors a minute, nobody answering: blocks of people on one thread.
int measure_rate(const SimulateOptions& options) {
    const auto parameters = parameters_of(options, options.seed);
    if (!parameters) return report_call(parameters.error());
    const World world = simulator::make_world(*parameters, options.seed, options.visitors);
    const auto start = std::chrono::steady_clock::now();
    const auto ledger = simulator::live_organic(world, 0, options.visitors);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double months = options.visitors * world.calendar.days() / 30.0 / 2;  // a person is there from his arrival on
    if (options.json)
        fmt::print("{{\"visitors\": {}, \"seconds\": {:.3f}, \"visitor_months_a_minute\": {:.0f}}}\n", options.visitors,
                   seconds, 60 * months / seconds);
    else
        fmt::print("{} visitors, {} visits from the launch on, in {:.2f} s on one thread: {} visitor-months a minute\n",
                   with_thousands(options.visitors), with_thousands(ledger.total.visits), seconds,
                   with_thousands(static_cast<std::uint64_t>(60 * months / seconds)));
    return exit_done;
}

// The organic life of one shop, bots and all, as DIR/events.jsonl and DIR/items.jsonl.
int write_log(const SimulateOptions& options) {
    const auto parameters = parameters_of(options, options.seed);
    if (!parameters) return report_call(parameters.error());
    const World world = simulator::make_world(*parameters, options.seed, options.visitors);
    std::error_code ignored;
    std::filesystem::create_directories(options.log, ignored);
    std::ofstream events(options.log + "/events.jsonl"), items(options.log + "/items.jsonl");
    simulator::Chronicle chronicle(events);
    const auto ledger = simulator::live(world, chronicle);
    simulator::write_items(world.shop, items);
    if (!events.flush() || !items.flush())
        return report({ErrorCode::io, fmt::format("{} cannot be written", options.log)});
    fmt::print("{}/events.jsonl and {}/items.jsonl: shop {}, {} orders in its second half\n", options.log, options.log,
               options.seed, with_thousands(ledger.total.orders));
    return exit_done;
}

Result<LivedArm> arm_of(const SimulateOptions& options, const World& world, const Run& run) {
    if (auto kept = kept_arm(options.out, run)) return *kept;
    auto lived = live_arm(world, {.arm = run.arm,
                                  .scratch = std::filesystem::temp_directory_path().string(),
                                  .folder = options.folders.empty()
                                                ? std::string()
                                                : fmt::format("{}/{}-{}", options.folders, run.arm, run.seed),
                                  .own = run.own,
                                  .train_every_days = options.train_every_days,
                                  .threads = options.threads});
    if (!lived) return lived;
    if (auto written = keep_arm(options.out, run, *lived); !written) return std::unexpected(written.error());
    return lived;
}

std::string own_of(const SimulateOptions& options) { return fmt::format("{}\n", fmt::join(options.own, "\n")); }

Result<Shops> live_all(const SimulateOptions& options) {
    if (auto checked = check({.arm = "own", .own = own_of(options)}); !checked) return std::unexpected(checked.error());
    Shops shops;
    ProgressLine progress;
    for (std::uint64_t seed = options.seed; seed < options.seed + options.shops; ++seed) {
        const auto parameters = parameters_of(options, seed);
        if (!parameters) return std::unexpected(parameters.error());
        const World world = simulator::make_world(*parameters, seed, options.visitors);
        std::map<std::string, LivedArm> arms;
        for (const std::string& arm : options.arms) {
            progress.show(fmt::format("shop {} of {}, {}", seed - options.seed + 1, options.shops, arm));
            auto lived = arm_of(options, world,
                                {.seed = seed,
                                 .arm = arm,
                                 .visitors = options.visitors,
                                 .train_every_days = options.train_every_days,
                                 .parameters = text_of_parameters(*parameters),
                                 .own = arm == "own" ? own_of(options) : ""});
            if (!lived) return std::unexpected(lived.error());
            arms.emplace(arm, std::move(*lived));
        }
        shops.push_back({seed, std::move(arms)});
    }
    return shops;
}

}  // namespace

int run_simulate(const SimulateOptions& options) {
    if (options.validate) return validate(options);
    if (!options.log.empty()) return write_log(options);
    if (options.rate) return measure_rate(options);
    spdlog::set_level(spdlog::level::warn);  // a line for each of hundreds of trainings helps nobody
    SimulateOptions all = options;
    if (all.arms.empty()) all.arms.assign(std::begin(arm_names), std::end(arm_names));
    if (options.own.empty()) std::erase(all.arms, "own");
    if (std::ranges::find(all.arms, all.against) == all.arms.end()) all.arms.insert(all.arms.begin(), all.against);
    const auto shops = live_all(all);
    if (!shops) return report(shops.error());
    const Comparison comparison{.shops = *shops, .arms = all.arms, .against = all.against};
    fmt::print("{}", options.json ? json_of(comparison) : text_of(comparison));
    if (!options.chart.empty())
        if (auto drawn = draw(comparison, options.chart); !drawn) return report(drawn.error());
    return exit_done;
}

}  // namespace vitrina::cli
