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

std::string layout_key(std::uint64_t layout) { return fmt::format("features {:016x}", layout); }

}  // namespace

bool keeps_features(std::string_view recommendation_id, double share) {
    constexpr std::uint64_t seed = 0x6665'6174'7572'6573;
    return static_cast<double>(text_hash(recommendation_id, seed) >> 11) * 0x1.0p-53 < share;
}

std::string encode(const Exposure& exposure, bool features) {
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
    const auto* const names = features ? shown.feature_names.get() : nullptr;
    if (names != nullptr) message.set_feature_layout(candidates::layout_of(*names));
    const auto add = [features](const std::vector<recommendation::AnsweredItem>& items, auto& to) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            proto::ExposedItem& item = *to.Add();
            item.set_item_id(items[i].item_id);
            item.set_position(static_cast<std::uint32_t>(i));
            item.set_score(items[i].score);
            item.set_source(items[i].source);
            if (features) item.set_features(items[i].features);
        }
    };
    add(shown.items, *message.mutable_items());
    add(shown.ghost, *message.mutable_ghost());
    for (const experiment::Assigned& assigned : shown.arms) {
        auto& arm = *message.add_arms();
        arm.set_experiment(assigned.experiment);
        arm.set_arm(assigned.arm);
    }
    return message.SerializeAsString();
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
        if (queue_.size() > 1) return;  // whoever made it non-empty has woken the writer
    }
    changed_.notify_all();
}

void Exposures::wait_until_written() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queue_.empty() && !writing_; });
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
        writing_ = true;
        lock.unlock();
        write(taken);
        lock.lock();
        writing_ = false;
        changed_.notify_all();
    }
}

void Exposures::write(const std::deque<Exposure>& exposures) {
    rocksdb::WriteBatch batch;
    if (written_.size() > visitors_counted) written_.clear();
    for (const Exposure& exposure : exposures) {
        batch.Put(database_.handle(Family::exposures), key_of(exposure), encode(exposure, false));
        write_features(batch, exposure);
        for (const experiment::Assigned& assigned : exposure.shown.arms) triggers_.add(batch, assigned, exposure.time);
        if (!exposure.bot) shown_.add(batch, exposure.shown, exposure.time);
        std::size_t& written = written_[exposure.visitor];
        if (++written < written_between_checks) continue;
        written = 0;
        forget_old(batch, exposure.visitor);
    }
    const bool written = database_.write(batch, false).has_value();
    if (!written) dropped_ += exposures.size();
    triggers_.written(written);
    shown_.written(written);
}

// In order of time, apart from the others: these are kept for longer, and read all together.
void Exposures::write_features(rocksdb::WriteBatch& batch, const Exposure& exposure) {
    if (exposure.shown.feature_names == nullptr || exposure.bot) return;
    const std::uint64_t layout = candidates::layout_of(*exposure.shown.feature_names);
    if (layouts_.insert(layout).second)
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
