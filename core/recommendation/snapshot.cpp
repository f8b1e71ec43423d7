#include "recommendation/snapshot.hpp"

#include <algorithm>
#include <set>

#include "candidates/bought_before.hpp"
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

namespace {

// Counted live when answering; the model's count of the same weeks stands for it before the trees.
bool names(const PlacementSettings& settings, std::string_view source) {
    return std::ranges::any_of(settings.sources, [&](const std::string& name) {
        const std::string_view canonical = canonical_source(name);
        return canonical == source || (canonical == "popular" && source == "recent");
    });
}

std::shared_ptr<const candidates::Source> asked_by_trees(std::string_view name,
                                                         const std::shared_ptr<const model::Model>& model) {
    if (name == candidates::BoughtBefore().name()) return std::make_shared<const candidates::BoughtBefore>();
    return candidates::make_source(name, model);
}

}  // namespace

std::map<std::string, PlacementRanker> rankers_of(const std::map<std::string, PlacementSettings>& placements,
                                                  const std::shared_ptr<const model::Model>& model) {
    std::map<std::string, PlacementRanker> rankers;
    if (model == nullptr) return rankers;
    for (const auto& [placement, settings] : placements) {
        auto trees = ranking::StackedRanker::of(model, ranking::ranker_name(placement), ranking::shop_limits);
        if (!trees) continue;
        std::vector<std::shared_ptr<const candidates::Source>> sources;
        for (const std::string_view name : trees->sources())
            if (auto source = names(settings, name) ? asked_by_trees(name, model) : nullptr)
                sources.push_back(std::move(source));
        if (sources.size() == trees->sources().size())
            rankers.emplace(placement, PlacementRanker{std::move(*trees), std::move(sources)});
    }
    return rankers;
}

std::shared_ptr<const ranking::Taking> taking_of(const std::shared_ptr<const model::Model>& model) {
    if (model == nullptr) return nullptr;
    auto taking = ranking::Taking::of(model);
    return taking ? std::make_shared<const ranking::Taking>(std::move(*taking)) : nullptr;
}

std::map<std::string, PlacementFeatures> features_of(const std::map<std::string, PlacementSettings>& placements,
                                                     const std::shared_ptr<const model::Model>& model) {
    std::map<std::string, PlacementFeatures> all;
    if (model == nullptr || !candidates::item_facts(*model)) return all;
    for (const auto& [placement, settings] : placements) {
        std::vector<std::shared_ptr<const candidates::Source>> sources;
        std::vector<std::string_view> names;
        for (const std::string& name : settings.sources) {
            const std::string_view canonical = canonical_source(name);
            auto source = asked_by_trees(canonical == "popular" ? "recent" : canonical, model);
            if (source == nullptr || std::ranges::find(names, source->name()) != names.end()) continue;
            names.push_back(source->name());
            sources.push_back(std::move(source));
        }
        if (sources.empty()) continue;
        candidates::CandidateFeatures features(model, names, ranking::shop_limits);
        auto feature_names = std::make_shared<const std::vector<std::string>>(features.names());
        all.emplace(placement, PlacementFeatures{std::move(features), std::move(sources), std::move(feature_names)});
    }
    return all;
}

std::map<std::string, PlacementShown> shown_of(const std::map<std::string, PlacementFeatures>& features,
                                               const std::shared_ptr<const model::Model>& model) {
    std::map<std::string, PlacementShown> all;
    for (const auto& [placement, of] : features) {
        const auto known = [&](Objective objective) {
            const std::string_view goal = objective_names[static_cast<std::size_t>(objective)];
            auto shown = ranking::Shown::of(model, placement, goal, *of.names);
            return shown ? std::make_shared<const ranking::Shown>(std::move(*shown)) : nullptr;
        };
        const PlacementShown shown{known(Objective::click), known(Objective::purchase)};
        if (shown.clicks != nullptr || shown.purchases != nullptr) all.emplace(placement, shown);
    }
    return all;
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
