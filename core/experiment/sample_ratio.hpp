#pragma once
// Did every arm get its share of the units? Where it did not, something lost units of one arm, and no figure of the experiment
// means anything until that is found (Fabijan and others 2019).
//
// Threads: pure function.
// Preconditions: as many shares as counts, at least two, all above 0; their sum need not be 1.
// Not an error: no units (p = 1).
// Source: Pearson's χ², 1900.

#include <cstdint>
#include <span>

namespace vitrina::experiment {

struct SampleRatio {
    double chi_square = 0;
    double p_value = 1;  // alarm below .001: it is looked at every day, and one false alarm in a thousand is enough
};

SampleRatio sample_ratio(std::span<const std::uint64_t> counts, std::span<const double> shares);

}  // namespace vitrina::experiment
