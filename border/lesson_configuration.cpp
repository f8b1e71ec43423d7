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

}  // namespace

Result<training::Recipe> read_recipe(std::string_view settings_json) {
    const Json settings = Json::parse(settings_json, nullptr, false);
    std::vector<model::Setting> read;
    if (!settings.is_object()) return refused("has \"settings\" that are no object");
    for (const auto& [name, value] : settings.items()) {
        if (!value.is_string()) return refused(fmt::format("gives the setting {} no text", name));
        read.push_back({name, value.get<std::string>()});
    }
    return training::from_settings(read);
}

Result<LessonConfiguration> read_lesson_configuration(std::string_view json) {
    const Json all = Json::parse(json, nullptr, false);
    if (!all.is_object()) return refused("is no JSON object");
    LessonConfiguration configuration;
    for (const auto& [name, value] : all.items()) {
        if (name == "settings") {
            auto recipe = read_recipe(value.dump());
            if (!recipe) return std::unexpected(recipe.error());
            configuration.recipe = *recipe;
        } else if ((name == "through" || name == "now") && value.is_number_integer()) {
            (name == "now" ? configuration.now : configuration.through) = value.get<TimeMs>();
        } else if (name == "memory_mb" && value.is_number_unsigned()) {
            configuration.memory_mb = value.get<std::uint64_t>();
        } else if (name == "config" && value.is_string()) {
            auto answers = settings::read_answers(value.get<std::string>());
            if (!answers) return std::unexpected(answers.error());
            configuration.placements = std::move(answers->placements);
        } else if (name == "weights" && value.is_boolean()) {
            configuration.weights = value.get<bool>();
        } else {
            return refused(fmt::format("has {} that cannot be read; see border/lesson.hpp", name));
        }
    }
    if (configuration.through <= 0 || configuration.now <= 0)
        return refused("must say \"through\" and \"now\", in milliseconds since 1970");
    return configuration;
}

}  // namespace vitrina::border
