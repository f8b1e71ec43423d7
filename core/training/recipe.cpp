#include "training/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <variant>

namespace vitrina::training {
namespace {

struct Field {
    std::string_view name;
    std::variant<bool*, std::uint32_t*, std::uint64_t*, double*> value;
    double low = 0;
    double high = 1;
};

// Names, places and bounds of everything in a recipe, in the order in which a manifest lists it. Long because it is a list.
std::vector<Field> fields_of(Recipe& r) {
    constexpr double rows = 100'000, seed_max = 0x1p64;
    return {
        {"item_item.on", &r.item_item.on},
        {"item_item.neighbours", &r.item_item.neighbours, 1, rows},
        {"item_item.user_power", &r.item_item.user_power, 0, 2},
        {"item_item.item_power", &r.item_item.item_power, 0, 2},
        {"item_item.view_weight", &r.item_item.view_weight, 0, 1},
        {"item_item.wish_weight", &r.item_item.wish_weight, 0, 1},
        {"item_item.cart_weight", &r.item_item.cart_weight, 0, 1},
        {"item_item.half_life_days", &r.item_item.half_life_days, 0, 10'000},
        {"item_item.items_a_person", &r.item_item.items_a_person, 1, rows},
        {"covisit.on", &r.covisit.on},
        {"covisit.neighbours", &r.covisit.neighbours, 1, rows},
        {"covisit.window", &r.covisit.window, 1, 1000},
        {"covisit.distance", &r.covisit.distance, 1, 1000},
        {"covisit.distance_decay", &r.covisit.distance_decay, 0, 1},
        {"covisit.length_power", &r.covisit.length_power, 0, 2},
        {"covisit.item_power", &r.covisit.item_power, 0, 2},
        {"covisit.backward", &r.covisit.backward, 0, 1},
        {"covisit.query_decay", &r.covisit.query_decay, 0, 1},
        {"covisit.entries_a_person", &r.covisit.entries_a_person, 1, rows},
        {"covisit.query_items", &r.covisit.query_items, 1, 1000},
        {"same_order.on", &r.same_order.on},
        {"same_order.neighbours", &r.same_order.neighbours, 1, rows},
        {"same_order.lines_an_order", &r.same_order.lines_an_order, 2, rows},
        {"same_order.length_power", &r.same_order.length_power, 0, 2},
        {"same_order.item_power", &r.same_order.item_power, 0, 2},
        {"same_order.least_evidence", &r.same_order.least_evidence, 0, 1000},
        {"kinds_together.on", &r.kinds_together.on},
        {"kinds_together.kinds", &r.kinds_together.kinds, 1, rows},
        {"kinds_together.items", &r.kinds_together.items, 1, rows},
        {"kinds_together.basket_entries", &r.kinds_together.basket_entries, 2, 1000},
        {"kinds_together.view_weight", &r.kinds_together.view_weight, 0, 1},
        {"kinds_together.shrink", &r.kinds_together.shrink, 0.01, 100'000},
        {"kinds_together.item_decay", &r.kinds_together.item_decay, 0, 1},
        {"kinds_together.half_life_days", &r.kinds_together.half_life_days, 0.01, 100'000},
        {"session_knn.on", &r.session_knn.on},
        {"session_knn.sessions_an_item", &r.session_knn.sessions_an_item, 1, rows},
        {"session_knn.neighbours", &r.session_knn.neighbours, 1, rows},
        {"session_knn.position_decay", &r.session_knn.position_decay, 0.01, 1000},
        {"session_knn.recency_days", &r.session_knn.recency_days, 1e-6, 100'000},
        {"session_knn.match_distance", &r.session_knn.match_distance, 0.01, 1000},
        {"session_knn.match_age", &r.session_knn.match_age, 0.01, 1000},
        {"session_knn.idf", &r.session_knn.idf, 0, 100},
        {"session_knn.reminder_weight", &r.session_knn.reminder_weight, 0, 100},
        {"session_knn.reminder_decay", &r.session_knn.reminder_decay, 0, 1},
        {"session_knn.newest_weight", &r.session_knn.newest_weight, 0, 1},
        {"session_knn.session_items", &r.session_knn.session_items, 1, 1000},
        {"ials.on", &r.ials.on},
        {"ials.dimensions", &r.ials.dimensions, 1, 1024},
        {"ials.epochs", &r.ials.epochs, 1, 1000},
        {"ials.unobserved", &r.ials.unobserved, 0, 10},
        {"ials.regularisation", &r.ials.regularisation, 1e-9, 10},
        {"ials.frequency_power", &r.ials.frequency_power, 0, 2},
        {"ials.view_weight", &r.ials.view_weight, 0, 1},
        {"ials.wish_weight", &r.ials.wish_weight, 0, 1},
        {"ials.cart_weight", &r.ials.cart_weight, 0, 1},
        {"ials.items_a_person", &r.ials.items_a_person, 1, rows},
        {"text_factors.on", &r.text_factors.on},
        {"text_factors.items", &r.text_factors.items, 10, 1'000'000},
        {"next_basket.on", &r.next_basket.on},
        {"next_basket.baskets", &r.next_basket.baskets, 1, 1000},
        {"next_basket.neighbours", &r.next_basket.neighbours, 1, rows},
        {"next_basket.asymmetry", &r.next_basket.asymmetry, 0, 1},
        {"next_basket.power", &r.next_basket.power, 0, 10},
        {"next_basket.own_weight", &r.next_basket.own_weight, 0, 100},
        {"next_basket.people_an_item", &r.next_basket.people_an_item, 1, 10'000'000},
        {"content.on", &r.content.on},
        {"content.neighbours", &r.content.neighbours, 1, rows},
        {"content.word_items", &r.content.word_items, 2, 1'000'000},
        {"content.view_weight", &r.content.view_weight, 0, 1},
        {"content.wish_weight", &r.content.wish_weight, 0, 1},
        {"content.cart_weight", &r.content.cart_weight, 0, 1},
        {"content.half_life_days", &r.content.half_life_days, 0, 10'000},
        {"popular.on", &r.popular.on},
        {"popular.view_weight", &r.popular.view_weight, 0, 1},
        {"popular.wish_weight", &r.popular.wish_weight, 0, 1},
        {"popular.cart_weight", &r.popular.cart_weight, 0, 1},
        {"popular.half_life_days", &r.popular.half_life_days, 1e-6, 100'000},
        {"popular.rows", &r.popular.rows, 1, 10'000'000},
        {"ranker.on", &r.ranker.on},
        {"ranker.questions", &r.ranker.questions, 1, 1'000'000},
        {"ranker.negatives", &r.ranker.negatives, 1, 1000},
        {"ranker.rounds", &r.ranker.rounds, 4, 1000},
        {"ranker.depth", &r.ranker.depth, 1, 8},
        {"ranker.learning_rate", &r.ranker.learning_rate, 0.001, 1},
        {"ranker.least_weight", &r.ranker.least_weight, 0, 1000},
        {"seed", &r.seed, 0, seed_max},
        {"memory_mb", &r.memory_mb, 1, 16'777'216},
    };
}

struct WriteText {
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const auto* value) const { return fmt::format("{}", *value); }
};

// False where the text is not wholly a value of the type.
struct ReadText {
    const std::string& text;
    bool operator()(bool* value) const {
        *value = text == "true";
        return *value || text == "false";
    }
    bool operator()(auto* value) const {
        const char* const text_end = text.data() + text.size();
        const auto [end, failure] = std::from_chars(text.data(), text_end, *value);
        return failure == std::errc() && end == text_end;
    }
};

bool within_bounds(const Field& field) {
    return std::visit(
        [&](const auto* value) {
            const auto number = static_cast<double>(*value);
            return number >= field.low && number <= field.high;  // false for NaN
        },
        field.value);
}

Result<void> read(const Field& field, const std::string& text) {
    if (!std::visit(ReadText{text}, field.value))
        return fail(ErrorCode::invalid_input,
                    fmt::format("the setting {} cannot be \"{}\": that is no value of its kind", field.name, text));
    if (!within_bounds(field))
        return fail(ErrorCode::invalid_input, fmt::format("the setting {} cannot be {}; it must be between {} and {}",
                                                          field.name, text, field.low, field.high));
    return {};
}

}  // namespace

std::vector<model::Setting> to_settings(const Recipe& recipe) {
    Recipe copy = recipe;
    std::vector<model::Setting> settings;
    for (const Field& field : fields_of(copy))
        settings.push_back({std::string(field.name), std::visit(WriteText{}, field.value)});
    return settings;
}

Result<Recipe> from_settings(const std::vector<model::Setting>& settings) {
    Recipe recipe;
    const std::vector<Field> fields = fields_of(recipe);
    for (const model::Setting& setting : settings) {
        const auto field = std::ranges::find(fields, std::string_view(setting.name), &Field::name);
        if (field == fields.end())
            return fail(
                ErrorCode::invalid_input,
                fmt::format("there is no setting {} of training (its value was \"{}\")", setting.name, setting.value));
        if (auto taken = read(*field, setting.value); !taken) return std::unexpected(taken.error());
    }
    return recipe;
}

}  // namespace vitrina::training
