#include "engine/exposures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "candidates/feature_bytes.hpp"
#include "engine/background.hpp"
#include "engine/position.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {

namespace {

constexpr std::size_t visitors_counted = 100'000;
constexpr std::size_t written_between_checks = 50;

std::string key_of(const Exposure& exposure) {
    std::string key = disk_key(exposure.visitor);
    append_big_endian(key, ~static_cast<std::uint64_t>(exposure.time));
    append_big_endian(key, ~exposure.sequence);
    return key;
}

std::string key_of_features(const Exposure& exposure) {
    std::string key = disk_key(static_cast<std::uint64_t>(exposure.time));
    append_big_endian(key, exposure.sequence);
    return key;
}

recommendation::AnsweredItem item_of(proto::ExposedItem& item) {
    recommendation::AnsweredItem shown;
    shown.item_id = std::move(*item.mutable_item_id());
    shown.score = item.score();
    shown.source = std::move(*item.mutable_source());
    shown.features = std::move(*item.mutable_features());
    return shown;
}

void write(const recommendation::ExploredSlot& explored, proto::ExploredSlot& message) {
    message.set_slot(explored.slot);
    message.set_drawn(explored.drawn);
    message.set_counter(explored.counter);
    message.set_posterior(explored.posterior);
    for (const recommendation::Eligible& eligible : explored.eligible) {
        proto::EligibleItem& item = *message.add_eligible();
        item.set_item_id(eligible.item_id);
        item.set_chance(eligible.chance);
    }
}

recommendation::ExploredSlot slot_of(const proto::ExploredSlot& message) {
    recommendation::ExploredSlot slot{message.slot(), message.drawn(), message.counter(), message.posterior(), {}};
    for (const proto::EligibleItem& item : message.eligible()) slot.eligible.push_back({item.item_id(), item.chance()});
    return slot;
}

std::string layout_key(std::uint64_t layout) { return fmt::format("features {:016x}", layout); }

}  // namespace

bool keeps_features(std::string_view recommendation_id, double share) {
    constexpr std::uint64_t seed = 0x6665'6174'7572'6573;
    return text_unit(recommendation_id, seed) < share;
}

bool names_features(const Exposure& exposure) {
    constexpr std::uint64_t seed = 0x6e61'6d65'7300'0000, one_of = 64;
    return exposure.shown.feature_names != nullptr && text_hash(exposure.shown.recommendation_id, seed) % one_of == 0;
}

std::uint64_t layout_of(const Exposure& exposure) {
    const auto& names = exposure.shown.feature_names;
    return names == nullptr ? exposure.layout : candidates::layout_of(*names);
}

std::string encode(const Exposure& exposure, Features features) {
    proto::Exposure message;
    const recommendation::Recommendation& shown = exposure.shown;
    message.set_recommendation_id(shown.recommendation_id);
    message.set_time_ms(exposure.time);
    message.set_visitor_id(exposure.visitor_id);
    message.set_user_id(exposure.user_id);
    message.set_placement(shown.placement);
    message.set_variant(shown.variant);
    message.set_model_version(shown.model_version);
    message.set_stage(proto::SERVED);
    message.set_context_item_id(exposure.context_item_id);
    message.set_bot(exposure.bot);
    const bool kept = features != Features::left_out;
    if (kept) message.set_feature_layout(layout_of(exposure));
    if (features == Features::named && shown.feature_names != nullptr)
        for (const std::string& name : *shown.feature_names) message.add_feature_names(name);
    const auto add = [kept](const std::vector<recommendation::AnsweredItem>& items, auto& to) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            proto::ExposedItem& item = *to.Add();
            item.set_item_id(items[i].item_id);
            item.set_position(static_cast<std::uint32_t>(i));
            item.set_score(items[i].score);
            item.set_source(items[i].source);
            if (kept) item.set_features(items[i].features);
        }
    };
    add(shown.items, *message.mutable_items());
    add(shown.ghost, *message.mutable_ghost());
    for (const experiment::Assigned& assigned : shown.arms) {
        auto& arm = *message.add_arms();
        arm.set_experiment(assigned.experiment);
        arm.set_arm(assigned.arm);
        arm.set_of_user(assigned.unit != exposure.visitor_id);
    }
    for (const recommendation::ExploredSlot& slot : shown.explored) write(slot, *message.add_explored());
    return message.SerializeAsString();
}

