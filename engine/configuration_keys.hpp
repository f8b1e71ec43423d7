#pragma once
// Every key of `vitrina.toml` outside of [placement.NAME]: its name, how it is read, how its value is written.
//
// Threads: immutable after first use. Durations are "10s" or whole milliseconds.

#include <functional>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "engine/configuration.hpp"

namespace vitrina::engine {

struct ConfigurationKey {
    std::string name;  // "log.queue_batches"
    std::function<Result<void>(Configuration& configuration, const toml::node& value)> read;
    std::function<std::string(const Configuration& configuration)> text;
};

const std::vector<ConfigurationKey>& configuration_keys();

// The keys of [placement.NAME], in the order of the documentation, and the reading of one such table.
const std::vector<std::string>& placement_keys();
Result<void> read_placement(std::map<std::string, recommendation::PlacementSettings>& placements,
                            const std::string& name, const toml::node& value);

// "line 12: log.sync = 3: …" as an Error.
Error wrong_value(const toml::node& value, const std::string& key, const std::string& what);

// Readers of single values. `wrong_value` names the key when they fail.
Result<std::string> text_of(const toml::node& value, const std::string& key);
Result<bool> truth_of(const toml::node& value, const std::string& key);
Result<double> number_of(const toml::node& value, const std::string& key);
Result<std::int64_t> whole_number_of(const toml::node& value, const std::string& key);
Result<TimeMs> duration_of(const toml::node& value, const std::string& key);
Result<std::vector<std::string>> texts_of(const toml::node& value, const std::string& key);

}  // namespace vitrina::engine
