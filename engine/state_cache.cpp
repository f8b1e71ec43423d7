#include "engine/state_cache.hpp"

#include <algorithm>
#include <utility>

namespace vitrina::engine {

namespace {

constexpr std::size_t position_bytes = 8;
constexpr std::size_t entry_overhead = 200;  // map node, list node, control block
constexpr int steps_a_drop = 16;             // entries looked at for each entry that comes in

std::string stored_value(Position applied, std::string_view state) {
    std::string value = disk_key(applied);
    value.append(state);
    return value;
}

}  // namespace

Result<std::string_view> stored_state(std::string_view value) {
    if (value.size() < position_bytes)
        return fail(ErrorCode::corrupt_data, "a stored state is shorter than its applied position");
    return value.substr(position_bytes);
}

StateCache::StateCache(const Database* database, StateFamilies families, std::size_t budget_bytes)
    : database_(database), families_(families), shard_budget_(budget_bytes / shard_count) {}

std::size_t StateCache::Entry::bytes() const { return state->hot.size() + state->cold.size() + entry_overhead; }

std::string StateCache::key_on_disk(const PersonKey& key) const {
    return families_.key_bytes == 8 ? disk_key(key.low) : disk_key(key);
}

Result<StateCache::Loaded> StateCache::load(const PersonKey& key) const {
    if (database_ == nullptr) return Loaded{};
    const std::string on_disk = key_on_disk(key);
    const auto hot = database_->get(families_.hot, on_disk);
    if (!hot) return std::unexpected(hot.error());
    if (!*hot) return Loaded{};
    const auto hot_state = stored_state(**hot);
    if (!hot_state) return std::unexpected(hot_state.error());
    State state{std::string(*hot_state), {}};
    if (families_.has_cold()) {
        const auto cold = database_->get(families_.cold, on_disk);
        if (!cold) return std::unexpected(cold.error());
        if (*cold) {
            const auto cold_state = stored_state(**cold);
            if (!cold_state) return std::unexpected(cold_state.error());
            state.cold = *cold_state;
        }
    }
    return Loaded{std::make_shared<const State>(std::move(state)), big_endian_at(**hot)};
}

Result<StatePointer> StateCache::find(const PersonKey& key) const {
    Shard& shard = shard_of(key);
    while (true) {
        std::uint64_t dropped = 0;
        {
            const std::lock_guard lock(shard.mutex);
            if (const auto found = shard.entries.find(key); found != shard.entries.end()) {
                shard.newest_first.splice(shard.newest_first.begin(), shard.newest_first, found->second.used);
                return found->second.state;
            }
            dropped = shard.dropped;
        }
        auto loaded = load(key);
        if (!loaded) return std::unexpected(loaded.error());
        const std::lock_guard lock(shard.mutex);
        if (const auto found = shard.entries.find(key); found != shard.entries.end()) return found->second.state;
        // Whoever came and went meanwhile may have written between or after the reads from disk; then they are made again.
        if (shard.dropped != dropped) continue;
        StatePointer state = loaded->state;
        if (state == nullptr) return state;
        insert(shard, key, std::move(*loaded));
        drop_over_budget(shard);
        return state;
    }
}

StateCache::Entry& StateCache::insert(Shard& shard, const PersonKey& key, Loaded loaded) const {
    shard.newest_first.push_front(key);
    Entry& entry = shard.entries[key];
    entry.state = std::move(loaded.state);
    entry.applied = loaded.applied;
    entry.used = shard.newest_first.begin();
    account(shard, 0, entry.bytes());
    return entry;
}

void StateCache::account(Shard& shard, std::size_t before, std::size_t after) const {
    shard.bytes += after - before;
    bytes_ += after - before;
}

void StateCache::store(const PersonKey& key, StatePointer state, Position applied, bool cold_changed) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(key);
    if (found == shard.entries.end()) {
        Entry& entry = insert(shard, key, {std::move(state), applied});
        entry.dirty = true;
        entry.cold_changed = cold_changed;
        dirty_bytes_ += entry.bytes();
        shard.dirty.push_back(key);
    } else {
        Entry& entry = found->second;
        ensure(entry.applied <= applied, "a state is newer than the log record that is folded into it");
        const std::size_t before = entry.bytes();
        entry.state = std::move(state);
        entry.applied = applied;
        entry.cold_changed = cold_changed || (entry.dirty && entry.cold_changed);
        account(shard, before, entry.bytes());
        dirty_bytes_ += entry.bytes() - (entry.dirty ? before : 0);
        if (!entry.dirty) shard.dirty.push_back(key);
        entry.dirty = true;
    }
    drop_over_budget(shard);
}

// Few steps at a time: entries that must stay are moved out of the way, so that a full shard of dirty ones costs nobody much.
void StateCache::drop_over_budget(Shard& shard) const {
    if (database_ == nullptr) return;
    for (int step = 0; step < steps_a_drop && shard.bytes > shard_budget_ && !shard.newest_first.empty(); ++step) {
        const auto oldest = std::prev(shard.newest_first.end());
        const auto found = shard.entries.find(*oldest);
        if (found->second.dirty || found->second.frozen) {
            shard.newest_first.splice(shard.newest_first.begin(), shard.newest_first, oldest);
            continue;
        }
        account(shard, found->second.bytes(), 0);
        shard.newest_first.erase(oldest);
        shard.entries.erase(found);
        ++shard.dropped;
    }
}

std::vector<FrozenState> StateCache::freeze() {
    std::vector<FrozenState> frozen;
    for (Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const PersonKey& key : shard.dirty) {
            Entry& entry = shard.entries.find(key)->second;
            frozen.push_back({key, entry.state, entry.applied, entry.cold_changed});
            dirty_bytes_ -= entry.bytes();
            entry.dirty = false;
            entry.cold_changed = false;
            entry.frozen = true;
        }
        shard.dirty.clear();
    }
    return frozen;
}

void StateCache::add_to(rocksdb::WriteBatch& batch, const std::vector<FrozenState>& frozen) const {
    for (const FrozenState& one : frozen) {
        const std::string key = key_on_disk(one.key);
        if (one.state->hot.empty() && one.state->cold.empty()) {
            batch.Delete(database_->handle(families_.hot), key);
            if (families_.has_cold()) batch.Delete(database_->handle(families_.cold), key);
            continue;
        }
        batch.Put(database_->handle(families_.hot), key, stored_value(one.applied, one.state->hot));
        if (families_.has_cold() && one.cold_changed)
            batch.Put(database_->handle(families_.cold), key, stored_value(one.applied, one.state->cold));
    }
}

void StateCache::thaw(const std::vector<FrozenState>& frozen) {
    for (const FrozenState& one : frozen) {
        Shard& shard = shard_of(one.key);
        const std::lock_guard lock(shard.mutex);
        shard.entries.find(one.key)->second.frozen = false;
        drop_over_budget(shard);
    }
}

void StateCache::each_in_memory(const Visit& visit) const {
    std::vector<std::pair<std::string, StatePointer>> states;
    for (const Shard& shard : shards_) {
        const std::lock_guard lock(shard.mutex);
        for (const auto& [key, entry] : shard.entries) states.emplace_back(key_on_disk(key), entry.state);
    }
    std::ranges::sort(states, {}, &std::pair<std::string, StatePointer>::first);
    for (const auto& [key, state] : states) visit(key, state->hot);
    for (const auto& [key, state] : states)
        if (!state->cold.empty()) visit(key, state->cold);
}

}  // namespace vitrina::engine
