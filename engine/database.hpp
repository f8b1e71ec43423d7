#pragma once
// The data folder on disk: RocksDB with one family of keys for each kind of record, and the lock that makes one process its
// owner.
//
// Threads: every member function may be called from any thread.
// Lifetime: iterators must be gone before the database is.
// Errors: `open` answers conflict, naming the process that owns the folder; corrupt_data where RocksDB finds its files damaged
// (a torn last record of its log is no error); io with path and cause.
// Surprising cost: a synced write waits for the disk.

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <rocksdb/compaction_filter.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::engine {

enum class Family : std::size_t {
    meta,           // name → value: format version, shop key, last checkpoint
    log,            // position of the first event → a batch of events
    visitors_hot,   // visitor → applied position and state
    visitors_cold,  // visitor → applied position and state
    users,          // user → applied position and state
    items,          // item → applied position and state
    catalogue,      // item → catalogue entry
    late,           // position of an event that came too late to be folded → nothing; the event is in the log
    dead_letters,   // position and number within the event → what could not be folded
    exposures,      // visitor, time (newest first), sequence → exposure
    triggers,       // experiment, zero byte, unit → when it came in, and its arm
    shoppers,       // visitor or user → applied position and what is open with him (feedback/shopper.hpp)
    outcomes,       // transaction, zero byte, line → outcome
    item_success,   // item → applied position and its counts of success (feedback/success.hpp)
    features,       // time, sequence → exposure whose items have their features
    item_shown,     // day, item, placement and bucket of positions → how often it was shown
};
inline constexpr std::size_t family_count = 16;

struct DatabaseSettings {
    TimeMs exposures_keep_ms = 7 * day_ms;
    std::size_t block_cache_bytes = 128u << 20;
};

class Database {
public:
    static Result<std::unique_ptr<Database>> open(const std::string& folder, const DatabaseSettings& settings = {});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    // Nothing where the key is not there.
    Result<std::optional<std::string>> get(Family family, std::string_view key) const;
    Result<void> put(Family family, std::string_view key, std::string_view value, bool sync);
    Result<void> write(rocksdb::WriteBatch& batch, bool sync);
    // Reads on past the block cache, for whole families.
    std::unique_ptr<rocksdb::Iterator> scan(Family family) const;
    std::unique_ptr<rocksdb::Iterator> iterator(Family family) const;
    rocksdb::ColumnFamilyHandle* handle(Family family) const { return handles_[static_cast<std::size_t>(family)]; }
    std::uint64_t bytes_on_disk(Family family) const;
    const std::string& folder() const { return folder_; }

private:
    Database() = default;
    std::string folder_;
    std::unique_ptr<rocksdb::CompactionFilter> forget_;  // outlives `db_`
    std::unique_ptr<rocksdb::DB> db_;
    rocksdb::ColumnFamilyHandle* default_ = nullptr;  // RocksDB insists on it; empty
    std::array<rocksdb::ColumnFamilyHandle*, family_count> handles_{};
};

// What RocksDB says, as an Error that names what was tried.
Error to_error(const rocksdb::Status& status, const std::string& tried);

}  // namespace vitrina::engine
