#include "engine/live_catalog.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "catalog/codec.hpp"
#include "engine/position.hpp"

namespace vitrina::engine {

namespace {

constexpr std::size_t absent_together = 1000;  // in one synced write

}  // namespace

Result<std::optional<LiveCatalog::Stored>> LiveCatalog::decode_row(std::string_view row) {
    auto item = catalog::decode(row);
    if (!item) return std::unexpected(item.error());
    const auto written = catalog::decode_written(row);
    if (!written) return std::unexpected(written.error());
    return Stored{std::move(*item), *written};
}

Result<void> LiveCatalog::load(const Decode& decode) {
    const auto stored = database_.scan(Family::catalogue);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        auto row = decode({stored->value().data(), stored->value().size()});
        if (!row)
            return fail(ErrorCode::corrupt_data,
                        fmt::format("the catalogue of {} is damaged: {}; restore the folder from a backup",
                                    database_.folder(), row.error().message));
        if (!*row) continue;
        if (auto put = store(std::move((*row)->item), (*row)->written); !put) return put;
    }
    if (!stored->status().ok()) return std::unexpected(to_error(stored->status(), "cannot read the catalogue"));
    return {};
}

// Into memory. Precondition: the caller keeps others out.
Result<void> LiveCatalog::store(catalog::Item item, const catalog::Written& written) {
    const auto slot = catalog_.put(std::move(item));
    if (!slot) return std::unexpected(slot.error());
    if (written_.size() <= *slot) written_.resize(*slot + 1);
    written_[*slot] = written;
    return {};
}

catalog::Written LiveCatalog::written(const std::string& item_id) const {
    const auto slot = catalog_.find(item_id);
    return slot ? written_[*slot] : catalog::Written{};
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

std::vector<Result<void>> LiveCatalog::put(std::vector<catalog::Item> items, TimeMs now, const catalog::Run* run) {
    const std::lock_guard writer(writers_);
    std::vector<Result<void>> results;
    std::vector<catalog::Written> written;
    rocksdb::WriteBatch batch;
    for (catalog::Item& item : items) {
        results.push_back(check(item, now));
        const catalog::Written before = this->written(item.item_id);
        written.push_back({.at = run == nullptr ? now : std::max(now, run->begun_at),
                           .first = catalog_.find(item.item_id) ? before.first : now,
                           .run = run == nullptr ? before.run : catalog::mark_of(run->id)});
        if (results.back())
            batch.Put(database_.handle(Family::catalogue), disk_key(item_key(item.item_id)),
                      catalog::encode_row(item, written.back()));
    }
    const auto durable = batch.Count() == 0 ? Result<void>{} : database_.write(batch, true);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!results[i]) continue;
        results[i] = durable;
        if (!durable) continue;
        const std::lock_guard lock(mutex_);
        results[i] = store(std::move(items[i]), written[i]);
    }
    ++changes_;
    return results;
}

Result<void> LiveCatalog::patch(catalog::Item item, TimeMs now) {
    const std::lock_guard writer(writers_);
    if (auto checked = check(item, now); !checked) return checked;
    const auto slot = catalog_.find(item.item_id);
    if (!slot) return fail(ErrorCode::not_found, fmt::format("there is no item {} in the catalogue", item.item_id));
    item.absent = catalog_.item(*slot).absent;
    const catalog::Written written = written_[*slot];
    if (auto durable = database_.put(Family::catalogue, disk_key(item_key(item.item_id)),
                                     catalog::encode_row(item, written), true);
        !durable)
        return durable;
    const std::lock_guard lock(mutex_);
    ++changes_;
    return store(std::move(item), written);
}

catalog::Census LiveCatalog::census(const catalog::Run& run, TimeMs now) const {
    return study([&](const catalog::Catalog& catalog) {
        catalog::Census census;
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot)
            if (catalog.present(slot)) census.count(catalog.item(slot), written_[slot], run, now);
        return census;
    });
}

Result<std::size_t> LiveCatalog::make_absent(const std::vector<std::string>& item_ids, const catalog::Run& run,
                                             TimeMs now) {
    std::size_t vanished = 0;
    for (std::size_t next = 0; next < item_ids.size();) {
        const std::lock_guard writer(writers_);
        std::vector<catalog::Item> items;
        rocksdb::WriteBatch batch;
        for (; next < item_ids.size() && items.size() < absent_together; ++next) {
            const auto slot = catalog_.find(item_ids[next]);
            if (!slot || !catalog::vanishes(catalog_.item(*slot), written_[*slot], run, now)) continue;
            items.push_back(catalog_.item(*slot));
            items.back().absent = true;
            batch.Put(database_.handle(Family::catalogue), disk_key(item_key(item_ids[next])),
                      catalog::encode_row(items.back(), written_[*slot]));
        }
        if (items.empty()) continue;
        if (auto durable = database_.write(batch, true); !durable) return std::unexpected(durable.error());
        vanished += items.size();
        for (catalog::Item& item : items) {
            const catalog::Written written = this->written(item.item_id);
            const std::lock_guard lock(mutex_);
            if (auto stored = store(std::move(item), written); !stored) return std::unexpected(stored.error());
        }
        ++changes_;
    }
    return vanished;
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

Result<void> LiveCatalog::show(catalog::Item item, const catalog::Written& written) {
    const std::lock_guard writer(writers_);
    const std::lock_guard lock(mutex_);
    if (auto stored = store(std::move(item), written); !stored) return stored;
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
