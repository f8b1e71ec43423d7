#include "engine/training_rows.hpp"

#include <algorithm>
#include <utility>

#include "candidates/feature_bytes.hpp"
#include "feedback/records.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {

namespace {

feedback::ShownAnswer shown_of(proto::Exposure& exposure) {
    feedback::ShownAnswer shown{.recommendation_id = std::move(*exposure.mutable_recommendation_id()),
                                .visitor_id = std::move(*exposure.mutable_visitor_id()),
                                .placement = std::move(*exposure.mutable_placement()),
                                .variant = std::move(*exposure.mutable_variant()),
                                .model_version = std::move(*exposure.mutable_model_version()),
                                .time = exposure.time_ms(),
                                .layout = exposure.feature_layout(),
                                .items = {}};
    for (proto::ExposedItem& item : *exposure.mutable_items())
        if (!item.features().empty())
            shown.items.push_back({std::move(*item.mutable_item_id()), static_cast<std::int32_t>(item.position()),
                                   std::move(*item.mutable_features())});
    return shown;
}

}  // namespace

std::vector<float> features_of(const feedback::TrainingRow& row) {
    std::vector<float> values;
    candidates::append_values(row.item->features, values);
    return values;
}

Result<MadeRows> training_rows(Engine& engine) {
    MadeRows made{.rows = feedback::TrainingRows(engine.configuration().exposures.mature_ms)};
    bool readable = true;
    const auto exposures = engine.each_featured_exposure([&](const std::string& bytes) {
        proto::Exposure exposure;
        readable = readable && exposure.ParseFromString(bytes);
        if (!readable) return;
        made.now = std::max(made.now, exposure.time_ms());
        made.bytes += bytes.size();
        made.rows.show(shown_of(exposure));
    });
    if (!exposures) return std::unexpected(exposures.error());
    if (!readable) return fail(ErrorCode::corrupt_data, "an exposure with features cannot be read");
    // Ids were verified when the answers were written: one that is among them is ours.
    const feedback::ReadId read_id = [&](std::string_view id) -> std::optional<feedback::Answered> {
        const TimeMs answered = made.rows.answered(id);
        if (answered < 0) return std::nullopt;
        return feedback::Answered{.time = answered};
    };
    const auto events = engine.each_event([&](const event::Event& event) {
        made.now = std::max(made.now, event.time);
        for (const feedback::Touch& touch : feedback::records_of(event, read_id, false).touches) made.rows.touch(touch);
    });
    if (!events) return std::unexpected(events.error());
    const auto outcomes = engine.each_outcome([&](const feedback::Outcome& outcome) { made.rows.outcome(outcome); });
    if (!outcomes) return std::unexpected(outcomes.error());
    return made;
}

}  // namespace vitrina::engine
