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

#include "candidates/source.hpp"
#include "features/trends.hpp"
#include "model/model.hpp"
#include "recommendation/placement.hpp"

namespace vitrina::recommendation {

struct Snapshot {
    std::shared_ptr<const model::Model> model;  // null before the first training
    std::string model_version;                  // "none" then
    std::vector<std::shared_ptr<const candidates::Source>> sources;
    std::shared_ptr<const features::Trends> trends;
    std::map<std::string, PlacementSettings> placements;
    // Weight by (placement, source) as chosen in training; a source without one has the weight of its configuration.
    std::map<std::pair<std::string, std::string>, float> weights;
};

// Every source that a placement names and the model has.
std::vector<std::shared_ptr<const candidates::Source>>
sources_of(const std::map<std::string, PlacementSettings>& placements,
           const std::shared_ptr<const model::Model>& model);

// The weight of a source in a placement: chosen in training, else configured, else 1. `source` as the placement writes it.
float weight_of(const Snapshot& snapshot, const std::string& placement, const std::string& source);

}  // namespace vitrina::recommendation
