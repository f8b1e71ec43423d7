#pragma once
// Everything learned and configured that answers read; made once a model, a trend refresh or a configuration.
//
// Threads: immutable once made; share it by shared_ptr.
// Lifetime: owns its sources, shares model and trends.

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "candidates/cold_items.hpp"
#include "candidates/source.hpp"
#include "catalog/catalog.hpp"
#include "features/trends.hpp"
#include "model/model.hpp"
#include "ranking/shown.hpp"
#include "ranking/stacked.hpp"
#include "ranking/success_lifts.hpp"
#include "ranking/taking.hpp"
#include "recommendation/placement.hpp"

namespace vitrina::recommendation {

// The trees of a placement, and the sources that they ask, in their order.
struct PlacementRanker {
    ranking::StackedRanker trees;
    std::vector<std::shared_ptr<const candidates::Source>> sources;
};

// What can be said of the items of a placement, whether or not trees order it: the features of its learned sources, as written with what
// was shown. Those of all variants are the shop's own placement's, so that they can stand in one table.
struct PlacementFeatures {
    candidates::CandidateFeatures features;
    std::vector<std::shared_ptr<const candidates::Source>> sources;
    std::shared_ptr<const std::vector<std::string>> names;
};

// What was learned of what becomes of items that the placement shows; null where it was not released, or cannot be asked.
struct PlacementShown {
    std::shared_ptr<const ranking::Shown> clicks, purchases;
};

// What one variant of an experiment answers with, in place of the shop's own.
struct Arrangement {
    std::map<std::string, PlacementSettings> placements;
    std::map<std::string, PlacementRanker> rankers;
};

struct Snapshot {
    std::shared_ptr<const model::Model> model;  // null before the first training
    std::string model_version;                  // "none" then
    std::vector<std::shared_ptr<const candidates::Source>> sources;
    std::shared_ptr<const features::Trends> trends;
    std::shared_ptr<const candidates::ColdModel> cold_model;  // null where the model says nothing about cold items
    std::shared_ptr<const candidates::ColdItems> cold_items;  // null together with it
    std::shared_ptr<const ranking::SuccessLifts> success;     // null where nothing is known of earlier answers
    std::shared_ptr<const ranking::Taking> taking;            // null where the model does not know what is taken
    std::map<std::string, PlacementSettings> placements;
    // Weight by (placement, source) as chosen in training; a source without one has the weight of its configuration.
    std::map<std::pair<std::string, std::string>, float> weights;
    std::map<std::string, PlacementRanker> rankers;     // by placement; one without has the order of its blend
    std::map<std::string, Arrangement> variants;        // by name
    std::map<std::string, PlacementFeatures> features;  // by placement; empty where none are logged or read
    std::map<std::string, PlacementShown> shown;        // by placement; each of them has features
};

// Of every placement for which the model holds trees that this program can ask. None where the placement no longer names a source
// that the trees know: what a shop has switched off is not asked.
std::map<std::string, PlacementRanker> rankers_of(const std::map<std::string, PlacementSettings>& placements,
                                                  const std::shared_ptr<const model::Model>& model);

// Null where the model does not know what is taken, or this program cannot ask it.
std::shared_ptr<const ranking::Taking> taking_of(const std::shared_ptr<const model::Model>& model);

// Of every placement that names a source which the model has; none without a model or its facts about items.
std::map<std::string, PlacementFeatures> features_of(const std::map<std::string, PlacementSettings>& placements,
                                                     const std::shared_ptr<const model::Model>& model);

// Of the placements that have these features and of which the model knows what becomes of what they show.
std::map<std::string, PlacementShown> shown_of(const std::map<std::string, PlacementFeatures>& features,
                                               const std::shared_ptr<const model::Model>& model);

// Every source that a placement names and the model has.
std::vector<std::shared_ptr<const candidates::Source>>
sources_of(const std::map<std::string, PlacementSettings>& placements,
           const std::shared_ptr<const model::Model>& model);

// Pool numbers of items that the model does not know stand behind its rows, by slot.
std::uint32_t pool_number(catalog::Slot slot, const catalog::Catalog& catalog, const model::Model* model);

inline constexpr std::size_t newcomers_most = 20'000;

// Fills `cold_model` and `cold_items` for the snapshot's model: its own rows without people, and of the catalogue's items those
// that it does not know, the `newcomers_most` that came last. A `cold_model` that is there is taken to be of this model.
// Cost: reads the words of the latter; the first time with a model also all its cold rows.
void know_cold_items(Snapshot& snapshot, const catalog::Catalog& catalog);

// The weight of a source in a placement: chosen in training, else configured, else 1. `source` as the placement writes it.
float weight_of(const Snapshot& snapshot, const std::string& placement, const std::string& source);

}  // namespace vitrina::recommendation
