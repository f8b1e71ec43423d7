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
#include "settings/toml_values.hpp"

namespace vitrina::engine {

struct ConfigurationKey {
    std::string name;  // "log.queue_batches"
    std::function<Result<void>(Configuration& configuration, const toml::node& value)> read;
    std::function<std::string(const Configuration& configuration)> text;
};

const std::vector<ConfigurationKey>& configuration_keys();

using settings::duration_of;
using settings::number_of;
using settings::text_of;
using settings::texts_of;
using settings::truth_of;
using settings::whole_number_of;
using settings::wrong_value;

}  // namespace vitrina::engine
