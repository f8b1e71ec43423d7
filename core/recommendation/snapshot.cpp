#include "recommendation/snapshot.hpp"

#include <algorithm>
#include <set>

#include "catalog/learning_text.hpp"

namespace vitrina::recommendation {

std::vector<std::shared_ptr<const candidates::Source>>
sources_of(const std::map<std::string, PlacementSettings>& placements,
           const std::shared_ptr<const model::Model>& model) {
    std::vector<std::shared_ptr<const candidates::Source>> sources;
    if (model == nullptr) return sources;
    std::set<std::string_view> named;
    for (const auto& [placement, settings] : placements)
        for (const std::string& source : settings.sources) named.insert(canonical_source(source));
    for (const std::string_view name : named)
        if (auto source = candidates::make_source(name, model)) sources.push_back(std::move(source));
    return sources;
}

std::uint32_t pool_number(catalog::Slot slot, const catalog::Catalog& catalog, const model::Model* model) {
    const ItemKey key = catalog.learning_key(slot);
    if (model == nullptr) return catalog.slots_of(key).front();
    const std::uint32_t row = model->row(key);
    return row != model::no_row ? row : static_cast<std::uint32_t>(model->items()) + catalog.slots_of(key).front();
}

void know_cold_items(Snapshot& snapshot, const catalog::Catalog& catalog) {
    if (snapshot.cold_model == nullptr) snapshot.cold_model = candidates::make_cold_model(snapshot.model);
    snapshot.cold_items = nullptr;
    if (snapshot.cold_model == nullptr) return;
    const model::Model* model = snapshot.model.get();
    std::vector<candidates::Newcomer> newcomers;
    for (auto slot = static_cast<catalog::Slot>(catalog.slots()); slot > 0 && newcomers.size() < newcomers_most;) {
        --slot;
        const ItemKey key = catalog.learning_key(slot);
        const bool first_of_group = catalog.present(slot) && catalog.slots_of(key).front() == slot;
        if (!first_of_group || model->row(key) != model::no_row) continue;
        newcomers.push_back({pool_number(slot, catalog, model), catalog::learning_text(catalog.item(slot))});
    }
    std::ranges::reverse(newcomers);
    snapshot.cold_items = std::make_shared<const candidates::ColdItems>(snapshot.cold_model, newcomers);
}

float weight_of(const Snapshot& snapshot, const std::string& placement, const std::string& source) {
    const std::string canonical(canonical_source(source));
    if (const auto chosen = snapshot.weights.find({placement, canonical}); chosen != snapshot.weights.end())
        return chosen->second;
    const auto& configured = snapshot.placements.at(placement).weights;
    for (const std::string& name : {source, canonical})
        if (const auto found = configured.find(name); found != configured.end())
            return static_cast<float>(found->second);
    return 1;
}

}  // namespace vitrina::recommendation
