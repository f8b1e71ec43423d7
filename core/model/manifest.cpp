#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>

#include "model/published.hpp"
#include "model/store.hpp"
#include "proto/manifest.pb.h"

namespace vitrina::model {
namespace {

constexpr std::size_t manifest_bytes_max = 4 << 20;

void write(const Setting& setting, proto::Setting& wire) {
    wire.set_name(setting.name);
    wire.set_value(setting.value);
}

std::vector<Setting> read(const google::protobuf::RepeatedPtrField<proto::Setting>& wire) {
    std::vector<Setting> settings;
    for (const proto::Setting& setting : wire) settings.push_back({setting.name(), setting.value()});
    return settings;
}

void write(const Release& release, proto::Release& wire) {
    wire.set_verdict(release.verdict);
    wire.set_compared_with(release.compared_with);
    for (const ReleaseCheck& check : release.checks) {
        auto* added = wire.add_checks();
        added->set_name(check.name);
        added->set_passed(check.passed);
        added->set_says(check.says);
        added->set_value(check.value);
        added->set_low(check.low);
        added->set_high(check.high);
    }
}

Release read(const proto::Release& wire) {
    Release release{wire.verdict(), wire.compared_with(), {}};
    for (const proto::ReleaseCheck& check : wire.checks())
        release.checks.push_back(
            {check.name(), check.passed(), check.says(), check.value(), check.low(), check.high()});
    return release;
}

void write(const Tuning& tuning, proto::Tuning& wire) {
    wire.set_budget(tuning.budget);
    for (const Setting& setting : tuning.chosen) write(setting, *wire.add_chosen());
    for (const Trial& trial : tuning.tried) {
        auto* added = wire.add_tried();
        added->set_source(trial.source);
        for (const Setting& setting : trial.settings) write(setting, *added->add_settings());
        added->set_objective(trial.objective);
        added->set_questions(trial.questions);
        added->set_chosen(trial.chosen);
    }
}

Tuning read(const proto::Tuning& wire) {
    Tuning tuning{.budget = wire.budget(), .tried = {}, .chosen = read(wire.chosen())};
    for (const proto::Trial& trial : wire.tried())
        tuning.tried.push_back(
            {trial.source(), read(trial.settings()), trial.objective(), trial.questions(), trial.chosen()});
    return tuning;
}

proto::Manifest to_proto(const Manifest& manifest) {
    proto::Manifest wire;
    wire.set_version(manifest.version);
    wire.set_trained_at_ms(manifest.trained_at);
    wire.set_trained_through_ms(manifest.trained_through);
    wire.set_erasures_through_ms(manifest.erasures_through);
    wire.set_seed(manifest.seed);
    wire.set_events(manifest.events);
    wire.set_people(manifest.people);
    wire.set_items(manifest.items);
    wire.set_model_bytes(manifest.model_bytes);
    wire.set_model_checksum(manifest.model_checksum);
    wire.set_train_seconds(manifest.train_seconds);
    wire.set_build(manifest.build);
    for (const Setting& setting : manifest.configuration) write(setting, *wire.add_configuration());
    for (const SourceWeight& weight : manifest.weights) {
        auto* added = wire.add_weights();
        added->set_task(weight.task);
        added->set_source(weight.source);
        added->set_weight(weight.weight);
    }
    for (const Figure& figure : manifest.figures) {
        auto* added = wire.add_figures();
        added->set_task(figure.task);
        added->set_metric(figure.metric);
        added->set_value(figure.value);
        added->set_low(figure.low);
        added->set_high(figure.high);
        added->set_queries(figure.queries);
    }
    for (const RankerChoice& ranker : manifest.rankers) {
        auto* added = wire.add_rankers();
        added->set_task(ranker.task);
        added->set_stack(ranker.stack);
        added->set_reason(ranker.reason);
        added->set_questions(ranker.questions);
        added->set_trees(ranker.trees);
        added->set_depth(ranker.depth);
        added->set_objective(ranker.objective);
        added->set_blend_objective(ranker.blend_objective);
        added->set_gain(ranker.gain);
        added->set_standard_error(ranker.standard_error);
    }
    if (!manifest.release.verdict.empty()) write(manifest.release, *wire.mutable_release());
    if (manifest.tuning.budget > 0 || !manifest.tuning.chosen.empty()) write(manifest.tuning, *wire.mutable_tuning());
    return wire;
}

Manifest from_proto(const proto::Manifest& wire) {
    Manifest manifest;
    manifest.version = wire.version();
    manifest.trained_at = wire.trained_at_ms();
    manifest.trained_through = wire.trained_through_ms();
    manifest.erasures_through = wire.erasures_through_ms();
    manifest.seed = wire.seed();
    manifest.events = wire.events();
    manifest.people = wire.people();
    manifest.items = wire.items();
    manifest.model_bytes = wire.model_bytes();
    manifest.model_checksum = wire.model_checksum();
    manifest.train_seconds = wire.train_seconds();
    manifest.build = wire.build();
    manifest.configuration = read(wire.configuration());
    for (const auto& weight : wire.weights())
        manifest.weights.push_back({weight.task(), weight.source(), weight.weight()});
    for (const auto& figure : wire.figures())
        manifest.figures.push_back(
            {figure.task(), figure.metric(), figure.value(), figure.low(), figure.high(), figure.queries()});
    for (const auto& ranker : wire.rankers())
        manifest.rankers.push_back({.task = ranker.task(),
                                    .stack = ranker.stack(),
                                    .reason = ranker.reason(),
                                    .questions = ranker.questions(),
                                    .trees = ranker.trees(),
                                    .depth = ranker.depth(),
                                    .objective = ranker.objective(),
                                    .blend_objective = ranker.blend_objective(),
                                    .gain = ranker.gain(),
                                    .standard_error = ranker.standard_error()});
    manifest.release = read(wire.release());
    manifest.tuning = read(wire.tuning());
    return manifest;
}

std::string json_of(const google::protobuf::Message& wire) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    options.always_print_primitive_fields = true;
    options.preserve_proto_field_names = true;
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(wire, &json, options);
    ensure(status.ok(), "a manifest could not be written as JSON");
    return json;
}

Result<void> read_json(std::string_view json, google::protobuf::Message& wire) {
    if (json.size() > manifest_bytes_max)
        return fail(ErrorCode::corrupt_data,
                    fmt::format("manifest refused: {} bytes, at most {} are allowed", json.size(), manifest_bytes_max));
    const auto status = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &wire);
    if (!status.ok())
        return fail(ErrorCode::corrupt_data, fmt::format("manifest refused: {}", std::string(status.message())));
    return {};
}

}  // namespace

