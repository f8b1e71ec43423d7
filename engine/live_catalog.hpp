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
#include "catalog/run.hpp"
#include "engine/database.hpp"
#include "engine/fair_mutex.hpp"

namespace vitrina::engine {

class LiveCatalog {
public:
    explicit LiveCatalog(Database& database) : database_(database) {}

    // Reads what is stored. Errors: io, corrupt_data.
    struct Stored {
        catalog::Item item;
        catalog::Written written;
    };
    using Decode = std::function<Result<std::optional<Stored>>(std::string_view entry)>;  // nothing: not on sale
    Result<void> load(const Decode& decode = decode_row);
    static Result<std::optional<Stored>> decode_row(std::string_view row);

    // An item without a `created_at` keeps the one it had, or gets `now`. `run`: which mentions them.
    std::vector<Result<void>> put(std::vector<catalog::Item> items, TimeMs now, const catalog::Run* run = nullptr);
    // Not a put: whether the item is absent stays as it is now, and so does when it was written whole.
    Result<void> patch(catalog::Item item, TimeMs now);
    Result<void> remove(const std::string& item_id);
    // What the run, ended at `now`, would do.
    catalog::Census census(const catalog::Run& run, TimeMs now) const;
    // Makes those absent that are still to vanish; how many they were. Where it fails some may be.
    Result<std::size_t> make_absent(const std::vector<std::string>& item_ids, const catalog::Run& run, TimeMs now);
    // Changes memory alone: for a host that keeps the items elsewhere.
    Result<void> show(catalog::Item item, const catalog::Written& written);
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
    catalog::Written written(const std::string& item_id) const;
    Result<void> store(catalog::Item item, const catalog::Written& written);

    Database& database_;
    mutable std::mutex writers_;  // held by whoever writes, from before the disk until after memory
    mutable FairMutex mutex_;
    catalog::Catalog catalog_;
    std::vector<catalog::Written> written_;  // by slot; read by writers only
    std::atomic<std::uint64_t> changes_ = 0;
};

}  // namespace vitrina::engine
