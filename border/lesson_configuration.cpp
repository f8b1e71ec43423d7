#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "border/lesson.hpp"
#include "settings/answers.hpp"

namespace vitrina::border {
namespace {

using Json = nlohmann::json;

std::unexpected<Error> refused(std::string why) {
    return fail(ErrorCode::invalid_input, "the configuration of a training " + std::move(why));
}

Result<std::vector<model::Setting>> read_settings(const Json& settings) {
    std::vector<model::Setting> read;
    if (!settings.is_object()) return refused("has \"settings\" that are no object");
    for (const auto& [name, value] : settings.items()) {
        if (!value.is_string()) return refused(fmt::format("gives the setting {} no text", name));
        read.push_back({name, value.get<std::string>()});
    }
    return read;
}

// One member; true where it has a place.
Result<bool> read_member(const std::string& name, const Json& value, LessonConfiguration& configuration) {
    if ((name == "through" || name == "now") && value.is_number_integer()) {
        (name == "now" ? configuration.now : configuration.through) = value.get<TimeMs>();
    } else if (name == "memory_mb" && value.is_number_unsigned()) {
        configuration.memory_mb = value.get<std::uint64_t>();
    } else if ((name == "weights" || name == "force") && value.is_boolean()) {
        (name == "weights" ? configuration.weights : configuration.force) = value.get<bool>();
    } else if (name == "in_use" && value.is_string()) {
        auto manifest = model::manifest_from_json(value.get<std::string>());
        if (!manifest) return std::unexpected(manifest.error());
        configuration.in_use = std::move(*manifest);
    } else {
        return false;
    }
    return true;
}

}  // namespace

Result<training::Recipe> read_recipe(std::string_view settings_json) {
    const auto settings = read_settings(Json::parse(settings_json, nullptr, false));
    if (!settings) return std::unexpected(settings.error());
    return training::from_settings(*settings);
}

Result<LessonConfiguration> read_lesson_configuration(std::string_view json) {
    const Json all = Json::parse(json, nullptr, false);
    if (!all.is_object()) return refused("is no JSON object");
    LessonConfiguration configuration;
    std::vector<model::Setting> settings;
    for (const auto& [name, value] : all.items()) {
        if (name == "settings") {
            auto read = read_settings(value);
            if (!read) return std::unexpected(read.error());
            settings = std::move(*read);
        } else if (name == "config" && value.is_string()) {
            auto answers = settings::read_answers(value.get<std::string>());
            if (!answers) return std::unexpected(answers.error());
            auto recipe = settings::recipe_of(answers->learning, configuration.recipe);
            if (!recipe) return std::unexpected(recipe.error());
            configuration.placements = std::move(answers->placements);
            configuration.release = answers->learning.release;
            configuration.recipe = *recipe;
        } else {
            const auto read = read_member(name, value, configuration);
            if (!read) return std::unexpected(read.error());
            if (!*read) return refused(fmt::format("has {} that cannot be read; see border/lesson.hpp", name));
        }
    }
    auto said = training::to_settings(configuration.recipe);
    said.insert(said.end(), settings.begin(), settings.end());
    auto recipe = training::from_settings(said);
    if (!recipe) return std::unexpected(recipe.error());
    configuration.recipe = *recipe;
    if (configuration.through <= 0 || configuration.now <= 0)
        return refused("must say \"through\" and \"now\", in milliseconds since 1970");
    return configuration;
}

}  // namespace vitrina::border