std::string to_json(const Manifest& manifest) { return json_of(to_proto(manifest)); }

Result<Manifest> manifest_from_json(std::string_view json) {
    proto::Manifest wire;
    if (auto taken = read_json(json, wire); !taken) return std::unexpected(taken.error());
    return from_proto(wire);
}

std::string to_json(const RefusedRelease& refused) {
    proto::RefusedRelease wire;
    wire.set_at_ms(refused.at);
    write(refused.release, *wire.mutable_release());
    return json_of(wire);
}

Result<RefusedRelease> refused_from_json(std::string_view json) {
    proto::RefusedRelease wire;
    if (auto taken = read_json(json, wire); !taken) return std::unexpected(taken.error());
    return RefusedRelease{wire.at_ms(), read(wire.release())};
}

std::string encode(const PublishedModel& published) {
    proto::PublishedModel wire;
    *wire.mutable_manifest() = to_proto(published.manifest);
    wire.set_path(published.path);
    return wire.SerializeAsString();
}

Result<PublishedModel> decode_published(std::string_view bytes) {
    proto::PublishedModel wire;
    if (bytes.size() > manifest_bytes_max || !wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
        return fail(ErrorCode::corrupt_data, "the record is not a published model");
    PublishedModel published{from_proto(wire.manifest()), wire.path()};
    if (published.manifest.version.empty() || !published.path.starts_with('/'))
        return fail(ErrorCode::corrupt_data, "the record of a published model names no version or no absolute path");
    return published;
}

}  // namespace vitrina::model
