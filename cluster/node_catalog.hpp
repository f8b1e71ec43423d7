#pragma once
// The catalogue of a serving node: entries as the item fold of the cluster makes them, with this node's own changes on top until
// they come back. The fold is the same and its order does not matter, so a change that has come back changes nothing.
//
// Threads: `take` and `to_write` by the thread of the feed, the rest by any.
// Errors: io and corrupt_data from the disk and the feed.

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/change.hpp"
#include "engine/database.hpp"
#include "engine/live_catalog.hpp"

namespace vitrina::cluster {

class NodeCatalog {
public:
    NodeCatalog(engine::Database& database, engine::LiveCatalog& shown, TimeMs keep_ms)
        : database_(database), shown_(shown), keep_ms_(keep_ms) {}

    // What the data folder holds. Called once, first.
    Result<void> load();

    // An entry of the feed; nothing: it is gone.
    Result<void> take(const std::string& item_id, std::optional<std::string_view> entry);
    // A change of this node that is durable; the very next answer sees it.
    Result<void> change(const catalog::ItemChange& change, TimeMs now);
    void forget_old(TimeMs now);
    // Every entry goes, from memory at once and from disk with the next checkpoint. Precondition: the last one is on disk.
    void forget_all();

    // What changed since it was last asked, for a checkpoint. Precondition: the checkpoint before is on disk.
    std::map<std::string, std::optional<std::string>> to_write();

private:
    struct Own {
        catalog::ItemChange change;
        TimeMs at = 0;
    };
    Result<catalog::Entry> entry(const std::string& item_id) const;
    Result<void> show(const std::string& item_id, catalog::Entry entry);

    engine::Database& database_;
    engine::LiveCatalog& shown_;
    TimeMs keep_ms_;
    std::mutex mutex_;
    std::map<std::string, std::optional<std::string>> changed_, writing_;  // key on disk → entry
    std::map<std::string, std::deque<Own>> own_;                           // item → changes that may not have come back
};

// The change that says what `after` says, of what `before` said otherwise or `fields` name (as in JSON). The caller sets time and id.
catalog::ItemChange patch_of(const catalog::Item& before, const catalog::Item& after,
                             const std::vector<std::string>& fields);

}  // namespace vitrina::cluster
