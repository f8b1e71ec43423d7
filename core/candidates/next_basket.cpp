#include "candidates/next_basket.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "candidates/keyed_sums.hpp"

namespace vitrina::candidates {
namespace {

struct Own {
    std::uint32_t row;
    float count;
    float lately;
};

// The query's purchases as x and r, by row.
std::vector<Own> own_purchases(const features::Query& query, std::uint32_t recent_baskets, std::size_t rows) {
    struct Bought {
        std::uint32_t row, order;
        auto operator<=>(const Bought&) const = default;
    };
    std::vector<Bought> bought;
    std::uint32_t orders = 0, last = 0;
    for (const features::Seen& seen : query.history) {
        if (seen.action != state::Action::buy) continue;
        if (orders == 0 || seen.basket != last) ++orders;
        last = seen.basket;
        if (seen.row < rows) bought.push_back({seen.row, orders - 1});
    }
    std::ranges::sort(bought);
    bought.erase(std::ranges::unique(bought).begin(), bought.end());
    std::vector<Own> own;
    const auto recent = static_cast<float>(std::min(orders, recent_baskets));
    for (const Bought& b : bought) {
        if (own.empty() || own.back().row != b.row) own.push_back({b.row, 0, 0});
        own.back().count += 1;
        if (b.order < recent_baskets) own.back().lately += 1.0f / recent;
    }
    return own;
}

float square_of(const std::vector<Own>& own) {
    float sum = 0;
    for (const Own& o : own) sum += o.count * o.count;
    return sum;
}

class NextBasket final : public Source {
public:
    explicit NextBasket(std::shared_ptr<const model::Model> model) : model_(std::move(model)) {
        query_ = model_->section<double>("next_basket.query");
        offsets_ = model_->section<std::uint64_t>("next_basket.offsets");
        items_ = model_->section<std::uint32_t>("next_basket.items");
        lately_ = model_->section<float>("next_basket.lately");
        squares_ = model_->section<float>("next_basket.squares");
        posting_offsets_ = model_->section<std::uint64_t>("next_basket.posting_offsets");
        postings_ = model_->section<std::uint32_t>("next_basket.postings");
        posting_counts_ = model_->section<float>("next_basket.posting_counts");
        check();
    }

    std::string_view name() const override { return "next_basket"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        const std::vector<Own> own = own_purchases(query, static_cast<std::uint32_t>(query_[0]), model_->items());
        if (own.empty()) return {};
        gather(own, scratch.keyed());
        const std::vector<Scored> neighbours = best_neighbours(square_of(own), scratch.keyed());
        for (const Scored& neighbour : neighbours)
            vote(scratch.keyed().at(neighbour.row).key, neighbour.score / static_cast<float>(neighbours.size()),
                 scratch);
        for (const Own& o : own) scratch.add(o.row, static_cast<float>(query_[4]) * o.lately);
        return scratch.take_best(limit);
    }

private:
    void check() const {
        const std::size_t people = squares_.size(), rows = model_->items();
        const auto monotone = [](std::span<const std::uint64_t> offsets, std::size_t end) {
            return !offsets.empty() && offsets.back() == end && std::ranges::is_sorted(offsets);
        };
        ensure(query_.size() == 5, "next basket must come with five numbers for queries");
        ensure(offsets_.size() == people + 1 && monotone(offsets_, items_.size()) && lately_.size() == items_.size(),
               "next basket's people do not fit together");
        ensure(posting_offsets_.size() == rows + 1 && monotone(posting_offsets_, postings_.size()) &&
                   posting_counts_.size() == postings_.size(),
               "next basket's postings do not fit together");
        ensure(std::ranges::all_of(items_, [&](std::uint32_t row) { return row < rows; }),
               "a purchase is of another model's row");
        ensure(std::ranges::all_of(postings_, [&](std::uint32_t p) { return p < people; }), "a posting names nobody");
    }

    void gather(const std::vector<Own>& own, KeyedSums& sums) const {
        std::size_t postings = 0;
        for (const Own& o : own) postings += posting_offsets_[o.row + 1] - posting_offsets_[o.row];
        sums.reset(std::min(postings, squares_.size()));
        for (const Own& o : own)
            for (std::uint64_t p = posting_offsets_[o.row]; p < posting_offsets_[o.row + 1]; ++p)
                sums.add(postings_[p], o.count * posting_counts_[p], 0);
    }

    // Best first, with similarity^q; `row` is the index in `sums`.
    std::vector<Scored> best_neighbours(float own_square, const KeyedSums& sums) const {
        const double alpha = query_[2];
        const auto scale = static_cast<float>(std::pow(own_square, -alpha));
        TopK best(std::min(static_cast<std::size_t>(query_[1]), sums.size()));
        for (std::uint32_t i = 0; i < sums.size(); ++i) {
            const float square = squares_[sums.at(i).key], product = sums.at(i).sum;
            const bool same = product == own_square && square == own_square;  // whole numbers, so exact
            const float similarity = product * scale * static_cast<float>(std::pow(square, -(1 - alpha)));
            if (!same) best.offer({i, similarity});
        }
        std::vector<Scored> neighbours = best.take();
        for (Scored& n : neighbours) n.score = static_cast<float>(std::pow(n.score, query_[3]));
        return neighbours;
    }

    void vote(std::uint32_t person, float weight, Scratch& scratch) const {
        for (std::uint64_t e = offsets_[person]; e < offsets_[person + 1]; ++e)
            if (lately_[e] > 0) scratch.add(items_[e], weight * lately_[e]);
    }

    std::shared_ptr<const model::Model> model_;
    std::span<const double> query_;
    std::span<const std::uint64_t> offsets_, posting_offsets_;
    std::span<const std::uint32_t> items_, postings_;
    std::span<const float> lately_, squares_, posting_counts_;
};

}  // namespace

std::unique_ptr<Source> make_next_basket(std::shared_ptr<const model::Model> model) {
    if (!model->has("next_basket.query")) return nullptr;
    return std::make_unique<NextBasket>(std::move(model));
}

}  // namespace vitrina::candidates
