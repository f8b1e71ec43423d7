#include "engine/triggers.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {

namespace {

constexpr std::size_t known_most = 200'000;

std::string prefix_of(std::string_view experiment) { return std::string(experiment) + '\0'; }

proto::Trigger joined(const std::string& stored, const experiment::Assigned& assigned, TimeMs time) {
    proto::Trigger trigger;
    if (stored.empty() || !trigger.ParseFromString(stored)) {
        trigger.set_unit(assigned.unit);
        trigger.set_arm(assigned.arm);
        trigger.set_first_ms(time);
        return trigger;
    }
    if (trigger.arm() != assigned.arm) trigger.set_mixed(true);
    if (time >= trigger.first_ms()) return trigger;
    trigger.set_first_ms(time);
    trigger.set_arm(assigned.arm);
    return trigger;
}

}  // namespace

Result<void> keep_unit(Database& database, const experiment::Trial& trial) {
    const std::string note = "unit of " + trial.plan.id;
    const std::string unit = trial.unit == experiment::Unit::visitor ? "visitor" : "user";
    const auto kept = database.get(Family::meta, note);
    if (!kept) return std::unexpected(kept.error());
    if (!*kept) return database.put(Family::meta, note, unit, true);
    if (**kept == unit) return {};
    return fail(
        ErrorCode::conflict,
        fmt::format("experiment {} has assigned by {} until now and would assign by {}: both would be added up; "
                    "give it another name",
                    trial.plan.id, **kept, unit));
}

void Triggers::add(rocksdb::WriteBatch& batch, const experiment::Assigned& assigned, TimeMs time) {
    const std::string key = prefix_of(assigned.experiment) + assigned.unit;
    if (const auto found = known_.find(key); found != known_.end()) {
        const Known& known = found->second;
        if (time >= known.first && (known.mixed || known.arm == text_hash(assigned.arm))) return;
    }
    const std::string before = stored_or_pending(key);
    const proto::Trigger trigger = joined(before, assigned, time);
    known_[key] = {text_hash(trigger.arm()), trigger.first_ms(), trigger.mixed()};
    std::string bytes = trigger.SerializeAsString();
    if (bytes == before) return;
    batch.Put(database_.handle(Family::triggers), key, bytes);
    pending_[key] = std::move(bytes);
}

std::string Triggers::stored_or_pending(const std::string& key) const {
    if (const auto pending = pending_.find(key); pending != pending_.end()) return pending->second;
    const auto stored = database_.get(Family::triggers, key);
    return stored ? stored->value_or("") : std::string();
}

void Triggers::written(bool succeeded) {
    pending_.clear();
    if (!succeeded || known_.size() > known_most) known_.clear();
}

Result<void> Triggers::each(std::string_view experiment, const std::function<void(const Trigger&)>& visit) const {
    const std::string prefix = prefix_of(experiment);
    const auto stored = database_.iterator(Family::triggers);
    for (stored->Seek(prefix); stored->Valid() && stored->key().starts_with(prefix); stored->Next()) {
        proto::Trigger trigger;
        if (!trigger.ParseFromArray(stored->value().data(), static_cast<int>(stored->value().size())))
            return fail(ErrorCode::corrupt_data,
                        "a record of the experiment " + std::string(experiment) + " cannot be read");
        visit({trigger.unit(), trigger.arm(), trigger.first_ms(), trigger.mixed()});
    }
    if (!stored->status().ok()) return std::unexpected(to_error(stored->status(), "reading who is in an experiment"));
    return {};
}

}  // namespace vitrina::engine
