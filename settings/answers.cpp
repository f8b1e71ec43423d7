#include "settings/answers.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "settings/learning_keys.hpp"
#include "settings/toml_values.hpp"

namespace vitrina::settings {

namespace {

Result<void> read_tables(const toml::table& root, Answers& answers) {
    if (const toml::table* placements = root["placement"].as_table())
        for (const auto& [name, table] : *placements)
            if (auto read = read_placement(answers.placements, std::string(name.str()), table); !read) return read;
    if (const toml::table* trends = root["trends"].as_table())
        for (const auto& [name, value] : *trends) {
            const std::string full = "trends." + std::string(name.str());
            const auto key = std::ranges::find(trend_keys(), full, &TrendKey::name);
            if (key == trend_keys().end()) return std::unexpected(wrong_value(value, full, "is not a key"));
            if (auto read = read_trend(answers.trends, *key, value); !read) return read;
        }
    if (auto read = read_learning(root, answers.learning); !read) return read;
    return check_changed(answers.placements);
}

}  // namespace

const std::vector<TrendKey>& trend_keys() {
    using T = features::TrendSettings;
    static const std::vector<TrendKey> all = {{"trends.view_weight", &T::view_weight, false},
                                              {"trends.cart_weight", &T::cart_weight, false},
                                              {"trends.order_weight", &T::order_weight, false},
                                              {"trends.popular_half_life_days", &T::popular_half_life_days, true},
                                              {"trends.fast_half_life_days", &T::fast_half_life_days, true},
                                              {"trends.slow_half_life_days", &T::slow_half_life_days, true},
                                              {"trends.shrink_orders", &T::shrink_orders, false}};
    return all;
}

Result<void> read_trend(features::TrendSettings& settings, const TrendKey& key, const toml::node& value) {
    const auto number = amount_of(value, key.name);
    if (!number) return std::unexpected(number.error());
    if (key.above_zero && *number == 0) return std::unexpected(wrong_value(value, key.name, "must be above 0"));
    settings.*key.field = *number;
    return {};
}

Result<Answers> read_answers(std::string_view toml) {
    try {
        Answers answers;
        if (auto read = read_tables(toml::parse(toml), answers); !read) return std::unexpected(read.error());
        return answers;
    } catch (const toml::parse_error& error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("line {}: {}", error.source().begin.line, error.description()));
    }
}

}  // namespace vitrina::settings
