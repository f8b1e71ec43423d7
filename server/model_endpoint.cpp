#include "model/store.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

void write_training(JsonWriter& json, const TrainingJob::Status& status) {
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

}  // namespace

HttpResponse get_models(const Call& call) {
    const auto manifests = call.host.engine.models();
    if (!manifests) return answer_of(problem_of(manifests.error()));
    JsonWriter json;
    json.begin_object();
    json.key("current").text(call.host.engine.current_model());
    write_training(json, call.host.training.status());
    json.key("models").begin_array();
    for (const model::Manifest& manifest : *manifests) json.value(model::to_json(manifest));
    json.end_array();
    json.end_object();
    return json_answer(json.take());
}

HttpResponse post_training(const Call& call) {
    if (const auto started = call.host.training.start(); !started) return answer_of(problem_of(started.error()));
    JsonWriter json;
    json.begin_object();
    write_training(json, {.state = TrainingJob::State::running});
    json.end_object();
    HttpResponse response = json_answer(json.take(), 202);
    response.headers.emplace_back("Location", "/v1/models");
    return response;
}

HttpResponse post_rollback(const Call& call) {
    const auto manifest = call.host.engine.rollback_model();
    if (manifest) return json_answer(model::to_json(*manifest));
    // Nothing older to go back to: waiting does not help, so this is no 503.
    if (manifest.error().code == ErrorCode::exhausted) return answer_of({"conflict", manifest.error().message});
    return answer_of(problem_of(manifest.error()));
}

}  // namespace vitrina::server
