#include <fmt/core.h>

#include <cstdint>
#include <set>
#include <string>
#include <tuple>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "event/json.hpp"

namespace vitrina::cli {

int run_export(const ExportOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    // The log keeps what was sent again; the chunks of an order share one id.
    std::set<std::tuple<std::string, std::string, std::uint32_t>> shown;
    const auto read = (*engine)->each_event([&](const event::Event& event) {
        if (event.visitor_id != options.visitor && event.user_id != options.visitor) return;
        if (!shown.emplace(event.visitor_id, event.event_id, event.chunk).second) return;
        fmt::print("{}\n", event::json_line(event));
    });
    if (!read) return report(read.error());
    if (!shown.empty()) return exit_done;
    return report({ErrorCode::not_found, fmt::format("there is no event of visitor or user {}", options.visitor)});
}

}  // namespace vitrina::cli
