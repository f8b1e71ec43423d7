#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <cmath>

#include "model/published.hpp"
#include "model/store.hpp"
#include "proto/manifest.pb.h"

namespace vitrina::model {
namespace {

constexpr std::size_t manifest_bytes_max = 4 << 20;

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
    for (const Setting& setting : manifest.configuration) {
        auto* added = wire.add_configuration();
        added->set_name(setting.name);
        added->set_value(setting.value);
    }
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
    for (const auto& setting : wire.configuration())
        manifest.configuration.push_back({setting.name(), setting.value()});
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
    return manifest;
}

}  // namespace

std::string to_json(const Manifest& manifest) {
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    options.always_print_primitive_fields = true;
    options.preserve_proto_field_names = true;
    std::string json;
    const auto status = google::protobuf::util::MessageToJsonString(to_proto(manifest), &json, options);
    ensure(status.ok(), "a manifest could not be written as JSON");
    return json;
}

Result<Manifest> manifest_from_json(std::string_view json) {
    if (json.size() > manifest_bytes_max)
        return fail(ErrorCode::corrupt_data,
                    fmt::format("manifest refused: {} bytes, at most {} are allowed", json.size(), manifest_bytes_max));
    proto::Manifest wire;
    const auto status = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &wire);
    if (!status.ok())
        return fail(ErrorCode::corrupt_data, fmt::format("manifest refused: {}", std::string(status.message())));
    return from_proto(wire);
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
