#pragma once
// How often each item was shown, by placement, position and day: counts of exposures, written with them. They say what clicks are a share of.
//
// Bots are not counted. `days` are kept, and at most about `rows` in memory and on disk: beyond that the oldest day goes whole.
// Threads: one writer (`add`, `written`); `each` from any. Lifetime: borrows the database.
// Surprising cost: all rows are in memory, some 60 bytes each; opening reads them.

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <rocksdb/write_batch.h>

#include "base/keys.hpp"
#include "engine/configuration.hpp"
#include "engine/database.hpp"
#include "feedback/success.hpp"
#include "recommendation/request.hpp"

namespace vitrina::engine {

struct ShownRow {
    ItemKey item{};
    feedback::SuccessPlace place;
    std::int64_t count = 0;
};

class Shown {
public:
    Shown(Database& database, const ExposureSettings& settings);

    // Into the batch; counted once `written` says that it is on disk.
    void add(rocksdb::WriteBatch& batch, const recommendation::Recommendation& answer, TimeMs time);
    void written(bool succeeded);
    // Days ascending, otherwise in no order; new ones wait meanwhile.
    void each(const std::function<void(const ShownRow&)>& visit) const;

private:
    struct Key {
        ItemKey item{};
        std::uint32_t placement = 0;
        std::uint8_t bucket = 0;
        bool operator==(const Key&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    using Day = std::unordered_map<Key, std::uint32_t, Hash>;
    static std::string disk_key_of(std::int32_t day, const Key& key);
    void load();
    void forget_old(rocksdb::WriteBatch& batch);

    Database& database_;
    ExposureSettings settings_;
    mutable std::mutex mutex_;
    std::map<std::int32_t, Day> days_;
    std::size_t rows_ = 0;
    std::vector<std::pair<std::int32_t, Key>> pending_;  // of the batch that is being written
};

}  // namespace vitrina::engine
