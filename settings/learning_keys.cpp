#include "settings/learning_keys.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "settings/toml_values.hpp"

namespace vitrina::settings {

namespace {

using evaluation::ReleaseSettings;

std::string text_of_duration(TimeMs duration) {
    for (const auto& [unit, name] : {std::pair{day_ms, "d"}, {hour_ms, "h"}, {minute_ms, "m"}, {second_ms, "s"}})
        if (duration >= unit && duration % unit == 0) return fmt::format("\"{}{}\"", duration / unit, name);
    return fmt::format("\"{}ms\"", duration);
}

// `field` finds the value in a Learning, changeable or not.
LearningKey share(std::string name, double& (*field)(ReleaseSettings&)) {
    return {name,
            [=](Learning& learning, const toml::node& value) -> Result<void> {
                const auto number = amount_of(value, name);
                if (!number) return std::unexpected(number.error());
                if (*number > 1) return std::unexpected(wrong_value(value, name, "must lie between 0 and 1"));
                field(learning.release) = *number;
                return {};
            },
            [=](Learning learning) { return fmt::format("{}", field(learning.release)); }};
}

LearningKey duration(std::string name, TimeMs& (*field)(ReleaseSettings&)) {
    return {name,
            [=](Learning& learning, const toml::node& value) -> Result<void> {
                const auto time = duration_of(value, name);
                if (!time) return std::unexpected(time.error());
                if (*time <= 0) return std::unexpected(wrong_value(value, name, "must be above 0"));
                field(learning.release) = *time;
                return {};
            },
            [=](Learning learning) { return text_of_duration(field(learning.release)); }};
}

LearningKey count(std::string name, std::uint64_t& (*field)(ReleaseSettings&)) {
    return {name,
            [=](Learning& learning, const toml::node& value) -> Result<void> {
                const auto number = whole_number_of(value, name);
                if (!number) return std::unexpected(number.error());
                if (*number < 1) return std::unexpected(wrong_value(value, name, "must be at least 1"));
                field(learning.release) = static_cast<std::uint64_t>(*number);
                return {};
            },
            [=](Learning learning) { return fmt::format("{}", field(learning.release)); }};
}

Result<model::Setting> setting_of(const toml::node& value, const std::string& text) {
    const auto equals = text.find('=');
    if (equals == std::string::npos)
        return std::unexpected(
            wrong_value(value, "training.recipe", fmt::format("has \"{}\"; write name=value", text)));
    return model::Setting{text.substr(0, equals), text.substr(equals + 1)};
}

LearningKey recipe_key() {
    return {"training.recipe",
            [](Learning& learning, const toml::node& value) -> Result<void> {
                const auto texts = texts_of(value, "training.recipe");
                if (!texts) return std::unexpected(texts.error());
                std::vector<model::Setting> settings;
                for (const std::string& text : *texts) {
                    auto setting = setting_of(value, text);
                    if (!setting) return std::unexpected(setting.error());
                    settings.push_back(std::move(*setting));
                }
                if (const auto recipe = training::from_settings(settings); !recipe)
                    return std::unexpected(wrong_value(value, "training.recipe", recipe.error().message));
                learning.recipe = *texts;
                return {};
            },
            [](const Learning& learning) {
                std::vector<std::string> quoted;
                for (const std::string& text : learning.recipe) quoted.push_back(fmt::format("\"{}\"", text));
                return fmt::format("[{}]", fmt::join(quoted, ", "));
            }};
}

}  // namespace

const std::vector<LearningKey>& learning_keys() {
    using S = ReleaseSettings;
    static const std::vector<LearningKey> keys = {
        duration("release.period_ms", [](S& s) -> TimeMs& { return s.input.period_ms; }),
        duration("release.quiet_ms", [](S& s) -> TimeMs& { return s.input.quiet_ms; }),
        count("release.least_events", [](S& s) -> std::uint64_t& { return s.input.least_events; }),
        count("release.least_expected", [](S& s) -> std::uint64_t& { return s.input.least_expected; }),
        share("release.volume_share", [](S& s) -> double& { return s.input.volume_share; }),
        share("release.unknown_share", [](S& s) -> double& { return s.input.unknown_share; }),
        share("release.coverage_share", [](S& s) -> double& { return s.coverage_share; }),
        share("release.loss", [](S& s) -> double& { return s.loss; }),
        {"training.trials",
         [](Learning& learning, const toml::node& value) -> Result<void> {
             const auto number = whole_number_of(value, "training.trials");
             if (!number) return std::unexpected(number.error());
             if (*number < 0 || *number > 10'000)
                 return std::unexpected(wrong_value(value, "training.trials", "must lie between 0 and 10000"));
             learning.release.trials = static_cast<std::uint64_t>(*number);
             return {};
         },
         [](const Learning& learning) { return fmt::format("{}", learning.release.trials); }},
        recipe_key()};
    return keys;
}

Result<void> read_learning(const toml::table& root, Learning& learning) {
    if (const toml::table* release = root["release"].as_table())
        for (const auto& [name, value] : *release) {
            const std::string full = "release." + std::string(name.str());
            const auto key = std::ranges::find(learning_keys(), full, &LearningKey::name);
            if (key == learning_keys().end()) return std::unexpected(wrong_value(value, full, "is not a key"));
            if (auto read = key->read(learning, value); !read) return read;
        }
    if (const toml::table* training = root["training"].as_table())
        for (const auto& [name, value] : *training) {
            const std::string full = "training." + std::string(name.str());
            const auto key = std::ranges::find(learning_keys(), full, &LearningKey::name);
            if (key == learning_keys().end()) continue;
            if (auto read = key->read(learning, value); !read) return read;
        }
    return {};
}

Result<training::Recipe> recipe_of(const Learning& learning, const training::Recipe& recipe) {
    std::vector<model::Setting> settings = training::to_settings(recipe);
    for (const std::string& text : learning.recipe) {
        const auto equals = text.find('=');
        settings.push_back({text.substr(0, equals), text.substr(equals + 1)});
    }
    return training::from_settings(settings);
}

}  // namespace vitrina::settings
