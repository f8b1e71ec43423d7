#include <fmt/core.h>

#include <fstream>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cli/probes.hpp"
#include "engine/thread_pool.hpp"
#include "evaluation/cuts.hpp"
#include "evaluation/rolling.hpp"

namespace vitrina::cli {

namespace {

using evaluation::RollingReport;
using evaluation::RollingRequest;

constexpr TimeMs horizon_max = 3660 * day_ms;

// What the call itself says; the data come later.
Result<RollingRequest> to_request(const EvaluateShopOptions& options) {
    RollingRequest request;
    const auto horizon = parse_duration(options.horizon);
    if (!horizon) return fail(ErrorCode::invalid_input, "--horizon: " + horizon.error().message);
    if (*horizon <= 0 || *horizon > horizon_max)
        return fail(
            ErrorCode::invalid_input,
            fmt::format("--horizon {} measures nothing; say how long after the cut counts, up to {}d, such as 30d",
                        options.horizon, horizon_max / day_ms));
    if (const auto split = evaluation::check_split(options.split); !split) return std::unexpected(split.error());
    if (!options.tasks.empty()) request.tasks.clear();
    for (const std::string& name : options.tasks) {
        const auto task = evaluation::task_named(name);
        if (!task) return std::unexpected(task.error());
        request.tasks.push_back(*task);
    }
    request.split = options.split;
    request.horizon_ms = *horizon;
    request.cut_offs = options.at;
    request.seed = options.seed;
    request.single_sources = options.sources;
    request.ablation = options.ablation;
    return request;
}

void add_data(RollingRequest& request, const engine::Engine& engine) {
    request.placements = engine.configuration().placements;
    request.each_event = [&engine](const auto& visit) { return engine.each_event(visit); };
    engine.each_item([&](const catalog::Item& item) { request.items.push_back(item); });
}

Result<void> write_chart(const std::string& path, const std::string& svg) {
    std::ofstream file(path, std::ios::binary);
    file << svg;
    file.close();
    if (!file) return fail(ErrorCode::io, fmt::format("cannot write the chart {}", path));
    return {};
}

}  // namespace

int run_evaluate_shop(const EvaluateShopOptions& options) {
    auto request = to_request(options);
    if (!request) return report_call(request.error());
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    add_data(*request, **engine);
    engine::ThreadPool pool(thread_count(options.threads));
    Result<RollingReport> evaluated;
    {
        ProgressLine line;
        evaluated = evaluation::evaluate_rolling(*request, pool, probes(line));
    }
    if (!evaluated) return report(evaluated.error());
    fmt::print("{}", options.json ? evaluation::to_json(*evaluated) + "\n" : evaluation::to_table(*evaluated));
    if (!options.chart.empty())
        if (const auto written = write_chart(options.chart, evaluation::to_svg(*evaluated)); !written)
            return report(written.error());
    return exit_done;
}

}  // namespace vitrina::cli
