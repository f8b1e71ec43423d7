#include "border/batch.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "border/shop_states.hpp"
#include "catalog/change.hpp"
#include "features/profile.hpp"
#include "features/trends.hpp"
#include "model/store.hpp"
#include "recommendation/answer.hpp"
#include "state/views.hpp"

namespace vitrina::border {
namespace {

using nlohmann::ordered_json;
constexpr std::size_t mebibyte = 1024UL * 1024;

std::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("the configuration of a batch {}", why));
}

Result<BatchPeople> people_named(const ordered_json& name) {
    if (name == "everybody") return BatchPeople::everybody;
    if (name == "users") return BatchPeople::users;
    if (name == "visitors") return BatchPeople::visitors;
    return refused("needs \"people\" that are everybody, users or visitors");
}

Result<void> read_one(const std::string& name, const ordered_json& value, BatchConfiguration& configuration) {
    const bool number = value.is_number_unsigned();
    if (name == "placement" && value.is_string())
        configuration.request.placement = value.get<std::string>();
    else if (name == "locale" && value.is_string())
        configuration.request.locale = value.get<std::string>();
    else if (name == "size" && number)
        configuration.request.size = value.get<std::size_t>();
    else if (name == "now" && number)
        configuration.now = value.get<TimeMs>();
    else if (name == "memory_mb" && number)
        configuration.memory_mb = value.get<std::uint64_t>();
    else if (name == "config" && value.is_string()) {
        auto answers = settings::read_answers(value.get<std::string>());
        if (!answers) return std::unexpected(answers.error());
        configuration.answers = std::move(*answers);
    } else if (name == "people") {
        const auto people = people_named(value);
        if (!people) return std::unexpected(people.error());
        configuration.people = *people;
    } else
        return refused(fmt::format("has {} that cannot be read; see border/batch.hpp", name));
    return {};
}

Result<void> check(const BatchConfiguration& configuration) {
    const auto& placements = configuration.answers.placements;
    const auto placement = placements.find(configuration.request.placement);
    if (placement == placements.end())
        return refused(fmt::format("names no placement out of the box, and none of \"config\": \"{}\"",
                                   configuration.request.placement));
    if (placement->second.needs_item)
        return refused(fmt::format("names {}, which is asked beside a product; take home or buy_again",
                                   configuration.request.placement));
    if (configuration.request.size == 0 || configuration.request.size > placement->second.size_max)
        return refused(fmt::format("needs a \"size\" from 1 to {}", placement->second.size_max));
    if (configuration.now <= 0) return refused("must say \"now\", in milliseconds since 1970");
    return {};
}

ordered_json to_json(const recommendation::Recommendation& answer, std::string_view field, std::string_view id) {
    ordered_json line{{std::string(field), std::string(id)},
                      {"placement", answer.placement},
                      {"model_version", answer.model_version}};
    line["items"] = ordered_json::array();
    for (const recommendation::AnsweredItem& item : answer.items) {
        ordered_json reason{{"code", item.reason.code}, {"text", item.reason.text}};
        if (!item.reason.item_id.empty()) reason["item_id"] = item.reason.item_id;
        line["items"].push_back(
            {{"item_id", item.item_id}, {"score", item.score}, {"source", item.source}, {"reason", reason}});
    }
    if (!answer.empty_reason.empty()) line["empty_reason"] = answer.empty_reason;
    return line;
}

}  // namespace

Result<BatchConfiguration> read_batch_configuration(std::string_view json) {
    const ordered_json all = ordered_json::parse(json, nullptr, false);
    if (!all.is_object()) return refused("is no JSON object");
    BatchConfiguration configuration;
    configuration.request.locale = "en";
    for (const auto& [name, value] : all.items())
        if (const auto read = read_one(name, value, configuration); !read) return std::unexpected(read.error());
    if (const auto good = check(configuration); !good) return std::unexpected(good.error());
    return configuration;
}

Batch::Batch(BatchConfiguration configuration)
    : configuration_(std::move(configuration)), catalog_(std::make_unique<catalog::Catalog>()) {
    snapshot_.model_version = "none";
    snapshot_.placements = configuration_.answers.placements;
}

Result<Batch> Batch::open(std::string_view configuration) {
    auto read = read_batch_configuration(configuration);
    if (!read) return std::unexpected(read.error());
    return Batch(std::move(*read));
}

Result<void> Batch::holds(std::size_t more) {
    held_ += more;
    if (configuration_.memory_mb == 0 || held_ <= configuration_.memory_mb * mebibyte) return {};
    return fail(
        ErrorCode::exhausted,
        fmt::format("model, catalogue and states of items take more than memory_mb {}; give the task more memory",
                    configuration_.memory_mb));
}

