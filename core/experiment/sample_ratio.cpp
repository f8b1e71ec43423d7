#include "experiment/sample_ratio.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <numeric>

#include "base/error.hpp"

namespace vitrina::experiment {

SampleRatio sample_ratio(std::span<const std::uint64_t> counts, std::span<const double> shares) {
    ensure(counts.size() == shares.size() && counts.size() > 1, "a share for each of at least two arms");
    ensure(std::ranges::all_of(shares, [](double share) { return share > 0; }), "shares above 0");
    const double units = static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
    const double whole = std::accumulate(shares.begin(), shares.end(), 0.0);
    if (units == 0) return {};
    SampleRatio found;
    for (std::size_t arm = 0; arm < counts.size(); ++arm) {
        const double expected = units * shares[arm] / whole;
        const double beyond = static_cast<double>(counts[arm]) - expected;
        found.chi_square += beyond * beyond / expected;
    }
    const boost::math::chi_squared distribution(static_cast<double>(counts.size() - 1));
    found.p_value = boost::math::cdf(boost::math::complement(distribution, found.chi_square));
    return found;
}

}  // namespace vitrina::experiment
