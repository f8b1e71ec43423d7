#include "experiment/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "base/random.hpp"

namespace vitrina::experiment {
namespace {

constexpr std::size_t groups = 1000, resamples = 1000;
constexpr std::uint64_t seed = 0xb007;
enum Stream : std::uint64_t { lot_of_treated, lot_of_control, drawn_treated, drawn_control };

struct Group {
    double units = 0, sum = 0;
};

// Unit i of a random order goes to group i % groups, so that they are as large as each other.
std::vector<Group> grouped(std::span<const double> units, Stream lot) {
    std::vector<double> shuffled(units.begin(), units.end());
    Random random(seed, lot);
    for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[random.below(i)]);
    std::vector<Group> all(std::min(groups, shuffled.size()));
    for (std::size_t i = 0; i < shuffled.size(); ++i) {
        Group& group = all[i % all.size()];
        group.units += 1;
        group.sum += shuffled[i];
    }
    return all;
}

double resampled_mean(const std::vector<Group>& all, Random& random) {
    Group drawn;
    for (std::size_t g = 0; g < all.size(); ++g) {
        const Group& one = all[random.below(all.size())];
        drawn.units += one.units;
        drawn.sum += one.sum;
    }
    return drawn.sum / drawn.units;
}

}  // namespace

std::optional<BootstrapInterval> bootstrap_lift(std::span<const double> treated, std::span<const double> control,
                                                double confidence) {
    if (std::min(treated.size(), control.size()) < least_units) return std::nullopt;
    const auto did = grouped(treated, lot_of_treated), did_not = grouped(control, lot_of_control);
    Random of_treated(seed, drawn_treated), of_control(seed, drawn_control);
    std::vector<double> lifts;
    for (std::size_t r = 0; r < resamples; ++r) {
        const double below = resampled_mean(did_not, of_control);
        if (below <= 0) return std::nullopt;
        lifts.push_back(resampled_mean(did, of_treated) / below - 1);
    }
    std::ranges::sort(lifts);
    const double tail = (1 - confidence) / 2 * static_cast<double>(resamples);
    const auto low = static_cast<std::size_t>(std::floor(tail)), high = resamples - 1 - low;
    return BootstrapInterval{lifts[low], lifts[high]};
}

}  // namespace vitrina::experiment
