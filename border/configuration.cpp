#include "border/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>

#include "border/keys.hpp"

namespace vitrina::border {
namespace {

using Json = nlohmann::json;

std::unexpected<Error> refused(std::string why) {
    return fail(ErrorCode::invalid_input, "the border's configuration " + std::move(why));
}

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<ShopKey> read_shop_key(const std::string& shop, const Json& value) {
    ShopKey key;
    const auto wrong = [&] { return refused(fmt::format("gives shop \"{}\" a key that is not 64 hex digits", shop)); };
    if (!value.is_string()) return wrong();
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() != 2 * key.size()) return wrong();
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0) return wrong();
        key[i] = static_cast<std::byte>(high * 16 + low);
    }
    return key;
}

Result<void> read_shops(const Json& shops, Configuration& configuration) {
    if (!shops.is_object() || shops.empty()) return refused("has no \"shops\"; name at least one with its key");
    for (const auto& [name, value] : shops.items()) {
        if (!is_shop_name(name))
            return refused(
                fmt::format("names a shop \"{}\"; 1 to 32 of a-z, 0-9 and \"-\" are taken", name.substr(0, 64)));
        auto key = read_shop_key(name, value);
        if (!key) return std::unexpected(std::move(key.error()));
        configuration.shops.emplace(name, *key);
    }
    return {};
}

// A state is a record of its changelog, so it must fit into one whatever the limits are (border/border.hpp).
constexpr std::uint64_t rows_max = 10'000;

// A number by name, with the most that it may be: rows of a section, or what keeps sums within their type.
struct Limit {
    const char* name;
    std::uint64_t most;
    std::uint64_t least;
    void (*set)(Configuration&, std::uint64_t);
};

template <class Value>
void assign(Value& to, std::uint64_t value) {
    to = static_cast<Value>(value);
}

template <auto Member>
constexpr Limit limit(const char* name, std::uint64_t most = rows_max, std::uint64_t least = 1) {
    return {name, most, least,
            [](Configuration& configuration, std::uint64_t value) { assign(configuration.fold.*Member, value); }};
}

using state::FoldLimits;
constexpr Limit fold_limits[] = {
    limit<&FoldLimits::remembered_ids>("remembered_ids"),
    limit<&FoldLimits::recent_actions>("recent_actions"),
    limit<&FoldLimits::cart_items>("cart_items"),
    limit<&FoldLimits::searches>("searches", rows_max, 0),
    limit<&FoldLimits::counted_a_day>("counted_a_day"),
    limit<&FoldLimits::orders>("orders"),
    limit<&FoldLimits::order_lines>("order_lines"),
    limit<&FoldLimits::long_history>("long_history"),
    limit<&FoldLimits::facts>("facts"),
    limit<&FoldLimits::hour_days>("hour_days", 366),
    limit<&FoldLimits::day_buckets>("day_buckets"),
    limit<&FoldLimits::neighbours>("neighbours", rows_max, 0),
    limit<&FoldLimits::suspect_events_an_hour>("suspect_events_an_hour", 4'000'000'000),
    limit<&FoldLimits::session_idle_ms>("session_idle_ms", static_cast<std::uint64_t>(day_ms)),
};

using feedback::Rules;
using feedback::ShopperLimits;

template <auto Member>
constexpr Limit rule(const char* name, std::uint64_t most, std::uint64_t least = 0) {
    return {name, most, least, [](Configuration& configuration, std::uint64_t value) {
                assign(configuration.feedback.rules.*Member, value);
            }};
}
template <auto Member>
constexpr Limit of_shoppers(const char* name, std::uint64_t most = rows_max) {
    return {name, most, 1, [](Configuration& configuration, std::uint64_t value) {
                assign(configuration.feedback.limits.*Member, value);
            }};
}

constexpr auto years_100 = static_cast<std::uint64_t>(36'525 * day_ms);
constexpr Limit feedback_limits[] = {
    rule<&Rules::version>("version", 4'000'000'000, 1),    rule<&Rules::click_horizon>("click_horizon", years_100),
    rule<&Rules::halo_horizon>("halo_horizon", years_100), rule<&Rules::view_through>("view_through", 1),
    rule<&Rules::view_horizon>("view_horizon", years_100), of_shoppers<&ShopperLimits::touches>("touches"),
    of_shoppers<&ShopperLimits::lines>("lines"),           of_shoppers<&ShopperLimits::refunds>("refunds"),
    of_shoppers<&ShopperLimits::keep>("keep", years_100),
};

Result<void> read_part(const Json& document, const char* part, std::span<const Limit> limits,
                       Configuration& configuration) {
    if (!document.contains(part)) return {};
    const Json& values = document[part];
    if (!values.is_object()) return refused(fmt::format("has a \"{}\" that is no object", part));
    for (const auto& [name, value] : values.items()) {
        const auto known = std::ranges::find_if(limits, [&](const Limit& each) { return name == each.name; });
        if (known == limits.end()) return refused(fmt::format("has an unknown key {}.{}", part, name.substr(0, 64)));
        if (!value.is_number_unsigned() || value.get<std::uint64_t>() < known->least ||
            value.get<std::uint64_t>() > known->most)
            return refused(
                fmt::format("has a {}.{} that is not between {} and {}", part, name, known->least, known->most));
        known->set(configuration, value.get<std::uint64_t>());
    }
    return {};
}

}  // namespace

Result<Configuration> read_configuration(std::string_view json) {
    const Json document = Json::parse(json, nullptr, false);
    if (!document.is_object()) return refused("is no JSON object");
    Configuration configuration;
    for (const auto& [name, value] : document.items())
        if (name != "shops" && name != "fold" && name != "feedback" && name != "broken_event")
            return refused(fmt::format("has an unknown key {}", name.substr(0, 64)));
    const Json broken = document.value("broken_event", Json(""));
    if (!broken.is_string()) return refused("has a \"broken_event\" that is no text");
    configuration.broken_event = broken.get<std::string>();
    auto read = read_shops(document.value("shops", Json()), configuration);
    if (read) read = read_part(document, "fold", fold_limits, configuration);
    if (read) read = read_part(document, "feedback", feedback_limits, configuration);
    if (!read) return std::unexpected(std::move(read.error()));
    return configuration;
}

}  // namespace vitrina::border
