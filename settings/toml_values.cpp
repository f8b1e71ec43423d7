#include "settings/toml_values.hpp"

#include <fmt/core.h>

namespace vitrina::settings {

Error wrong_value(const toml::node& value, const std::string& key, const std::string& what) {
    return {ErrorCode::invalid_input, fmt::format("line {}: {} {}", value.source().begin.line, key, what)};
}

Result<std::string> text_of(const toml::node& value, const std::string& key) {
    if (const auto text = value.value_exact<std::string>()) return *text;
    return std::unexpected(wrong_value(value, key, "must be a text in quotes"));
}

Result<bool> truth_of(const toml::node& value, const std::string& key) {
    if (const auto truth = value.value_exact<bool>()) return *truth;
    return std::unexpected(wrong_value(value, key, "must be true or false"));
}

Result<double> number_of(const toml::node& value, const std::string& key) {
    if (const auto number = value.value<double>(); number && !value.is_boolean()) return *number;
    return std::unexpected(wrong_value(value, key, "must be a number"));
}

Result<double> amount_of(const toml::node& value, const std::string& key) {
    constexpr double amount_max = 1e9;
    const auto number = number_of(value, key);
    if (number && !(*number >= 0 && *number <= amount_max))
        return std::unexpected(wrong_value(value, key, "must lie between 0 and 1e9"));
    return number;
}

Result<std::int64_t> whole_number_of(const toml::node& value, const std::string& key) {
    if (const auto number = value.value_exact<std::int64_t>()) return *number;
    return std::unexpected(wrong_value(value, key, "must be a whole number"));
}

Result<TimeMs> duration_of(const toml::node& value, const std::string& key) {
    if (const auto number = value.value_exact<std::int64_t>(); number && *number >= 0) return *number;
    const auto text = value.value_exact<std::string>();
    const auto duration = text ? parse_duration(*text) : fail(ErrorCode::invalid_input, "");
    if (duration) return *duration;
    return std::unexpected(
        wrong_value(value, key, "must be a duration such as \"30d\", \"12h\" or \"500ms\", or whole milliseconds"));
}

Result<std::vector<std::string>> texts_of(const toml::node& value, const std::string& key) {
    const toml::array* array = value.as_array();
    if (array == nullptr)
        return std::unexpected(wrong_value(value, key, "must be a list of texts, as in [\"a\", \"b\"]"));
    std::vector<std::string> texts;
    for (const toml::node& element : *array) {
        const auto text = text_of(element, key);
        if (!text) return std::unexpected(wrong_value(element, key, "must hold texts in quotes only"));
        texts.push_back(*text);
    }
    return texts;
}

}  // namespace vitrina::settings
