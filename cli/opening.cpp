#include "cli/opening.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "cli/console.hpp"
#include "cluster/mirror.hpp"
#include "owner/remote_engine.hpp"

namespace vitrina::cli {

namespace {

// What the command has of its own is a rejects file and temporary files without a name; the shop's data is the owner's.
void end_without_owner(const Error& error) {
    const int status = report(error);
    std::fflush(stdout);
    std::_Exit(status);
}

Result<std::unique_ptr<engine::Engine>>
engine_of_owner(const DataOptions& options, const engine::Configuration& configuration, const Error& owned) {
    auto remote = owner::RemoteEngine::connect(options.data, configuration, end_without_owner);
    if (!remote && remote.error().code == ErrorCode::not_found) return std::unexpected(owned);
    if (remote && !options.config.empty())
        fmt::print(stderr,
                   "vitrina: {} is owned by a running process; it answers and learns by its own configuration\n",
                   options.data);
    return remote;
}

}  // namespace

Result<engine::Configuration> configuration_of(const DataOptions& options) {
    std::error_code ignored;
    const std::string in_folder = options.data + "/vitrina.toml";
    if (!options.config.empty()) return engine::read_configuration(options.config);
    if (std::filesystem::exists(in_folder, ignored)) return engine::read_configuration(in_folder);
    return engine::parse_configuration("");
}

// A command that only reads must not make a folder, nor turn any folder into a shop's.
Result<void> check_folder(const std::string& data) {
    std::error_code wrong;
    const auto kind = std::filesystem::status(data, wrong).type();
    const auto makes_one = fmt::format("`vitrina import --data {} FILE` makes one", data);
    if (kind == std::filesystem::file_type::not_found)
        return fail(ErrorCode::not_found, fmt::format("there is no data folder {}; {}", data, makes_one));
    if (kind != std::filesystem::file_type::directory && !wrong)
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no folder; name the data folder that `vitrina import` made", data));
    const bool has_store = !wrong && std::filesystem::exists(data + "/store/CURRENT", wrong);
    if (wrong)
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} cannot be read: {}; check its permissions, or run this as "
                                "the user that it belongs to",
                                data, wrong.message()));
    if (!has_store)
        return fail(ErrorCode::not_found,
                    fmt::format("{} is no data folder of vitrina: it holds no store; {}", data, makes_one));
    return {};
}

Result<std::unique_ptr<engine::Engine>> open_engine(const DataOptions& options, Folder folder) {
    if (folder == Folder::must_exist)
        if (const auto there = check_folder(options.data); !there) return std::unexpected(there.error());
    auto configuration = configuration_of(options);
    if (!configuration) return std::unexpected(configuration.error());
    if (configuration->cluster.present() && !cluster::is_mirror(options.data))
        return engine_of_owner(options, *configuration,
                               {ErrorCode::conflict,
                                fmt::format("this vitrina.toml has a [cluster], and no serving node runs on {}: start "
                                            "one, ask another over HTTP, or make a folder to analyse with `vitrina "
                                            "cluster mirror` (docs/cluster.md)",
                                            options.data)});
    configuration->training.every_ms = 0;
    auto engine = engine::Engine::open(options.data, *configuration);
    if (engine || engine.error().code != ErrorCode::conflict) return engine;
    return engine_of_owner(options, *configuration, engine.error());
}

}  // namespace vitrina::cli