Result<Exposure> decode_exposure(std::string_view bytes) {
    proto::Exposure message;
    if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || message.recommendation_id().empty() ||
        message.placement().empty() || message.time_ms() <= 0)
        return fail(ErrorCode::corrupt_data, "an exposure cannot be read");
    Exposure exposure{.time = message.time_ms(),
                      .visitor_id = message.visitor_id(),
                      .user_id = message.user_id(),
                      .context_item_id = message.context_item_id(),
                      .bot = message.bot(),
                      .layout = message.feature_layout()};
    recommendation::Recommendation& shown = exposure.shown;
    shown.recommendation_id = message.recommendation_id();
    shown.placement = message.placement();
    shown.variant = message.variant();
    shown.model_version = message.model_version();
    for (proto::ExposedItem& item : *message.mutable_items()) shown.items.push_back(item_of(item));
    for (proto::ExposedItem& item : *message.mutable_ghost()) shown.ghost.push_back(item_of(item));
    for (const auto& arm : message.arms())
        shown.arms.push_back({arm.experiment(), arm.arm(), arm.of_user() ? exposure.user_id : exposure.visitor_id});
    for (const proto::ExploredSlot& slot : message.explored()) {
        if (slot.drawn() >= static_cast<std::uint32_t>(slot.eligible_size()))
            return fail(ErrorCode::corrupt_data, fmt::format("an exposure says that item {} of {} eligible was drawn",
                                                             slot.drawn(), slot.eligible_size()));
        shown.explored.push_back(slot_of(slot));
    }
    if (message.feature_names_size() > 0)
        shown.feature_names = std::make_shared<const std::vector<std::string>>(message.feature_names().begin(),
                                                                               message.feature_names().end());
    return exposure;
}

Exposures::Exposures(Database& database, const ExposureSettings& settings)
    : database_(database), settings_(settings), triggers_(database), shown_(database, settings), thread_([this] {
          run();
      }) {}

Exposures::~Exposures() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Exposures::offer(Exposure exposure) {
    ++offered_;
    {
        const std::lock_guard lock(mutex_);
        if (queue_.size() >= settings_.queue) {
            ++dropped_;
            return;
        }
        queue_.push_back(std::move(exposure));
        ++queued_;
        if (queue_.size() > 1) return;  // whoever made it non-empty has woken the writer
    }
    changed_.notify_all();
}

void Exposures::wait_until_written() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, before = queued_] { return tried_ >= before; });
}

Result<void> Exposures::each_trigger(std::string_view experiment, const std::function<void(const Trigger&)>& visit) {
    wait_until_written();
    return triggers_.each(experiment, visit);
}

void Exposures::each_shown(const std::function<void(const ShownRow&)>& visit) {
    wait_until_written();
    shown_.each(visit);
}

std::vector<std::string> Exposures::of(const PersonKey& visitor, std::size_t limit) {
    wait_until_written();
    std::vector<std::string> found;
    const std::string prefix = disk_key(visitor);
    const auto stored = database_.iterator(Family::exposures);
    for (stored->Seek(prefix); stored->Valid() && stored->key().starts_with(prefix); stored->Next()) {
        if (found.size() == std::min(limit, settings_.a_visitor)) break;
        found.push_back(stored->value().ToString());
    }
    return found;
}

Result<void> Exposures::each(const std::function<void(const std::string&)>& visit) {
    wait_until_written();
    const auto stored = database_.scan(Family::exposures);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) visit(stored->value().ToString());
    return stored->status().ok() ? Result<void>{}
                                 : std::unexpected(to_error(stored->status(), "cannot read the exposures"));
}

