#include "model/store.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

void write_training(JsonWriter& json, const engine::TrainingStatus& status) {
    constexpr std::string_view names[] = {"idle", "running", "failed"};
    json.key("training").begin_object();
    json.key("state").text(names[static_cast<std::size_t>(status.state)]);
    if (!status.step.empty()) {
        json.key("step").text(status.step);
        json.key("share").number(status.share);
    }
    if (!status.message.empty()) json.key("message").text(status.message);
    json.end_object();
}

void write_figures(JsonWriter& json, const std::vector<model::Figure>& figures) {
    json.key("figures").begin_array();
    for (const model::Figure& figure : figures) {
        json.begin_object();
        json.key("task").text(figure.task);
        json.key("metric").text(figure.metric);
        json.key("value").number(figure.value);
        json.key("low").number(figure.low);
        json.key("high").number(figure.high);
        json.key("queries").number(figure.queries);
        json.end_object();
    }
    json.end_array();
}

void write_rankers(JsonWriter& json, const std::vector<model::RankerChoice>& rankers) {
    json.key("rankers").begin_array();
    for (const model::RankerChoice& ranker : rankers) {
        json.begin_object();
        json.key("task").text(ranker.task);
        json.key("stack").boolean(ranker.stack);
        json.key("reason").text(ranker.reason);
        json.key("questions").number(ranker.questions);
        json.key("trees").number(ranker.trees);
        json.key("depth").number(ranker.depth);
        json.key("objective").number(ranker.objective);
        json.key("blend_objective").number(ranker.blend_objective);
        json.key("gain").number(ranker.gain);
        json.key("standard_error").number(ranker.standard_error);
        json.end_object();
    }
    json.end_array();
}

void write_release(JsonWriter& json, const model::Release& release) {
    json.begin_object();
    json.key("verdict").text(release.verdict.empty() ? "unknown" : release.verdict);
    json.key("compared_with").text(release.compared_with);
    json.key("checks").begin_array();
    for (const model::ReleaseCheck& check : release.checks) {
        json.begin_object();
        json.key("name").text(check.name);
        json.key("passed").boolean(check.passed);
        json.key("says").text(check.says);
        json.key("value").number(check.value);
        json.key("low").number(check.low);
        json.key("high").number(check.high);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

void write_settings(JsonWriter& json, const std::vector<model::Setting>& settings) {
    json.begin_array();
    for (const model::Setting& setting : settings) {
        json.begin_object();
        json.key("name").text(setting.name);
        json.key("value").text(setting.value);
        json.end_object();
    }
    json.end_array();
}

void write_tuning(JsonWriter& json, const model::Tuning& tuning) {
    json.key("tuning").begin_object();
    json.key("budget").number(tuning.budget);
    json.key("chosen");
    write_settings(json, tuning.chosen);
    json.key("tried").begin_array();
    for (const model::Trial& trial : tuning.tried) {
        json.begin_object();
        json.key("source").text(trial.source);
        json.key("settings");
        write_settings(json, trial.settings);
        json.key("objective").number(trial.objective);
        json.key("questions").number(trial.questions);
        json.key("chosen").boolean(trial.chosen);
        json.end_object();
    }
    json.end_array();
    json.end_object();
}

void write_manifest(JsonWriter& json, const model::Manifest& manifest) {
    json.begin_object();
    json.key("version").text(manifest.version);
    json.key("trained_at").time(manifest.trained_at);
    json.key("trained_through").time(manifest.trained_through);
    json.key("events").number(manifest.events);
    json.key("people").number(manifest.people);
    json.key("items").number(manifest.items);
    json.key("model_bytes").number(manifest.model_bytes);
    json.key("model_checksum").text(manifest.model_checksum);
    json.key("train_seconds").number(manifest.train_seconds);
    json.key("build").text(manifest.build);
    write_figures(json, manifest.figures);
    write_rankers(json, manifest.rankers);
    json.key("release");
    write_release(json, manifest.release);
    write_tuning(json, manifest.tuning);
    json.end_object();
}

}  // namespace

HttpResponse get_models(const Call& call) {
    const auto manifests = call.host.engine.models();
    if (!manifests) return answer_of(problem_of(manifests.error()));
    JsonWriter json;
    json.begin_object();
    json.key("current").text(call.host.engine.current_model());
    write_training(json, call.host.training.status());
    if (const auto refused = call.host.engine.refused_release()) {
        json.key("refused").begin_object();
        json.key("at").time(refused->at);
        json.key("release");
        write_release(json, refused->release);
        json.end_object();
    }
    json.key("models").begin_array();
    for (const model::Manifest& manifest : *manifests) write_manifest(json, manifest);
    json.end_array();
    json.end_object();
    return json_answer(json.take());
}

HttpResponse post_training(const Call& call) {
    const std::string_view force = call.parameter("force");
    if (!force.empty() && force != "true" && force != "false")
        return answer_of({"invalid_input", "force is neither true nor false"});
    if (const auto may = call.host.engine.may_train(); !may) return answer_of(problem_of(may.error()));
    if (const auto started = call.host.training.start({.force = force == "true"}); !started)
        return answer_of(problem_of(started.error()));
    JsonWriter json;
    json.begin_object();
    write_training(json, {.state = engine::TrainingStatus::State::running});
    json.end_object();
    HttpResponse response = json_answer(json.take(), 202);
    response.headers.emplace_back("Location", "/v1/models");
    return response;
}

HttpResponse post_rollback(const Call& call) {
    const auto manifest = call.host.engine.rollback_model();
    if (manifest) {
        JsonWriter json;
        write_manifest(json, *manifest);
        return json_answer(json.take());
    }
    return answer_of(problem_of(manifest.error()));
}

}  // namespace vitrina::server
