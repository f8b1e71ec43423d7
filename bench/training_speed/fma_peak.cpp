// The limit beside which training is measured: independent chains of fused multiply-adds that never leave the registers.
#include <algorithm>

#include "training_speed/measuring.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training_speed/fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace vitrina::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Multiply-adds that were done; `sum` keeps the compiler from leaving them out.
double multiply_add_here(std::size_t rounds, float* sum) {
    const hn::ScalableTag<float> lanes;
    const auto factor = hn::Set(lanes, 0.999f), term = hn::Set(lanes, 0.001f);
    // Chains of different numbers, so that none is another's.
    const auto start = [&](float number) { return hn::Set(lanes, number); };
    auto a = start(1), b = start(2), c = start(3), d = start(4), e = start(5), f = start(6), g = start(7), h = start(8),
         i = start(9), j = start(10);
    for (std::size_t r = 0; r < rounds; ++r) {
        a = hn::MulAdd(a, factor, term);
        b = hn::MulAdd(b, factor, term);
        c = hn::MulAdd(c, factor, term);
        d = hn::MulAdd(d, factor, term);
        e = hn::MulAdd(e, factor, term);
        f = hn::MulAdd(f, factor, term);
        g = hn::MulAdd(g, factor, term);
        h = hn::MulAdd(h, factor, term);
        i = hn::MulAdd(i, factor, term);
        j = hn::MulAdd(j, factor, term);
    }
    const auto all =
        hn::Add(hn::Add(hn::Add(a, b), hn::Add(c, d)), hn::Add(hn::Add(hn::Add(e, f), hn::Add(g, h)), hn::Add(i, j)));
    *sum = hn::GetLane(all);
    return 10.0 * static_cast<double>(rounds) * static_cast<double>(hn::Lanes(lanes));
}

}  // namespace vitrina::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrina::bench {

HWY_EXPORT(multiply_add_here);

double fma_peak_flops() {
    double best = 0;
    for (int repeat = 0; repeat < 20; ++repeat) {
        double done = 0;
        volatile float kept = 0;
        const Seconds seconds = timed([&] {
            float sum = 0;
            done = HWY_DYNAMIC_DISPATCH(multiply_add_here)(2'000'000, &sum);
            kept = sum;
        });
        best = std::max(best, 2 * done / seconds.wall);
    }
    return best;
}

}  // namespace vitrina::bench
#endif
