#include "base/closest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace vitrina {
namespace {

constexpr std::size_t longest_bytes = 64;

std::size_t edits(std::string_view a, std::string_view b) {
    std::array<std::size_t, longest_bytes + 1> row{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::string_view closest(std::string_view name, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t fewest = (name.size() + 1) / 3 + 1;  // one more than what still counts as close
    if (name.size() > longest_bytes) return best;
    for (const std::string_view candidate : known) {
        if (candidate.size() > longest_bytes) continue;
        const std::size_t distance = edits(name, candidate);
        if (distance < fewest) {
            fewest = distance;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> known) {
    const std::string_view meant = closest(name, known);
    return meant.empty() ? std::string{} : "; did you mean \"" + std::string(meant) + "\"?";
}

}  // namespace vitrina
