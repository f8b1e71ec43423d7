#include "cluster/node_catalog.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "engine/position.hpp"

namespace vitrina::cluster {

namespace {

using catalog::Field;

std::string key_on_disk(const std::string& item_id) { return engine::disk_key(item_key(item_id)); }

constexpr std::array<std::pair<std::string_view, Field>, 18> single_fields{{{"title", Field::title},
                                                                            {"description", Field::description},
                                                                            {"categories", Field::categories},
                                                                            {"brand", Field::brand},
                                                                            {"price", Field::price},
                                                                            {"sale_price", Field::sale_price},
                                                                            {"sale_from", Field::sale_from},
                                                                            {"sale_until", Field::sale_until},
                                                                            {"currency", Field::currency},
                                                                            {"cost", Field::cost},
                                                                            {"availability", Field::availability},
                                                                            {"quantity", Field::quantity},
                                                                            {"url", Field::url},
                                                                            {"image_url", Field::image_url},
                                                                            {"group_id", Field::group_id},
                                                                            {"available_from", Field::available_from},
                                                                            {"available_until", Field::available_until},
                                                                            {"hidden", Field::hidden}}};

}  // namespace

catalog::ItemChange patch_of(const catalog::Item& before, const catalog::Item& after,
                             const std::vector<std::string>& fields) {
    catalog::ItemChange change = catalog::patch_between(before, after);
    for (const auto& [name, field] : single_fields)
        if (std::ranges::find(fields, name) != fields.end() &&
            std::ranges::find(change.fields, field) == change.fields.end())
            change.fields.push_back(field);
    std::ranges::sort(change.fields);
    change.item = after;
    return change;
}

Result<void> NodeCatalog::load() {
    return shown_.load([](std::string_view bytes) -> Result<std::optional<engine::LiveCatalog::Stored>> {
        const auto entry = catalog::decode_entry(bytes);
        if (!entry) return std::unexpected(entry.error());
        auto item = catalog::item_of(*entry);
        if (!item) return std::nullopt;
        return engine::LiveCatalog::Stored{std::move(*item), catalog::written_of(*entry)};
    });
}

Result<catalog::Entry> NodeCatalog::entry(const std::string& item_id) const {
    const std::string key = key_on_disk(item_id);
    for (const auto* fresh : {&changed_, &writing_})
        if (const auto found = fresh->find(key); found != fresh->end())
            return found->second ? catalog::decode_entry(*found->second) : catalog::Entry{};
    const auto stored = database_.get(engine::Family::catalogue, key);
    if (!stored) return std::unexpected(stored.error());
    return *stored ? catalog::decode_entry(**stored) : catalog::Entry{};
}

Result<void> NodeCatalog::show(const std::string& item_id, catalog::Entry entry) {
    if (const auto own = own_.find(item_id); own != own_.end())
        for (const Own& each : own->second) entry = catalog::folded(std::move(entry), each.change);
    auto item = catalog::item_of(entry);
    if (item) return shown_.show(std::move(*item), catalog::written_of(entry));
    shown_.hide(item_id);
    return {};
}

Result<void> NodeCatalog::take(const std::string& item_id, std::optional<std::string_view> bytes) {
    auto entry = bytes ? catalog::decode_entry(*bytes) : catalog::Entry{};
    if (!entry) return std::unexpected(entry.error());
    const std::lock_guard lock(mutex_);
    auto& changed = changed_[key_on_disk(item_id)];
    changed = bytes ? std::optional<std::string>(*bytes) : std::nullopt;
    return show(item_id, std::move(*entry));
}

Result<void> NodeCatalog::change(const catalog::ItemChange& change, TimeMs now) {
    const std::lock_guard lock(mutex_);
    auto known = entry(change.item_id);
    if (!known) return std::unexpected(known.error());
    own_[change.item_id].push_back({change, now});
    return show(change.item_id, std::move(*known));
}

void NodeCatalog::forget_old(TimeMs now) {
    const std::lock_guard lock(mutex_);
    for (auto item = own_.begin(); item != own_.end();) {
        auto& changes = item->second;
        const std::size_t gone = std::erase_if(changes, [&](const Own& own) { return own.at + keep_ms_ <= now; });
        const std::string item_id = item->first;
        item = changes.empty() ? own_.erase(item) : std::next(item);
        if (gone == 0) continue;
        if (auto known = entry(item_id)) static_cast<void>(show(item_id, std::move(*known)));
    }
}

void NodeCatalog::forget_all() {
    std::vector<std::string> shown;
    shown_.study([&](const catalog::Catalog& catalog) {
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot)
            if (catalog.present(slot)) shown.push_back(catalog.item(slot).item_id);
    });
    const std::lock_guard lock(mutex_);
    const auto stored = database_.scan(engine::Family::catalogue);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) changed_[stored->key().ToString()] = std::nullopt;
    for (const std::string& item_id : shown) static_cast<void>(show(item_id, {}));
}

std::map<std::string, std::optional<std::string>> NodeCatalog::to_write() {
    const std::lock_guard lock(mutex_);
    writing_ = std::exchange(changed_, {});
    return writing_;
}

}  // namespace vitrina::cluster
