#include "engine/triggers.hpp"

#include <algorithm>

#include "base/keys.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {

namespace {

constexpr std::size_t known_most = 200'000;

std::string prefix_of(std::string_view experiment) { return std::string(experiment) + '\0'; }

// What decides whether a record must be written again.
std::uint64_t content(std::string_view arm, bool mixed) { return text_hash(arm, mixed ? 1 : 0); }

proto::Trigger joined(const std::string& stored, const experiment::Assigned& assigned, TimeMs time) {
    proto::Trigger trigger;
    if (stored.empty() || !trigger.ParseFromString(stored)) {
        trigger.set_unit(assigned.unit);
        trigger.set_arm(assigned.arm);
        trigger.set_first_ms(time);
        return trigger;
    }
    trigger.set_first_ms(std::min(trigger.first_ms(), time));
    if (trigger.arm() != assigned.arm) trigger.set_mixed(true);
    return trigger;
}

}  // namespace

void Triggers::add(rocksdb::WriteBatch& batch, const experiment::Assigned& assigned, TimeMs time) {
    const std::string key = prefix_of(assigned.experiment) + assigned.unit;
    const auto known = known_.find(key);
    const bool as_known = known != known_.end() && (known->second == content(assigned.arm, false));
    if (as_known) return;
    const auto stored = database_.get(Family::triggers, key);
    const bool there = stored && stored->has_value();
    const proto::Trigger trigger = joined(there ? **stored : std::string(), assigned, time);
    known_[key] = content(trigger.arm(), trigger.mixed());
    const std::string bytes = trigger.SerializeAsString();
    if (!there || bytes != **stored) batch.Put(database_.handle(Family::triggers), key, bytes);
}

void Triggers::written(bool succeeded) {
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
