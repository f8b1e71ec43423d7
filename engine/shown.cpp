#include "engine/shown.hpp"

#include <utility>

#include "engine/position.hpp"
#include "feedback/recommendation_token.hpp"

namespace vitrina::engine {

namespace {

constexpr std::size_t day_at = 0, item_at = 8, place_at = 16, key_bytes = 24;

}  // namespace

std::size_t Shown::Hash::operator()(const Key& key) const noexcept {
    const std::uint64_t place = std::uint64_t{key.placement} << 8 | key.bucket;
    return static_cast<std::size_t>((static_cast<std::uint64_t>(key.item) ^ place * 0x9e3779b97f4a7c15) *
                                    0x9e3779b97f4a7c15);
}

std::string Shown::disk_key_of(std::int32_t day, const Key& key) {
    std::string bytes = disk_key(static_cast<std::uint64_t>(day));
    append_big_endian(bytes, static_cast<std::uint64_t>(key.item));
    append_big_endian(bytes, std::uint64_t{key.placement} << 8 | key.bucket);
    return bytes;
}

Shown::Shown(Database& database, const ExposureSettings& settings) : database_(database), settings_(settings) {
    load();
}

void Shown::load() {
    const auto stored = database_.scan(Family::item_shown);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        const std::string_view bytes(stored->key().data(), stored->key().size());
        if (bytes.size() != key_bytes || stored->value().size() != 8) continue;
        const std::uint64_t place = big_endian_at(bytes, place_at);
        const Key key{static_cast<ItemKey>(big_endian_at(bytes, item_at)), static_cast<std::uint32_t>(place >> 8),
                      static_cast<std::uint8_t>(place & 0xff)};
        days_[static_cast<std::int32_t>(big_endian_at(bytes, day_at))][key] =
            static_cast<std::uint32_t>(big_endian_at({stored->value().data(), stored->value().size()}));
        ++rows_;
    }
}

void Shown::add(rocksdb::WriteBatch& batch, const recommendation::Recommendation& answer, TimeMs time) {
    const auto day = static_cast<std::int32_t>(time / day_ms);
    const std::uint32_t placement = feedback::TokenSigner::name_hash(answer.placement);
    const std::lock_guard lock(mutex_);
    if (!days_.contains(day)) forget_old(batch);
    for (std::size_t i = 0; i < answer.items.size(); ++i) {
        const Key key{item_key(answer.items[i].item_id), placement, feedback::bucket_of(static_cast<std::int32_t>(i))};
        const auto [row, fresh] = days_[day].try_emplace(key, 0);
        rows_ += fresh ? 1 : 0;
        ++row->second;
        pending_.emplace_back(day, key);
        batch.Put(database_.handle(Family::item_shown), disk_key_of(day, key), disk_key(std::uint64_t{row->second}));
    }
    if (rows_ > settings_.shown_rows) forget_old(batch);
}

void Shown::written(bool succeeded) {
    const std::lock_guard lock(mutex_);
    if (!succeeded)
        for (const auto& [day, key] : pending_)
            if (const auto found = days_.find(day); found != days_.end())
                if (const auto row = found->second.find(key); row != found->second.end() && row->second > 0)
                    --row->second;
    pending_.clear();
}

// All but the newest days, and the oldest of them as long as there are too many rows; today's stay.
void Shown::forget_old(rocksdb::WriteBatch& batch) {
    while (days_.size() > 1) {
        const auto oldest = days_.begin();
        const bool old = oldest->first <= days_.rbegin()->first - static_cast<std::int32_t>(settings_.shown_days);
        if (!old && rows_ <= settings_.shown_rows) return;
        batch.DeleteRange(database_.handle(Family::item_shown), disk_key(static_cast<std::uint64_t>(oldest->first)),
                          disk_key(static_cast<std::uint64_t>(oldest->first) + 1));
        rows_ -= oldest->second.size();
        days_.erase(oldest);
    }
}

void Shown::each(const std::function<void(const ShownRow&)>& visit) const {
    const std::lock_guard lock(mutex_);
    for (const auto& [day, rows] : days_)
        for (const auto& [key, count] : rows) visit({key.item, {day, key.placement, key.bucket}, count});
}

}  // namespace vitrina::engine
