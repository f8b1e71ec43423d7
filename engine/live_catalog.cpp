#include "engine/live_catalog.hpp"

#include <fmt/core.h>

#include <utility>

#include "catalog/codec.hpp"
#include "engine/position.hpp"

namespace vitrina::engine {

Result<std::optional<catalog::Item>> LiveCatalog::decode_item(std::string_view entry) { return catalog::decode(entry); }

Result<void> LiveCatalog::load(const Decode& decode) {
    const auto stored = database_.scan(Family::catalogue);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        auto item = decode({stored->value().data(), stored->value().size()});
        if (!item)
            return fail(ErrorCode::corrupt_data,
                        fmt::format("the catalogue of {} is damaged: {}; restore the folder from a backup",
                                    database_.folder(), item.error().message));
        if (!*item) continue;
        if (auto put = catalog_.put(std::move(**item)); !put) return std::unexpected(put.error());
    }
    if (!stored->status().ok()) return std::unexpected(to_error(stored->status(), "cannot read the catalogue"));
    return {};
}

// Everything that `Catalog::put` could refuse, so that nothing becomes durable that memory then refuses.
Result<void> LiveCatalog::check(catalog::Item& item, TimeMs now) const {
    auto valid = catalog::validated(std::move(item));
    if (!valid) return std::unexpected(valid.error());
    item = std::move(*valid);
    const auto slot = catalog_.find(item_key(item.item_id));
    if (slot && catalog_.present(*slot) && catalog_.item(*slot).item_id != item.item_id)
        return fail(ErrorCode::conflict, fmt::format("item {} has the key of item {}; give it another id", item.item_id,
                                                     catalog_.item(*slot).item_id));
    if (!slot && catalog_.slots() >= catalog::Limits{}.items)
        return fail(ErrorCode::exhausted, fmt::format("the catalogue is full with {} items", catalog_.slots()));
    if (!item.created_at) {
        const bool known = slot && catalog_.present(*slot);
        item.created_at = known ? catalog_.item(*slot).created_at : std::optional<TimeMs>(now);
    }
    return {};
}

std::vector<Result<void>> LiveCatalog::put(std::vector<catalog::Item> items, TimeMs now) {
    const std::lock_guard writer(writers_);
    std::vector<Result<void>> results;
    rocksdb::WriteBatch batch;
    for (catalog::Item& item : items) {
        results.push_back(check(item, now));
        if (results.back())
            batch.Put(database_.handle(Family::catalogue), disk_key(item_key(item.item_id)), catalog::encode(item));
    }
    const auto written = batch.Count() == 0 ? Result<void>{} : database_.write(batch, true);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!results[i]) continue;
        results[i] = written;
        if (!written) continue;
        const std::lock_guard lock(mutex_);
        if (auto put = catalog_.put(std::move(items[i])); !put) results[i] = std::unexpected(put.error());
    }
    ++changes_;
    return results;
}

Result<void> LiveCatalog::remove(const std::string& item_id) {
    const std::lock_guard writer(writers_);
    const auto slot = catalog_.find(item_id);
    if (!slot || !catalog_.present(*slot))
        return fail(ErrorCode::not_found, fmt::format("there is no item {} in the catalogue", item_id));
    rocksdb::WriteBatch batch;
    batch.Delete(database_.handle(Family::catalogue), disk_key(item_key(item_id)));
    if (auto written = database_.write(batch, true); !written) return written;
    const std::lock_guard lock(mutex_);
    catalog_.remove(item_id);
    ++changes_;
    return {};
}

Result<void> LiveCatalog::show(catalog::Item item) {
    const std::lock_guard writer(writers_);
    const std::lock_guard lock(mutex_);
    const auto put = catalog_.put(std::move(item));
    if (!put) return std::unexpected(put.error());
    ++changes_;
    return {};
}

void LiveCatalog::hide(const std::string& item_id) {
    const std::lock_guard writer(writers_);
    const std::lock_guard lock(mutex_);
    if (catalog_.remove(item_id)) ++changes_;
}

std::optional<catalog::Item> LiveCatalog::item(const std::string& item_id) const {
    return read([&](const catalog::Catalog& catalog) -> std::optional<catalog::Item> {
        const auto slot = catalog.find(item_id);
        if (!slot || !catalog.present(*slot)) return std::nullopt;
        return catalog.item(*slot);
    });
}

}  // namespace vitrina::engine
