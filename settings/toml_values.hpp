#pragma once
// Single values of a TOML file.
//
// Threads: functions are pure. Errors: invalid_input with line, key and what would be right. Durations are "10s" or whole milliseconds.

#include <cstdint>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::settings {

// "line 12: log.sync must be …" as an Error.
Error wrong_value(const toml::node& value, const std::string& key, const std::string& what);

// `wrong_value` names the key when they fail.
Result<std::string> text_of(const toml::node& value, const std::string& key);
Result<bool> truth_of(const toml::node& value, const std::string& key);
Result<double> number_of(const toml::node& value, const std::string& key);
Result<double> amount_of(const toml::node& value, const std::string& key);  // 0 to 1e9
Result<std::int64_t> whole_number_of(const toml::node& value, const std::string& key);
Result<TimeMs> duration_of(const toml::node& value, const std::string& key);
Result<std::vector<std::string>> texts_of(const toml::node& value, const std::string& key);

}  // namespace vitrina::settings
