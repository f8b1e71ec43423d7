#include "cli/opening.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <system_error>

namespace vitrina::cli {

Result<engine::Configuration> configuration_of(const DataOptions& options) {
    std::error_code ignored;
    const std::string in_folder = options.data + "/vitrina.toml";
    if (!options.config.empty()) return engine::read_configuration(options.config);
    if (std::filesystem::exists(in_folder, ignored)) return engine::read_configuration(in_folder);
    return engine::Configuration{};
}

Result<std::unique_ptr<engine::Engine>> open_engine(const DataOptions& options, Folder folder) {
    std::error_code ignored;
    if (folder == Folder::must_exist && !std::filesystem::is_directory(options.data, ignored)) {
        return fail(ErrorCode::not_found,
                    fmt::format("there is no data folder {}; `vitrina import --data {} FILE` makes one", options.data,
                                options.data));
    }
    auto configuration = configuration_of(options);
    if (!configuration) return std::unexpected(configuration.error());
    configuration->training.every_ms = 0;
    return engine::Engine::open(options.data, *configuration);
}

}  // namespace vitrina::cli
