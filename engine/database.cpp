#include "engine/database.hpp"

#include <fmt/core.h>
#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <unistd.h>

#include <chrono>
#include <cstdarg>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "engine/position.hpp"

namespace vitrina::engine {

namespace {

constexpr std::array<const char*, family_count> family_names = {
    "meta",      "log",          "visitors_hot",      "visitors_cold", "users",    "items",
    "catalogue", "late",         "dead_letters",      "exposures",     "triggers", "shoppers",
    "outcomes",  "item_success", "exposure_features", "item_shown"};

constexpr std::size_t exposure_time_at = 16;  // behind the visitor's key; stored inverted

// Forgets exposures that are older than they are kept, whenever RocksDB rewrites their file.
class ForgetExposures final : public rocksdb::CompactionFilter {
public:
    explicit ForgetExposures(TimeMs keep_ms) : keep_ms_(keep_ms) {}
    const char* Name() const override { return "forget_exposures"; }
    bool Filter(int, const rocksdb::Slice& key, const rocksdb::Slice&, std::string*, bool*) const override {
        if (key.size() < exposure_time_at + 8) return true;
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const TimeMs now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
        const auto time = static_cast<TimeMs>(~big_endian_at({key.data(), key.size()}, exposure_time_at));
        return time < now_ms - keep_ms_;
    }

private:
    TimeMs keep_ms_;
};

// RocksDB's own journal is not kept: what goes wrong is answered to whoever asked, and a journal is one more file that a full
// disk breaks.
class NoJournal final : public rocksdb::Logger {
public:
    using Logger::Logv;
    void Logv(const char*, va_list) override {}
};

rocksdb::DBOptions database_options() {
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    // A record that the power failure cut off was never acknowledged; damage anywhere else is not passed over in silence.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    options.max_total_wal_size = 128u << 20;  // read again after a kill
    options.max_background_jobs = 4;
    options.bytes_per_sync = 1u << 20;
    options.info_log = std::make_shared<NoJournal>();
    options.stats_dump_period_sec = 0;
    return options;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const std::shared_ptr<rocksdb::Cache>& cache,
                                            const rocksdb::CompactionFilter* forget) {
    rocksdb::ColumnFamilyOptions options;
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.cache_index_and_filter_blocks = false;
    table.block_size = family == Family::log ? 64u << 10 : 4u << 10;
    table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.write_buffer_size = 64u << 20;
    // Most keys are asked for once and then cached; a filter says "not in this memtable" without a search.
    options.memtable_prefix_bloom_size_ratio = 0.05;
    options.memtable_whole_key_filtering = true;
    options.compression = family == Family::log ? rocksdb::kZSTD : rocksdb::kLZ4Compression;
    options.level_compaction_dynamic_level_bytes = true;
    if (family == Family::exposures) {
        options.compaction_filter = forget;
        options.periodic_compaction_seconds = static_cast<std::uint64_t>(day_ms / second_ms);
    }
    return options;
}

std::string pid_path(const std::string& folder) { return folder + "/owner.pid"; }

Error owned_by_another(const std::string& folder) {
    std::ifstream file(pid_path(folder));
    long pid = 0;
    file >> pid;
    const std::string owner = pid > 0 ? fmt::format("process {}", pid) : std::string("another process");
    return {ErrorCode::conflict,
            fmt::format(
                "{} is owned by {}, which answers no other command (only `vitrina serve` does, once it has started); "
                "wait for it, or stop it first",
                folder, owner)};
}

bool is_lock_failure(const rocksdb::Status& status) {
    return status.IsIOError() && status.ToString().find("lock") != std::string::npos;
}

}  // namespace

Error to_error(const rocksdb::Status& status, const std::string& tried) {
    const ErrorCode code = status.IsCorruption() ? ErrorCode::corrupt_data : ErrorCode::io;
    return {code, fmt::format("{}: {}", tried, status.ToString())};
}

Result<std::unique_ptr<Database>> Database::open(const std::string& folder, const DatabaseSettings& settings) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return fail(ErrorCode::io, fmt::format("cannot make the data folder {}: {}", folder, failed.message()));
    std::unique_ptr<Database> database(new Database());
    database->folder_ = folder;
    database->forget_ = std::make_unique<ForgetExposures>(settings.exposures_keep_ms);
    const auto cache = rocksdb::NewLRUCache(settings.block_cache_bytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, {}}};
    for (std::size_t i = 0; i < family_count; ++i)
        families.emplace_back(family_names[i], family_options(static_cast<Family>(i), cache, database->forget_.get()));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(database_options(), folder + "/store", families, &handles, &db);
    if (is_lock_failure(status) &&
        (::access(folder.c_str(), W_OK) != 0 || ::access((folder + "/store").c_str(), W_OK) != 0))
        return fail(ErrorCode::io,
                    fmt::format("{} may not be written by this user; give it to him, or name another", folder));
    if (is_lock_failure(status)) return std::unexpected(owned_by_another(folder));
    if (!status.ok()) return std::unexpected(to_error(status, "cannot open " + folder));
    database->db_.reset(db);
    database->default_ = handles[0];
    for (std::size_t i = 0; i < family_count; ++i) database->handles_[i] = handles[i + 1];
    std::ofstream(pid_path(folder)) << ::getpid() << '\n';
    return database;
}

Database::~Database() {
    if (db_ == nullptr) return;
    for (auto* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
    db_->DestroyColumnFamilyHandle(default_);
    std::error_code ignored;
    std::filesystem::remove(pid_path(folder_), ignored);
    db_->Close();
}

Result<std::optional<std::string>> Database::get(Family family, std::string_view key) const {
    std::string value;
    const auto status = db_->Get(rocksdb::ReadOptions(), handle(family), {key.data(), key.size()}, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return std::unexpected(to_error(status, fmt::format("cannot read from {}", folder_)));
    return value;
}

Result<void> Database::put(Family family, std::string_view key, std::string_view value, bool sync) {
    rocksdb::WriteBatch batch;
    batch.Put(handle(family), {key.data(), key.size()}, {value.data(), value.size()});
    return write(batch, sync);
}

Result<void> Database::write(rocksdb::WriteBatch& batch, bool sync) {
    rocksdb::WriteOptions options;
    options.sync = sync;
    auto status = db_->Write(options, &batch);
    if (!status.ok() && db_->Resume().ok()) status = db_->Write(options, &batch);
    if (status.ok()) return {};
    return std::unexpected(to_error(
        status, fmt::format("cannot write to {} (if this stays so when the disk is well again, restart)", folder_)));
}

std::unique_ptr<rocksdb::Iterator> Database::scan(Family family) const {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    options.readahead_size = 4u << 20;
    return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, handle(family)));
}

std::unique_ptr<rocksdb::Iterator> Database::iterator(Family family) const {
    return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(rocksdb::ReadOptions(), handle(family)));
}

std::uint64_t Database::bytes_on_disk(Family family) const {
    std::uint64_t files = 0, memory = 0;
    db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kTotalSstFilesSize, &files);
    db_->GetIntProperty(handle(family), rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
    return files + memory;
}

}  // namespace vitrina::engine
