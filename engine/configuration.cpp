#include "engine/configuration.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "engine/configuration_keys.hpp"
#include "settings/experiments.hpp"

namespace vitrina::engine {

namespace {

// The part before the point; empty for the keys that stand outside of any table.
std::string_view table_of(std::string_view key) {
    const auto point = key.find('.');
    return point == std::string_view::npos ? std::string_view() : key.substr(0, point);
}

Error unknown(const toml::node& value, const std::string& key, std::string_view table) {
    std::vector<std::string_view> known;
    for (const ConfigurationKey& each : configuration_keys())
        if (table_of(each.name) == table)
            known.push_back(std::string_view(each.name).substr(table.empty() ? 0 : table.size() + 1));
    if (table.empty()) {
        known.insert(known.end(), {"placement", "hold_out", "experiment"});
        for (const ConfigurationKey& each : configuration_keys())
            if (const auto name = table_of(each.name); !name.empty() && std::ranges::find(known, name) == known.end())
                known.push_back(name);
    }
    return wrong_value(value, key, fmt::format("is not a key; known here are {}", fmt::join(known, ", ")));
}

bool is_table(std::string_view name) {
    return std::ranges::any_of(configuration_keys(),
                               [&](const ConfigurationKey& key) { return table_of(key.name) == name; });
}

Result<void> read_key(Configuration& configuration, const std::string& name, const toml::node& value) {
    const auto key = std::ranges::find(configuration_keys(), name, &ConfigurationKey::name);
    if (key == configuration_keys().end()) return std::unexpected(unknown(value, name, table_of(name)));
    return key->read(configuration, value);
}

Result<void> read_entry(Configuration& configuration, const std::string& name, const toml::node& value) {
    const toml::table* table = value.as_table();
    if (name == "hold_out" || name == "experiment") return {};  // when everything else is known
    if (name != "placement" && !is_table(name)) return read_key(configuration, name, value);
    if (table == nullptr) return std::unexpected(wrong_value(value, name, "must be a table, as in [" + name + "]"));
    for (const auto& [key, node] : *table) {
        const std::string inner(key.str());
        auto read = name == "placement" ? settings::read_placement(configuration.placements, inner, node)
                                        : read_key(configuration, name + "." + inner, node);
        if (!read) return read;
    }
    return {};
}

Error in_file(Error error, const std::string& file) {
    error.message = file + ": " + error.message;
    return error;
}

Result<Configuration> read_all(const toml::table& root) {
    Configuration configuration;
    for (const auto& [key, node] : root)
        if (auto read = read_entry(configuration, std::string(key.str()), node); !read)
            return std::unexpected(read.error());
    if (root.contains("cluster") && !configuration.cluster.present())
        return fail(
            ErrorCode::invalid_input,
            fmt::format("line {}: [cluster] needs bootstrap_servers, as in \"kafka1:9092,kafka2:9092\"; leave the "
                        "table out for one machine",
                        root.get("cluster")->source().begin.line));
    if (auto checked = settings::check_changed(configuration.placements); !checked)
        return std::unexpected(checked.error());
    auto experiments = settings::read_experiments(root, configuration.placements);
    if (!experiments) return std::unexpected(experiments.error());
    configuration.experiments = std::move(experiments->programme);
    configuration.variants = std::move(experiments->variants);
    return configuration;
}

}  // namespace

std::set<std::string> ordered_from_shown(const Configuration& configuration) {
    std::set<std::string> names;
    const auto add = [&](const auto& placements) {
        for (const auto& [name, settings] : placements)
            if (settings.from_shown > 0) names.insert(name);
    };
    add(configuration.placements);
    for (const auto& [variant, placements] : configuration.variants) add(placements);
    return names;
}

Result<Configuration> parse_configuration(std::string_view toml, const std::string& file) {
    try {
        auto configuration = read_all(toml::parse(toml, file));
        if (!configuration) return std::unexpected(in_file(configuration.error(), file));
        return configuration;
    } catch (const toml::parse_error& error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: line {}: {}", file, error.source().begin.line, error.description()));
    }
}

Result<Configuration> read_configuration(const std::string& path) {
    std::error_code none;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    // An empty file sets the fail bit too; a folder opens and reads as nothing.
    if (file.is_open() && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (!file.is_open() || file.bad() || std::filesystem::is_directory(path, none))
        return fail(ErrorCode::not_found,
                    fmt::format("cannot read the configuration {}; check the path and its permissions", path));
    return parse_configuration(text.str(), path);
}

}  // namespace vitrina::engine
