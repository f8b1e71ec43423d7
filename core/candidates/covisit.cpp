#include "candidates/covisit.hpp"

#include <string>

#include "base/error.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::candidates {
namespace {

// Does an action of the history stand at the relation's first place when it is asked about? Whoever carted or bought an item
// has looked at it as well.
using Fits = bool (*)(state::Action);

bool any_action(state::Action action) { return action != state::Action::refund; }
bool carted(state::Action action) { return action == state::Action::cart; }
bool bought(state::Action action) { return action == state::Action::buy; }

class Covisit final : public Source {
public:
    Covisit(std::string_view name, Fits fits, std::shared_ptr<const model::Model> model,
            const model::SparseTable& table)
        : name_(name), fits_(fits), model_(std::move(model)), table_(table) {
        const auto query = model_->section<double>(name_ + ".query");
        ensure(query.size() == 2, "a co-visitation table must come with two numbers for queries");
        decay_ = static_cast<float>(query[0]);
        items_ = static_cast<std::size_t>(query[1]);
    }

    std::string_view name() const override { return name_; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        for (const std::uint32_t row : query.context) follow(row, 1.0f, scratch);
        float weight = query.context.empty() ? 1.0f : decay_;
        std::size_t taken = 0;
        for (const features::Seen& seen : query.history) {
            if (taken == items_ || weight < least_weight) break;
            if (!fits_(seen.action) || seen.row >= table_.rows()) continue;
            follow(seen.row, weight, scratch);
            weight *= decay_;
            ++taken;
        }
        return scratch.take_best(limit);
    }

    float link(std::uint32_t from, std::uint32_t to) const override { return model::value_at(table_, from, to); }

private:
    static constexpr float least_weight = 1e-12f;

    void follow(std::uint32_t row, float weight, Scratch& scratch) const {
        if (row >= table_.rows()) return;
        const model::SparseRow next = table_.row(row);
        for (std::size_t n = 0; n < next.size(); ++n) scratch.add(next.columns[n], weight * next.values[n]);
    }

    std::string name_;
    Fits fits_;
    std::shared_ptr<const model::Model> model_;
    model::SparseTable table_;
    float decay_ = 0;
    std::size_t items_ = 0;
};

std::unique_ptr<Source> make(std::string_view name, Fits fits, std::shared_ptr<const model::Model> model) {
    const auto table = model::table_of(*model, name);
    if (!table) return nullptr;
    return std::make_unique<Covisit>(name, fits, std::move(model), *table);
}

}  // namespace

std::unique_ptr<Source> make_covisit_view_view(std::shared_ptr<const model::Model> model) {
    return make("covisit_view_view", any_action, std::move(model));
}
std::unique_ptr<Source> make_covisit_view_buy(std::shared_ptr<const model::Model> model) {
    return make("covisit_view_buy", any_action, std::move(model));
}
std::unique_ptr<Source> make_covisit_cart_buy(std::shared_ptr<const model::Model> model) {
    return make("covisit_cart_buy", carted, std::move(model));
}
std::unique_ptr<Source> make_covisit_buy_buy(std::shared_ptr<const model::Model> model) {
    return make("covisit_buy_buy", bought, std::move(model));
}

}  // namespace vitrina::candidates
