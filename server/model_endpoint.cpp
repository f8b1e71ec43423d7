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
    json.key("models").begin_array();
    for (const model::Manifest& manifest : *manifests) write_manifest(json, manifest);
    json.end_array();
    json.end_object();
    return json_answer(json.take());
}

HttpResponse post_training(const Call& call) {
    if (const auto may = call.host.engine.may_train(); !may) return answer_of(problem_of(may.error()));
    if (const auto started = call.host.training.start(); !started) return answer_of(problem_of(started.error()));
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
