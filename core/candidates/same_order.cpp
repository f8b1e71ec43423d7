#include "candidates/same_order.hpp"

#include <algorithm>

#include "model/sparse_table.hpp"

namespace vitrina::candidates {
namespace {

class SameOrder final : public Source {
public:
    SameOrder(std::shared_ptr<const model::Model> model, const model::SparseTable& table)
        : model_(std::move(model)), table_(table) {}

    std::string_view name() const override { return "same_order"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        for (std::size_t c = 0; c < query.context.size(); ++c) {
            const auto here = query.context.begin() + static_cast<std::ptrdiff_t>(c);
            if (*here >= table_.rows() || std::find(query.context.begin(), here, *here) != here) continue;
            const model::SparseRow row = table_.row(*here);
            for (std::size_t n = 0; n < row.size(); ++n) scratch.add(row.columns[n], row.values[n]);
        }
        std::vector<Scored> best = scratch.take_best(limit + query.context.size() + query.group.size());
        std::erase_if(best, [&](const Scored& item) {
            return std::ranges::find(query.context, item.row) != query.context.end() ||
                   std::ranges::find(query.group, item.row) != query.group.end();
        });
        best.resize(std::min(best.size(), limit));
        return best;
    }

    float link(std::uint32_t from, std::uint32_t to) const override { return model::value_at(table_, from, to); }

private:
    std::shared_ptr<const model::Model> model_;
    model::SparseTable table_;
};

}  // namespace

std::unique_ptr<Source> make_same_order(std::shared_ptr<const model::Model> model) {
    const auto table = model::table_of(*model, "same_order");
    if (!table) return nullptr;
    return std::make_unique<SameOrder>(std::move(model), *table);
}

}  // namespace vitrina::candidates
