#include "ranking/blend.hpp"

#include <algorithm>
#include <bit>

namespace vitrina::ranking {

namespace {

// Sums by row in an open-addressed table of at least twice the candidates, filled source after source, so that a row's sum
// has a fixed order of additions.
class Sums {
public:
    explicit Sums(std::size_t candidates)
        : slots_(std::bit_ceil(std::max<std::size_t>(16, candidates * 2)), empty), mask_(slots_.size() - 1) {
        rows_.reserve(candidates);
        largest_.reserve(candidates);
    }

    void add(std::uint32_t row, float part, std::uint32_t source) {
        const std::size_t place = place_of(row);
        if (slots_[place] == empty) {
            slots_[place] = static_cast<std::uint32_t>(rows_.size());
            rows_.push_back({row, 0, source});
            largest_.push_back(0);
        }
        Blended& blended = rows_[slots_[place]];
        blended.score += part;
        if (part > largest_[slots_[place]]) {
            largest_[slots_[place]] = part;
            blended.strongest = source;
        }
    }

    std::vector<Blended> take() { return std::move(rows_); }

private:
    static constexpr std::uint32_t empty = 0xffffffff;

    std::size_t place_of(std::uint32_t row) const {
        std::size_t place = (row * 0x9e3779b1u) & mask_;
        while (slots_[place] != empty && rows_[slots_[place]].row != row) place = (place + 1) & mask_;
        return place;
    }

    std::vector<std::uint32_t> slots_;
    std::size_t mask_;
    std::vector<Blended> rows_;
    std::vector<float> largest_;
};

}  // namespace

std::vector<Blended> blend(std::span<const Weighted> sources) {
    std::size_t count = 0;
    for (const Weighted& source : sources) count += source.candidates.size();
    Sums sums(count);
    for (std::uint32_t index = 0; index < sources.size(); ++index) {
        const auto& [candidates, weight] = sources[index];
        if (weight <= 0 || candidates.empty() || candidates.front().score <= 0) continue;
        const float scale = weight / candidates.front().score;
        for (const Scored& candidate : candidates) sums.add(candidate.row, candidate.score * scale, index);
    }
    auto blended = sums.take();
    std::sort(blended.begin(), blended.end(), [](const Blended& a, const Blended& b) {
        return a.score != b.score ? a.score > b.score : a.row < b.row;
    });
    return blended;
}

}  // namespace vitrina::ranking
