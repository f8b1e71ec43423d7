#pragma once
// The catalogue while it changes: durable first, then seen by the very next answer.
//
// Threads: any. `read` is for answers and must be quick: a writer waits for it, and later readers wait for the writer. Work over
// the whole catalogue goes through `study`: it keeps writers out before they ask for the lock, so that answers never wait.
// Errors: `put` as catalog::Catalog::put and io; nothing changed where it fails.

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "catalog/catalog.hpp"
#include "engine/database.hpp"
#include "engine/fair_mutex.hpp"

namespace vitrina::engine {

class LiveCatalog {
public:
    explicit LiveCatalog(Database& database) : database_(database) {}

    // Reads what is stored. Errors: io, corrupt_data.
    using Decode = std::function<Result<std::optional<catalog::Item>>(std::string_view entry)>;  // nothing: not on sale
    Result<void> load(const Decode& decode = decode_item);
    static Result<std::optional<catalog::Item>> decode_item(std::string_view entry);

    // An item without a `created_at` keeps the one it had, or gets `now`.
    std::vector<Result<void>> put(std::vector<catalog::Item> items, TimeMs now);
    Result<void> remove(const std::string& item_id);
    // Changes memory alone: for a host that keeps the items elsewhere.
    Result<void> show(catalog::Item item);
    void hide(const std::string& item_id);
    std::optional<catalog::Item> item(const std::string& item_id) const;

    template <class Work>
    auto read(const Work& work) const {
        const std::shared_lock lock(mutex_);
        return work(static_cast<const catalog::Catalog&>(catalog_));
    }
    template <class Work>
    auto study(const Work& work) const {
        const std::lock_guard lock(writers_);
        return work(static_cast<const catalog::Catalog&>(catalog_));
    }
    // Grows with every change.
    std::uint64_t changes() const { return changes_; }

private:
    Result<void> check(catalog::Item& item, TimeMs now) const;

    Database& database_;
    mutable std::mutex writers_;  // held by whoever writes, from before the disk until after memory
    mutable FairMutex mutex_;
    catalog::Catalog catalog_;
    std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace vitrina::engine
