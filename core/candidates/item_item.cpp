#include "candidates/item_item.hpp"

#include "candidates/taste.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::candidates {
namespace {

class ItemItem final : public Source {
public:
    ItemItem(std::shared_ptr<const model::Model> model, const model::SparseTable& neighbours)
        : model_(std::move(model)),
          neighbours_(neighbours),
          weights_(TasteWeights::from(model_->section<double>("item_item.query"))) {}

    std::string_view name() const override { return "item_item"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        for (const Scored& liked : asked_about(query, weights_, neighbours_.rows())) {
            const model::SparseRow row = neighbours_.row(liked.row);
            for (std::size_t n = 0; n < row.size(); ++n) scratch.add(row.columns[n], liked.score * row.values[n]);
        }
        return scratch.take_best(limit);
    }

    float link(std::uint32_t from, std::uint32_t to) const override { return model::value_at(neighbours_, from, to); }

private:
    std::shared_ptr<const model::Model> model_;
    model::SparseTable neighbours_;
    TasteWeights weights_;
};

}  // namespace

std::unique_ptr<Source> make_item_item(std::shared_ptr<const model::Model> model) {
    const auto neighbours = model::table_of(*model, "item_item");
    if (!neighbours) return nullptr;
    return std::make_unique<ItemItem>(std::move(model), *neighbours);
}

}  // namespace vitrina::candidates
