#pragma once
// States of one kind (visitors, users or items) in memory, written back by checkpoint.
//
// A state that was stored since the last checkpoint is *dirty* and stays in memory, so that what lies on disk is always what
// one checkpoint wrote: a consistent point of the log from which a replay may start. Clean states are dropped, the longest
// unused first, when the cache is over its budget.
// Threads: `find` from any thread, never waiting for a write; `store` by the threads that fold, of one key by one of them;
// `freeze` while nobody stores; `thaw` by whoever wrote the frozen states.
// Lifetime: a state that was found stays as it is for as long as its pointer is held.
// Errors: io and corrupt_data from the disk. Not an error: a key that nobody stored answers null.
// Surprising cost: the budget is passed by what is dirty; the host bounds that by beginning a checkpoint (`dirty_bytes`).

#include <array>
#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "engine/database.hpp"
#include "engine/position.hpp"
#include "state/folds.hpp"

namespace vitrina::engine {

// A visitor has both records; users and items have `hot` only.
using State = state::VisitorRecords;
using StatePointer = std::shared_ptr<const State>;

struct StateFamilies {
    Family hot = Family::visitors_hot;
    Family cold = Family::visitors_hot;  // the same as `hot`: there is none
    std::size_t key_bytes = 16;          // 8: only the low half of the key is used
    bool has_cold() const { return cold != hot; }
};

// What a checkpoint has to write.
struct FrozenState {
    PersonKey key;
    StatePointer state;
    Position applied = 0;
    bool cold_changed = false;
};

class StateCache {
public:
    // Without a database everything stays in memory.
    StateCache(const Database* database, StateFamilies families, std::size_t budget_bytes);

    Result<StatePointer> find(const PersonKey& key) const;
    // Precondition: nothing later than `applied` was stored under the key. A state without bytes leaves the disk.
    void store(const PersonKey& key, StatePointer state, Position applied, bool cold_changed);

    std::vector<FrozenState> freeze();
    void add_to(rocksdb::WriteBatch& batch, const std::vector<FrozenState>& frozen) const;
    void thaw(const std::vector<FrozenState>& frozen);

    std::size_t bytes() const { return bytes_; }
    std::size_t dirty_bytes() const { return dirty_bytes_; }

    using Visit = std::function<void(std::string_view key, std::string_view state)>;
    // What memory alone holds, sorted by key, first all hot, then all cold states: for caches without a database.
    void each_in_memory(const Visit& visit) const;
    const StateFamilies& families() const { return families_; }

private:
    struct Entry {
        StatePointer state;
        Position applied = 0;
        bool dirty = false, frozen = false, cold_changed = false;
        std::list<PersonKey>::iterator used;
        std::size_t bytes() const;
    };
    struct Shard {
        mutable std::mutex mutex;
        std::unordered_map<PersonKey, Entry> entries;
        std::list<PersonKey> newest_first;  // by last use
        std::vector<PersonKey> dirty;
        std::size_t bytes = 0;
        std::uint64_t dropped = 0;  // tells a reader that what it read from disk may be outdated
    };
    struct Loaded {
        StatePointer state;
        Position applied = 0;
    };
    static constexpr std::size_t shard_count = 64;

    Shard& shard_of(const PersonKey& key) const { return shards_[key.low % shard_count]; }
    std::string key_on_disk(const PersonKey& key) const;
    Result<Loaded> load(const PersonKey& key) const;
    void drop_over_budget(Shard& shard) const;
    Entry& insert(Shard& shard, const PersonKey& key, Loaded loaded) const;
    void account(Shard& shard, std::size_t before, std::size_t after) const;

    const Database* database_;
    StateFamilies families_;
    std::size_t shard_budget_;
    mutable std::array<Shard, shard_count> shards_;
    mutable std::atomic<std::size_t> bytes_ = 0;
    std::atomic<std::size_t> dirty_bytes_ = 0;
};

// The bytes of a stored state without the applied position in front of them. Errors: corrupt_data where they are too short.
Result<std::string_view> stored_state(std::string_view value);

}  // namespace vitrina::engine
