#include "candidates/session_knn.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "candidates/keyed_sums.hpp"

namespace vitrina::candidates {
namespace {

// exp(−n / scale) for n = 0, 1, …; n beyond the table counts as its last.
class Decay {
public:
    explicit Decay(double scale) {
        for (std::size_t n = 0; n < powers_.size(); ++n)
            powers_[n] =
                scale > 0 ? static_cast<float>(std::exp(-static_cast<double>(n) / scale)) : (n == 0 ? 1.0f : 0.0f);
    }
    float operator[](std::size_t n) const { return powers_[std::min(n, powers_.size() - 1)]; }

private:
    std::array<float, 256> powers_{};
};

class SessionKnn final : public Source {
public:
    explicit SessionKnn(std::shared_ptr<const model::Model> model)
        : model_(std::move(model)),
          query_(checked_query(*model_)),
          position_decay_(query_[1]),
          distance_decay_(query_[2]),
          match_decay_(query_[3]) {
        offsets_ = model_->section<std::uint64_t>("session_knn.offsets");
        items_ = model_->section<std::uint32_t>("session_knn.items");
        weights_ = model_->section<float>("session_knn.weights");
        posting_offsets_ = model_->section<std::uint64_t>("session_knn.posting_offsets");
        postings_ = model_->section<std::uint32_t>("session_knn.postings");
        rarity_ = model_->section<float>("session_knn.rarity");
        check();
    }

    std::string_view name() const override { return "session_knn"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        const std::vector<std::uint32_t> asked = items_at_hand(query);
        gather(asked, scratch.keyed());
        for (const Scored& neighbour : best_neighbours(scratch.keyed())) vote(asked, neighbour, scratch);
        remind(asked, scratch);
        if (!asked.empty()) scratch.add(asked[0], (static_cast<float>(query_[7]) - 1) * scratch.score(asked[0]));
        return scratch.take_best(limit);
    }

private:
    static std::span<const double> checked_query(const model::Model& model) {
        const auto query = model.section<double>("session_knn.query");
        ensure(query.size() == 8, "session kNN must come with eight numbers for queries");
        return query;
    }

    void check() const {
        const std::size_t sessions = weights_.size(), rows = model_->items();
        const auto monotone = [](std::span<const std::uint64_t> offsets, std::size_t end) {
            return !offsets.empty() && offsets.back() == end && std::ranges::is_sorted(offsets);
        };
        ensure(offsets_.size() == sessions + 1 && monotone(offsets_, items_.size()),
               "session kNN's sessions do not fit together");
        ensure(posting_offsets_.size() == rows + 1 && monotone(posting_offsets_, postings_.size()) &&
                   rarity_.size() == rows,
               "session kNN's postings do not fit together");
        ensure(std::ranges::all_of(items_, [&](std::uint32_t row) { return row < rows; }),
               "a session holds a row of another model");
        ensure(std::ranges::all_of(postings_, [&](std::uint32_t s) { return s < sessions; }),
               "a posting names no session");
    }

    // Distinct rows, newest first.
    std::vector<std::uint32_t> items_at_hand(const features::Query& query) const {
        std::vector<std::uint32_t> rows;
        const auto most = static_cast<std::size_t>(query_[6]);
        const auto take = [&](std::uint32_t row) {
            if (row < model_->items() && rows.size() < most && std::ranges::find(rows, row) == rows.end())
                rows.push_back(row);
        };
        for (const std::uint32_t row : query.context) take(row);
        for (const features::Seen& seen : query.session.empty() ? query.history : query.session)
            if (seen.action != state::Action::refund) take(seen.row);
        return rows;
    }

    // Weighted overlap of each past session that shares an item; its tag is the place of its newest match in `asked`.
    void gather(const std::vector<std::uint32_t>& asked, KeyedSums& sums) const {
        std::size_t postings = 0;
        for (const std::uint32_t row : asked) postings += posting_offsets_[row + 1] - posting_offsets_[row];
        sums.reset(postings);
        for (std::uint32_t age = 0; age < asked.size(); ++age)
            for (std::uint64_t p = posting_offsets_[asked[age]]; p < posting_offsets_[asked[age] + 1]; ++p)
                sums.add(postings_[p], position_decay_[age], age);
    }

    // Best first; `row` is the index in `sums`. Ties go to the session that was met first, which is the newer one.
    std::vector<Scored> best_neighbours(const KeyedSums& sums) const {
        TopK best(std::min(static_cast<std::size_t>(query_[0]), sums.size()));
        for (std::uint32_t i = 0; i < sums.size(); ++i) {
            const std::uint32_t session = sums.at(i).key;
            const auto length = static_cast<float>(offsets_[session + 1] - offsets_[session]);
            best.offer({i, sums.at(i).sum * weights_[session] / std::sqrt(length)});
        }
        return best.take();
    }

    void vote(const std::vector<std::uint32_t>& asked, const Scored& neighbour, Scratch& scratch) const {
        const KeyedSums::Entry& entry = scratch.keyed().at(neighbour.row);
        const std::span session = items_.subspan(offsets_[entry.key], offsets_[entry.key + 1] - offsets_[entry.key]);
        std::size_t match = session.size() - 1;
        while (match > 0 && session[match] != asked[entry.first]) --match;
        const float weight = neighbour.score * match_decay_[entry.first];
        for (std::size_t at = 0; at < session.size(); ++at)
            scratch.add(session[at],
                        weight * distance_decay_[at > match ? at - match : match - at] * rarity_[session[at]]);
    }

    void remind(const std::vector<std::uint32_t>& asked, Scratch& scratch) const {
        float highest = 0;
        for (const std::uint32_t row : scratch.touched()) highest = std::max(highest, scratch.score(row));
        auto weight = static_cast<float>(query_[4]) * (highest > 0 ? highest : 1.0f);
        for (const std::uint32_t row : asked) {
            if (weight > 0) scratch.add(row, weight);
            weight *= static_cast<float>(query_[5]);
        }
    }

    std::shared_ptr<const model::Model> model_;
    std::span<const double> query_;
    Decay position_decay_, distance_decay_, match_decay_;
    std::span<const std::uint64_t> offsets_, posting_offsets_;
    std::span<const std::uint32_t> items_, postings_;
    std::span<const float> weights_, rarity_;
};

}  // namespace

std::unique_ptr<Source> make_session_knn(std::shared_ptr<const model::Model> model) {
    if (!model->has("session_knn.query")) return nullptr;
    return std::make_unique<SessionKnn>(std::move(model));
}

}  // namespace vitrina::candidates
