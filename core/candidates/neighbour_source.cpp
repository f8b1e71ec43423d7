#include "candidates/neighbour_source.hpp"

namespace vitrina::candidates {

NeighbourSource::NeighbourSource(std::string name, std::shared_ptr<const model::Model> model,
                                 const model::SparseTable& neighbours)
    : name_(std::move(name)),
      model_(std::move(model)),
      neighbours_(neighbours),
      weights_(TasteWeights::from(model_->section<double>(name_ + ".query"))) {}

std::vector<Scored> NeighbourSource::candidates(const features::Query& query, std::size_t limit,
                                                Scratch& scratch) const {
    for (const Scored& liked : asked_about(query, weights_, neighbours_.rows())) {
        const model::SparseRow row = neighbours_.row(liked.row);
        for (std::size_t n = 0; n < row.size(); ++n) scratch.add(row.columns[n], liked.score * row.values[n]);
    }
    return scratch.take_best(limit);
}

std::unique_ptr<Source> make_neighbour_source(const std::string& name, std::shared_ptr<const model::Model> model) {
    const auto neighbours = model::table_of(*model, name);
    if (!neighbours) return nullptr;
    return std::make_unique<NeighbourSource>(name, std::move(model), *neighbours);
}

}  // namespace vitrina::candidates