Result<void> Exposures::each_featured(const std::function<void(const std::string&)>& visit) {
    wait_until_written();
    const auto stored = database_.scan(Family::features);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) visit(stored->value().ToString());
    return stored->status().ok() ? Result<void>{}
                                 : std::unexpected(to_error(stored->status(), "cannot read the features of exposures"));
}

std::vector<std::string> Exposures::feature_names(std::uint64_t layout) const {
    const auto stored = database_.get(Family::meta, layout_key(layout));
    std::vector<std::string> names;
    if (!stored || !*stored) return names;
    std::istringstream lines(**stored);
    for (std::string name; std::getline(lines, name);) names.push_back(name);
    return names;
}

void Exposures::run() {
    give_way();
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        const std::deque<Exposure> taken = std::exchange(queue_, {});
        lock.unlock();
        write(taken);
        lock.lock();
        tried_ += taken.size();
        changed_.notify_all();
    }
}

void Exposures::write(const std::deque<Exposure>& exposures) {
    const std::lock_guard writing(writers_);
    rocksdb::WriteBatch batch;
    for (const Exposure& exposure : exposures) add(batch, exposure);
    const bool written = database_.write(batch, false).has_value();
    if (!written) dropped_ += exposures.size();
    settle(written);
}

Result<std::size_t> Exposures::take(const std::vector<Exposure>& exposures, const Note& note) {
    const std::lock_guard writing(writers_);
    rocksdb::WriteBatch batch;
    std::unordered_set<std::string> taken;
    for (const Exposure& exposure : exposures) {
        const std::string key = key_of(exposure);
        const auto there = database_.get(Family::exposures, key);
        if (!there) return std::unexpected(there.error());
        if (!*there && taken.insert(key).second) add(batch, exposure);
    }
    batch.Put(database_.handle(Family::meta), note.name, note.value);
    auto written = database_.write(batch, true);
    settle(written.has_value());
    if (!written) return std::unexpected(written.error());
    return taken.size();
}

void Exposures::add(rocksdb::WriteBatch& batch, const Exposure& exposure) {
    if (written_.size() > visitors_counted) written_.clear();
    batch.Put(database_.handle(Family::exposures), key_of(exposure), encode(exposure, Features::left_out));
    write_features(batch, exposure);
    for (const experiment::Assigned& assigned : exposure.shown.arms) triggers_.add(batch, assigned, exposure.time);
    if (!exposure.bot) shown_.add(batch, exposure.shown, exposure.time);
    std::size_t& written = written_[exposure.visitor];
    if (++written < written_between_checks) return;
    written = 0;
    forget_old(batch, exposure.visitor);
}

void Exposures::settle(bool written) {
    triggers_.written(written);
    shown_.written(written);
}

// In order of time, apart from the others: these are kept for longer, and read all together.
void Exposures::write_features(rocksdb::WriteBatch& batch, const Exposure& exposure) {
    const std::uint64_t layout = layout_of(exposure);
    if (layout == 0 || exposure.bot) return;
    if (exposure.shown.feature_names != nullptr && layouts_.insert(layout).second)
        batch.Put(database_.handle(Family::meta), layout_key(layout),
                  fmt::format("{}", fmt::join(*exposure.shown.feature_names, "\n")));
    batch.Put(database_.handle(Family::features), key_of_features(exposure), encode(exposure));
    const TimeMs from = exposure.time - settings_.features_keep_ms;
    if (from < features_from_ + hour_ms) return;
    features_from_ = from;
    batch.DeleteRange(database_.handle(Family::features), disk_key(std::uint64_t{0}),
                      disk_key(static_cast<std::uint64_t>(std::max<TimeMs>(0, from))));
}

void Exposures::forget_old(rocksdb::WriteBatch& batch, const PersonKey& visitor) const {
    const std::string prefix = disk_key(visitor);
    const auto stored = database_.iterator(Family::exposures);
    std::size_t seen = 0;
    for (stored->Seek(prefix); stored->Valid() && stored->key().starts_with(prefix); stored->Next())
        if (++seen > settings_.a_visitor) batch.Delete(database_.handle(Family::exposures), stored->key());
}

}  // namespace vitrina::engine
