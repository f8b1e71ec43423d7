#include "recommendation/snapshot.hpp"

#include <set>

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
