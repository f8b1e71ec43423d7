#include "settings/exploring.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>

#include "recommendation/exploration.hpp"
#include "settings/toml_values.hpp"

namespace vitrina::settings {

namespace {

using recommendation::Exploring;

Result<void> read_slots(Exploring& explore, const toml::node& value, const std::string& key) {
    const toml::array* places = value.as_array();
    if (places == nullptr || places->size() > explored_slots_most)
        return std::unexpected(
            wrong_value(value, key,
                        fmt::format("must be a list of at most {} places in the answer from 0, as in [2, 7]",
                                    explored_slots_most)));
    for (const toml::node& element : *places) {
        const auto place = whole_number_of(element, key);
        if (!place) return std::unexpected(place.error());
        if (*place < 0 || *place > explored_place_most)
            return std::unexpected(
                wrong_value(element, key, fmt::format("must hold places between 0 and {}", explored_place_most)));
        explore.slots.push_back(static_cast<std::size_t>(*place));
    }
    std::ranges::sort(explore.slots);
    if (std::ranges::adjacent_find(explore.slots) != explore.slots.end())
        return std::unexpected(wrong_value(value, key, "names a place twice"));
    return {};
}

Result<void> read_between(double& field, const toml::node& value, const std::string& key, double least) {
    const auto number = number_of(value, key);
    if (!number) return std::unexpected(number.error());
    if (!(*number >= least && *number <= 1))
        return std::unexpected(
            wrong_value(value, key, fmt::format("is {}; it must lie between {} and 1", *number, least)));
    field = *number;
    return {};
}

Result<void> read_cold(Exploring& explore, const toml::node& value, const std::string& key) {
    constexpr auto most = static_cast<std::int64_t>(recommendation::eligible_most) - 1;
    const auto number = whole_number_of(value, key);
    if (!number) return std::unexpected(number.error());
    if (*number < 0 || *number > most)
        return std::unexpected(
            wrong_value(value, key, fmt::format("is {}; it must lie between 0 and {}", *number, most)));
    explore.cold = static_cast<std::size_t>(*number);
    return {};
}

Result<void> read_part(Exploring& explore, std::string_view part, const toml::node& value, const std::string& key) {
    if (part == "slots") return read_slots(explore, value, key);
    if (part == "share") return read_between(explore.share, value, key, 0);
    if (part == "epsilon") return read_between(explore.epsilon, value, key, epsilon_least);
    if (part == "relevance") return read_between(explore.relevance, value, key, 0);
    if (part == "cold") return read_cold(explore, value, key);
    return std::unexpected(wrong_value(value, key, "is not a key; known are slots, share, epsilon, relevance, cold"));
}

}  // namespace

Result<void> read_exploring(recommendation::PlacementSettings& settings, const toml::node& value,
                            const std::string& key) {
    const toml::table* table = value.as_table();
    if (table == nullptr)
        return std::unexpected(wrong_value(value, key, "must be a table, as in { slots = [2, 7], share = 0.1 }"));
    settings.explore = {};
    for (const auto& [part, node] : *table)
        if (auto read = read_part(settings.explore, part.str(), node, key + "." + std::string(part.str())); !read)
            return read;
    const bool no_share = !settings.explore.slots.empty() && !table->contains("share");
    if (no_share || (settings.explore.share > 0 && settings.explore.slots.empty()))
        return std::unexpected(
            wrong_value(value, key, "needs both slots and share, as in { slots = [2, 7], share = 0.1 }"));
    return {};
}

}  // namespace vitrina::settings
