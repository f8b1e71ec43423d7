#include "evaluation/baselines.hpp"

#include <algorithm>
#include <numeric>

#include "base/random.hpp"

namespace vitrina::evaluation {

Baselines::Baselines(const training::History& history, std::uint64_t seed)
    : counts_(history.items.size(), 0), seed_(seed) {
    for (std::size_t e = 0; e < history.entries(); ++e)
        if (history.action[e] != state::Action::refund) ++counts_[history.item[e]];
    by_count_.resize(counts_.size());
    std::iota(by_count_.begin(), by_count_.end(), 0u);
    std::ranges::sort(by_count_, [&](std::uint32_t a, std::uint32_t b) {
        return counts_[a] != counts_[b] ? counts_[a] > counts_[b] : a < b;
    });
}

void Baselines::fill(std::vector<std::uint32_t>& list, const Question& question, std::size_t k) const {
    const std::size_t own = list.size();
    for (const std::uint32_t row : by_count_) {
        if (list.size() >= k) return;
        const auto begin = list.begin(), end = list.begin() + static_cast<std::ptrdiff_t>(own);
        if (!std::ranges::binary_search(question.excluded, row) && std::find(begin, end, row) == end)
            list.push_back(row);
    }
}

std::vector<std::uint32_t> Baselines::own_items(const Question& question) const {
    struct Own {
        std::uint32_t row, count, place;  // place 0 is the newest
    };
    std::vector<Own> own;
    std::uint32_t place = 0;
    for (const features::Seen& seen : question.query.history) own.push_back({seen.row, 1, place++});
    std::ranges::sort(own,
                      [](const Own& a, const Own& b) { return a.row != b.row ? a.row < b.row : a.place < b.place; });
    std::vector<Own> distinct;
    for (const Own& o : own) {
        if (distinct.empty() || distinct.back().row != o.row)
            distinct.push_back(o);
        else
            ++distinct.back().count;
    }
    std::ranges::sort(distinct, [](const Own& a, const Own& b) {
        return a.count != b.count ? a.count > b.count : a.place < b.place;
    });
    std::vector<std::uint32_t> rows;
    for (const Own& o : distinct)
        if (!std::ranges::binary_search(question.excluded, o.row)) rows.push_back(o.row);
    return rows;
}

std::vector<std::uint32_t> Baselines::drawn(std::size_t q, const Question& question, std::size_t k) const {
    const std::size_t free = counts_.size() - std::min(counts_.size(), question.excluded.size());
    const std::size_t wanted = std::min(k, free);
    Random random(seed_, q);
    std::vector<std::uint32_t> list;
    const auto taken = [&](std::uint32_t row) {
        return std::ranges::binary_search(question.excluded, row) || std::ranges::find(list, row) != list.end();
    };
    // Drawing again what is taken is quick while most rows are free; the last few are taken in order from a random place.
    for (std::size_t draws = 0; list.size() < wanted && draws < 20 * k; ++draws) {
        const auto row = static_cast<std::uint32_t>(random.below(counts_.size()));
        if (!taken(row)) list.push_back(row);
    }
    const std::uint64_t from = counts_.empty() ? 0 : random.below(counts_.size());
    for (std::size_t step = 0; list.size() < wanted && step < counts_.size(); ++step) {
        const auto row = static_cast<std::uint32_t>((from + step) % counts_.size());
        if (!taken(row)) list.push_back(row);
    }
    return list;
}

Ranker Baselines::popularity() const {
    return [this](std::size_t, const Question& question, std::size_t k, candidates::Scratch&) {
        std::vector<std::uint32_t> list;
        fill(list, question, k);
        return list;
    };
}

Ranker Baselines::personal_popularity() const {
    return [this](std::size_t, const Question& question, std::size_t k, candidates::Scratch&) {
        std::vector<std::uint32_t> list = own_items(question);
        fill(list, question, k);
        list.resize(std::min(k, list.size()));
        return list;
    };
}

Ranker Baselines::random() const {
    return [this](std::size_t q, const Question& question, std::size_t k, candidates::Scratch&) {
        return drawn(q, question, k);
    };
}

}  // namespace vitrina::evaluation
