#include "settings/placements.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <ranges>
#include <utility>

#include "base/plain_text.hpp"
#include "settings/exploring.hpp"
#include "settings/toml_values.hpp"

namespace vitrina::settings {

namespace {

using recommendation::PlacementSettings;
using Reader = std::function<Result<void>(PlacementSettings&, const toml::node&, const std::string&)>;

// API.md names them; they come with learning from success and with the shop's daily life.
constexpr std::string_view not_available_yet[] = {"rotation", "pin", "boost", "bury", "rules", "segments"};

constexpr std::size_t name_bytes_max = 32;  // what is learned of a placement is a section of models with its name
constexpr std::int64_t sizes_max = 1000, rows_max = 10'000;  // as recommendation::check_placements holds them

template <class Value>
Result<void> assign(Result<Value> value, Value& field) {
    if (!value) return std::unexpected(value.error());
    field = std::move(*value);
    return {};
}

Result<void> read_size(std::size_t& field, const toml::node& value, const std::string& key, std::int64_t most) {
    const auto number = whole_number_of(value, key);
    if (!number) return std::unexpected(number.error());
    if (*number < 1 || *number > most)
        return std::unexpected(wrong_value(value, key, fmt::format("must lie between 1 and {}", most)));
    field = static_cast<std::size_t>(*number);
    return {};
}

Result<void> read_weights(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected(wrong_value(value, key, "must be a table, as in { popular = 0.1 }"));
    for (const auto& [source, weight] : *table) {
        const std::string name = key + "." + std::string(source.str());
        const auto number = number_of(weight, name);
        if (!number) return std::unexpected(number.error());
        if (*number < 0) return std::unexpected(wrong_value(weight, name, "must not be negative"));
        settings.weights[std::string(source.str())] = *number;
    }
    return {};
}

// The list replaces both: what is not named is not excluded.
Result<void> read_exclude(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto texts = texts_of(value, key);
    if (!texts) return std::unexpected(texts.error());
    settings.exclude_cart = false;
    settings.exclude_purchased_ms = 0;
    for (const std::string& text : *texts) {
        constexpr std::string_view purchased = "purchased:";
        const auto duration = text.starts_with(purchased) ? parse_duration(text.substr(purchased.size()))
                                                          : fail(ErrorCode::invalid_input, "");
        if (text == "cart") {
            settings.exclude_cart = true;
        } else if (duration) {
            settings.exclude_purchased_ms = *duration;
        } else {
            return std::unexpected(
                wrong_value(value, key, fmt::format("holds \"{}\"; known are \"cart\" and \"purchased:30d\"", text)));
        }
    }
    return {};
}

Result<void> read_diversity(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const toml::table* table = value.as_table();
    if (table == nullptr || !table->contains("by") || !table->contains("most") || table->size() != 2)
        return std::unexpected(wrong_value(value, key, "must be as in { by = \"category\", most = 2 }"));
    const auto by = text_of(*table->get("by"), key + ".by");
    if (!by) return std::unexpected(by.error());
    if (*by != "category" && *by != "brand")
        return std::unexpected(
            wrong_value(value, key + ".by", fmt::format("is \"{}\"; known are \"category\" and \"brand\"", *by)));
    settings.diversity.by = *by;
    return read_size(settings.diversity.most, *table->get("most"), key + ".most", rows_max);
}

Result<void> read_fallback(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto text = text_of(value, key);
    if (!text) return std::unexpected(text.error());
    if (!text->empty() && *text != "popular" && *text != "trending" && *text != "new")
        return std::unexpected(wrong_value(
            value, key, fmt::format("is \"{}\"; known are \"popular\", \"trending\", \"new\" and \"\"", *text)));
    settings.fallback = *text;
    return {};
}

Result<void> read_only_known(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto text = text_of(value, key);
    if (!text) return std::unexpected(text.error());
    if (text->empty())
        settings.only_known.reset();
    else if (*text == "viewed")
        settings.only_known = state::Action::view;
    else if (*text == "bought")
        settings.only_known = state::Action::buy;
    else
        return std::unexpected(
            wrong_value(value, key, fmt::format("is \"{}\"; known are \"viewed\", \"bought\" and \"\"", *text)));
    return {};
}

Result<void> read_success(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto number = number_of(value, key);
    if (!number) return std::unexpected(number.error());
    if (!(*number >= 0 && *number <= recommendation::success_most))
        return std::unexpected(
            wrong_value(value, key, fmt::format("must lie between 0 and {}", recommendation::success_most)));
    settings.success = *number;
    return {};
}

Result<void> read_from_shown(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto number = whole_number_of(value, key);
    if (!number) return std::unexpected(number.error());
    if (*number < 0 || *number > static_cast<std::int64_t>(recommendation::from_shown_most))
        return std::unexpected(
            wrong_value(value, key, fmt::format("must lie between 0 and {}", recommendation::from_shown_most)));
    settings.from_shown = static_cast<std::size_t>(*number);
    return {};
}

Result<void> read_objective(PlacementSettings& settings, const toml::node& value, const std::string& key) {
    const auto text = text_of(value, key);
    if (!text) return std::unexpected(text.error());
    const auto& names = recommendation::objective_names;
    const auto found = std::ranges::find(names, *text);
    if (found == names.end())
        return std::unexpected(
            wrong_value(value, key, fmt::format("is \"{}\"; known are {}", *text, fmt::join(names, ", "))));
    settings.objective = static_cast<recommendation::Objective>(found - names.begin());
    return {};
}

Reader truth(bool PlacementSettings::* field) {
    return [field](PlacementSettings& settings, const toml::node& value, const std::string& key) {
        return assign(truth_of(value, key), settings.*field);
    };
}

Reader size(std::size_t PlacementSettings::* field, std::int64_t most) {
    return [field, most](PlacementSettings& settings, const toml::node& value, const std::string& key) {
        return read_size(settings.*field, value, key, most);
    };
}

const std::vector<std::pair<std::string, Reader>>& readers() {
    static const std::vector<std::pair<std::string, Reader>> all = {
        {"sources", [](PlacementSettings& settings, const toml::node& value,
                       const std::string& key) { return assign(texts_of(value, key), settings.sources); }},
        {"weights", read_weights},
        {"exclude", read_exclude},
        {"diversity", read_diversity},
        {"fallback", read_fallback},
        {"success", read_success},
        {"explore", read_exploring},
        {"objective", read_objective},
        {"from_shown", read_from_shown},
        {"fill", truth(&PlacementSettings::fill)},
        {"needs_item", truth(&PlacementSettings::needs_item)},
        {"uses_cart", truth(&PlacementSettings::uses_cart)},
        {"personal", truth(&PlacementSettings::personal)},
        {"repeats_allowed", truth(&PlacementSettings::repeats_allowed)},
        {"only_known", read_only_known},
        {"size_max", size(&PlacementSettings::size_max, sizes_max)},
        {"candidates", size(&PlacementSettings::candidates, rows_max)}};
    return all;
}

}  // namespace

const std::vector<std::string>& placement_keys() {
    static const std::vector<std::string> names = [] {
        std::vector<std::string> made;
        for (const auto& [name, reader] : readers()) made.push_back(name);
        return made;
    }();
    return names;
}

Result<void> read_placement(Placements& placements, const std::string& name, const toml::node& value) {
    const std::string table_name = "placement." + name;
    const toml::table* table = value.as_table();
    if (table == nullptr) return std::unexpected(wrong_value(value, table_name, "must be a table"));
    if (name.empty() || name.size() > name_bytes_max || !is_plain_text(name))
        return std::unexpected(wrong_value(
            value, "placement",
            fmt::format("has a table whose name is empty, longer than {} bytes or not plain text; name it as in "
                        "[placement.cart]",
                        name_bytes_max)));
    if (!placements.contains(name) && !table->contains("sources"))
        return std::unexpected(
            wrong_value(value, table_name,
                        fmt::format("is a new placement and must say its sources; out of the box there are {}",
                                    fmt::join(std::views::keys(placements), ", "))));
    PlacementSettings& settings = placements[name];
    for (const auto& [key, node] : *table) {
        const std::string text(key.str());
        const auto reader = std::ranges::find(readers(), text, &std::pair<std::string, Reader>::first);
        if (reader != readers().end()) {
            if (auto read = reader->second(settings, node, table_name + "." + text); !read) return read;
        } else if (std::ranges::find(not_available_yet, text) != std::end(not_available_yet)) {
            return std::unexpected(wrong_value(node, table_name + "." + text, "is not available yet; leave it out"));
        } else {
            return std::unexpected(
                wrong_value(node, table_name + "." + text,
                            fmt::format("is not a key; known are {}", fmt::join(placement_keys(), ", "))));
        }
    }
    return {};
}

Result<void> check_changed(Placements placements) {
    std::erase_if(placements, [defaults = recommendation::default_placements()](const auto& placement) {
        const auto found = defaults.find(placement.first);
        return found != defaults.end() && found->second == placement.second;
    });
    return recommendation::check_placements(placements);
}

}  // namespace vitrina::settings
