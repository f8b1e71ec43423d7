#include "recommendation/exploration.hpp"

#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"

namespace vitrina::recommendation {

namespace {

Random of_posterior(const Chance& chance) { return Random(chance.counter, 2 * std::uint64_t{chance.slot}); }
Random of_draw(const Chance& chance) { return Random(chance.counter, 2 * std::uint64_t{chance.slot} + 1); }

double drawn(const ranking::Belief& belief, Random& random) {
    return random.beta(static_cast<double>(belief.successes), static_cast<double>(belief.failures));
}

std::size_t best_of_one_draw(std::span<const ranking::Worth> eligible, Random& random) {
    std::size_t best = 0;
    double largest = -1;
    for (std::size_t i = 0; i < eligible.size(); ++i) {
        const double clicks = drawn(eligible[i].clicks, random);
        const double worth = clicks * drawn(eligible[i].orders, random);
        if (worth <= largest) continue;
        largest = worth;
        best = i;
    }
    return best;
}

}  // namespace

std::vector<std::uint32_t> chances_of(std::span<const ranking::Worth> eligible, double epsilon, const Chance& chance) {
    ensure(!eligible.empty() && eligible.size() <= eligible_most, "an eligible set has 1 to 20 items");
    ensure(epsilon >= 0 && epsilon <= 1, "the uniform share of an explored slot must lie between 0 and 1");
    Random random = of_posterior(chance);
    std::vector<std::uint64_t> won(eligible.size());
    for (std::size_t i = 0; i < posterior_draws; ++i) ++won[best_of_one_draw(eligible, random)];

    const auto uniform = static_cast<std::uint64_t>(std::llround(epsilon * whole_chance));
    std::vector<std::uint32_t> chances;
    for (const std::uint64_t wins : won)
        chances.push_back(
            static_cast<std::uint32_t>((whole_chance - uniform) * wins / posterior_draws + uniform / eligible.size()));
    // What rounding left, less than two millionths an item.
    std::uint32_t left = whole_chance - std::accumulate(chances.begin(), chances.end(), std::uint32_t{0});
    for (std::size_t i = 0; left > 0; i = (i + 1) % chances.size(), --left) ++chances[i];
    return chances;
}

std::size_t draw(std::span<const std::uint32_t> chances, const Chance& chance) {
    std::uint64_t left = of_draw(chance).below(whole_chance);
    for (std::size_t i = 0; i < chances.size(); ++i) {
        if (left < chances[i]) return i;
        left -= chances[i];
    }
    ensure(false, "the chances of an eligible set must add up to one million");
    return 0;
}

}  // namespace vitrina::recommendation
