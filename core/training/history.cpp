#include "training/history.hpp"

#include <algorithm>

namespace vitrina::training {

History history_of(std::span<const std::vector<HistoryEntry>> people, std::span<const ItemKey> more_items) {
    History history;
    history.items.assign(more_items.begin(), more_items.end());
    for (const auto& entries : people)
        for (const HistoryEntry& entry : entries) history.items.push_back(entry.item);
    std::ranges::sort(history.items);
    history.items.erase(std::ranges::unique(history.items).begin(), history.items.end());
    for (const auto& entries : people) {
        for (const HistoryEntry& entry : entries) {
            const auto row = std::ranges::lower_bound(history.items, entry.item) - history.items.begin();
            history.item.push_back(static_cast<std::uint32_t>(row));
            history.time.push_back(entry.time);
            history.action.push_back(entry.action);
            history.basket.push_back(entry.basket);
            history.quantity.push_back(entry.quantity);
        }
        history.offsets.push_back(history.item.size());
    }
    return history;
}

}  // namespace vitrina::training
