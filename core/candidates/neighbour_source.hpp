#pragma once
// A source that adds up the neighbours of what it is asked about: score(j) = Σ_i w_i T_ij over the context's items, or where there
// is no context over the person's taste, with T a table of the model and w the weights of "<name>.query".

#include <string>

#include "candidates/source.hpp"
#include "candidates/taste.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::candidates {

class NeighbourSource final : public Source {
public:
    NeighbourSource(std::string name, std::shared_ptr<const model::Model> model, const model::SparseTable& neighbours);
    std::string_view name() const override { return name_; }
    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override;
    float link(std::uint32_t from, std::uint32_t to) const override { return model::value_at(neighbours_, from, to); }

private:
    std::string name_;
    std::shared_ptr<const model::Model> model_;
    model::SparseTable neighbours_;
    TasteWeights weights_;
};

// Null where the model has no table `name`.
std::unique_ptr<Source> make_neighbour_source(const std::string& name, std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