Result<void> Batch::add_entry(std::string_view bytes) {
    const auto entry = catalog::decode_entry(bytes);
    if (!entry) return std::unexpected(entry.error());
    auto item = catalog::item_of(*entry);
    if (!item) return {};
    if (auto held = holds(2 * bytes.size() + 256); !held) return held;
    return add_item(std::move(*item));
}

Result<void> Batch::add_item(catalog::Item item) {
    ensure(!prepared_, "a batch that answers takes nothing more");
    if (auto put = catalog_->put(std::move(item)); !put) return std::unexpected(put.error());
    return {};
}

Result<void> Batch::add_item_states(std::string_view block) {
    ensure(!prepared_, "a batch that answers takes nothing more");
    const auto bytes = read_block_rows(block, false);
    if (!bytes) return std::unexpected(bytes.error());
    const auto rows = item_rows(*bytes);
    if (!rows) return std::unexpected(rows.error());
    if (auto held = holds(bytes->size() + 64 * rows->size()); !held) return held;
    for (const ItemRow& row : *rows) {
        if (const auto view = state::ItemView::open(row.state); !view) return std::unexpected(view.error());
        items_[row.item] = row.state;
    }
    return {};
}

Result<void> Batch::add_model_bytes(std::string_view piece) {
    // Twice while it grows, and what is made beside it for answering.
    if (auto held = holds(2 * piece.size()); !held) return held;
    model_bytes_.append(piece);
    return {};
}

Result<void> Batch::take_manifest(std::string_view json) {
    const auto manifest = model::manifest_from_json(json);
    if (!manifest) return std::unexpected(manifest.error());
    const auto model = model::Model::from_bytes(std::exchange(model_bytes_, {}));
    if (!model) return std::unexpected(model.error());
    if (manifest->model_checksum != (*model)->checksum())
        return fail(ErrorCode::corrupt_data, fmt::format("the manifest of model {} is of another file; publish or name "
                                                         "a model that is whole",
                                                         manifest->version));
    snapshot_.model = *model;
    snapshot_.model_version = manifest->version;
    snapshot_.sources = recommendation::sources_of(snapshot_.placements, snapshot_.model);
    snapshot_.rankers = recommendation::rankers_of(snapshot_.placements, snapshot_.model);
    for (const model::SourceWeight& chosen : manifest->weights)
        snapshot_.weights[{chosen.task, chosen.source}] = static_cast<float>(chosen.weight);
    return {};
}

void Batch::prepare() {
    const auto state_of = [&](catalog::Slot slot) {
        const auto found = items_.find(catalog_->key(slot));
        return *state::ItemView::open(found == items_.end() ? std::string_view() : std::string_view(found->second));
    };
    snapshot_.trends = std::make_shared<const features::Trends>(
        features::make_trends(*catalog_, state_of, configuration_.now, configuration_.answers.trends));
    recommendation::know_cold_items(snapshot_, *catalog_);
    scratch_ = std::make_unique<candidates::Scratch>(snapshot_.model != nullptr ? snapshot_.model->items() : 0);
    prepared_ = true;
}

Result<std::string> Batch::answers(std::string_view people_block) {
    if (!prepared_) prepare();
    const auto bytes = read_block_rows(people_block, true);
    if (!bytes) return std::unexpected(bytes.error());
    const auto people = people_rows(*bytes);
    if (!people) return std::unexpected(people.error());
    std::string lines;
    for (const PersonRow& person : *people) {
        const bool as_user = !person.user_id.empty() && configuration_.people != BatchPeople::visitors;
        if (as_user)
            if (auto said = say("user_id", person.user_id, {}, {}, person.user_state, lines); !said)
                return std::unexpected(said.error());
        if (as_user || configuration_.people == BatchPeople::users) continue;
        for (const PersonRow::Visitor& visitor : person.visitors)
            if (auto said = say("visitor_id", visitor.visitor_id, visitor.hot, visitor.cold, person.user_state, lines);
                !said)
                return std::unexpected(said.error());
    }
    return lines;
}

// NOLINTNEXTLINE(readability-function-size) who is asked for and what is known of him
Result<void> Batch::say(std::string_view field, std::string_view id, std::string_view hot, std::string_view cold,
                        std::string_view user_state, std::string& lines) {
    const auto visitor = state::VisitorView::open(hot, cold);
    if (!visitor) return std::unexpected(visitor.error());
    const auto user = state::UserView::open(user_state);
    if (!user) return std::unexpected(user.error());
    const features::Profile profile = features::make_profile(*visitor, user_state.empty() ? nullptr : &*user);
    const auto answer = recommendation::answer(
        configuration_.request, {profile, *catalog_, snapshot_, configuration_.now, {}, nullptr}, *scratch_);
    if (!answer) return std::unexpected(answer.error());
    lines += to_json(*answer, field, id).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    lines += '\n';
    return {};
}

}  // namespace vitrina::border
