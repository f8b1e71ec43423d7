// Microseconds a system, beside Eigen's Cholesky on the same systems in the same run, and the share of the machine's measured
// multiply-add peak that the textbook's way (n d² / 2 + d³ / 6 multiply-adds) would need at the same speed; above 100 % no textbook solver
// could reach it. Each run checks its answer against Eigen's.
#include <benchmark/benchmark.h>

#include <Eigen/Dense>
#include <chrono>
#include <cmath>

#include "base/dense.hpp"
#include "base/random.hpp"
#include "base/ridge.hpp"
#include "base/ridge_batch.hpp"

namespace vitrina {
namespace {

struct Systems {
    Matrix factors;
    std::vector<std::uint32_t> which;
    std::vector<float> diagonal;
};

Systems systems_of(std::size_t n, std::size_t d) {
    Random random(n * 1000 + d);
    Systems systems{Matrix(2000, d), {}, {}};
    for (std::size_t r = 0; r < systems.factors.rows(); ++r)
        for (std::size_t k = 0; k < d; ++k) systems.factors[r][k] = static_cast<float>(0.3 * random.normal());
    for (std::size_t j = 0; j < n; ++j) systems.which.push_back(static_cast<std::uint32_t>(random.below(2000)));
    for (std::size_t k = 0; k < d; ++k) systems.diagonal.push_back(static_cast<float>(0.5 + random.unit()));
    return systems;
}

Eigen::VectorXf by_eigen(const Systems& systems) {
    const auto d = static_cast<Eigen::Index>(systems.diagonal.size());
    Eigen::MatrixXf rows(static_cast<Eigen::Index>(systems.which.size()), d);
    for (std::size_t j = 0; j < systems.which.size(); ++j)
        rows.row(static_cast<Eigen::Index>(j)) =
            Eigen::Map<const Eigen::RowVectorXf>(systems.factors[systems.which[j]], d);
    Eigen::MatrixXf a = Eigen::Map<const Eigen::VectorXf>(systems.diagonal.data(), d).asDiagonal();
    a.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
    const Eigen::VectorXf b = rows.colwise().sum().transpose();
    return a.selfadjointView<Eigen::Lower>().llt().solve(b);
}

// Multiply-adds a second that dense products reach when everything lies in the first cache: the peak that can be used.
double peak() {
    static const double measured = [] {
        Matrix from(96, 64), basis(64, 64), to(96, 64);
        const auto start = std::chrono::steady_clock::now();
        constexpr int repeats = 2000;
        for (int r = 0; r < repeats; ++r) multiply_rows({from, basis, to}, 0, 96);
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        return repeats * 96.0 * 64.0 * 64.0 / seconds.count();
    }();
    return measured;
}

void ridge(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0)), d = static_cast<std::size_t>(state.range(1));
    const Systems systems = systems_of(n, d);
    RidgeSolver solver(d);
    std::vector<float> x(systems.factors.stride());
    for (auto _ : state) solver.solve({systems.factors, systems.which, {}, systems.diagonal}, x);
    const Eigen::VectorXf expected = by_eigen(systems);
    for (std::size_t k = 0; k < d; ++k)
        if (!(std::abs(x[k] - expected(static_cast<Eigen::Index>(k))) <= 1e-3f * (1 + expected.norm())))
            state.SkipWithError("another answer than Eigen's");
    const double textbook = static_cast<double>(n * d * d) / 2 + std::pow(static_cast<double>(d), 3) / 6;
    state.counters["textbook_peak_share"] =
        benchmark::Counter(textbook / peak(), benchmark::Counter::kIsIterationInvariantRate);
}

// Microseconds for sixteen systems side by side, each with rows of its own.
void ridge_batch(benchmark::State& state) {
    const auto n = static_cast<std::size_t>(state.range(0)), d = static_cast<std::size_t>(state.range(1));
    const Systems systems = systems_of(n * RidgeBatch::systems_max, d);
    RidgeSolver solver(d);
    RidgeBatch batch(d);
    Matrix alone(1, d), together(RidgeBatch::systems_max, d);
    std::vector<RidgeBatch::System> all;
    for (std::size_t s = 0; s < RidgeBatch::systems_max; ++s)
        all.push_back({{systems.factors, std::span(systems.which).subspan(s * n, n), {}, systems.diagonal},
                       {together[s], together.stride()}});
    for (auto _ : state) batch.solve(all);
    for (std::size_t s = 0; s < all.size(); ++s) {
        solver.solve(all[s].problem, {alone[0], alone.stride()});
        if (!std::ranges::equal(std::span(alone[0], d), std::span(together[s], d)))
            state.SkipWithError("other bytes than alone");
    }
    const double textbook = static_cast<double>(n * d * d) / 2 + std::pow(static_cast<double>(d), 3) / 6;
    state.counters["textbook_peak_share"] =
        benchmark::Counter(RidgeBatch::systems_max * textbook / peak(), benchmark::Counter::kIsIterationInvariantRate);
}

void eigen(benchmark::State& state) {
    const Systems systems =
        systems_of(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    for (auto _ : state) benchmark::DoNotOptimize(by_eigen(systems));
}

void shapes(benchmark::internal::Benchmark* run) {
    for (const auto& [n, d] : {std::pair(8, 64), {20, 64}, {60, 64}, {300, 64}, {20, 256}, {300, 256}})
        run->Args({n, d});
    run->Unit(benchmark::kMicrosecond);
}

BENCHMARK(ridge)->Apply(shapes);
BENCHMARK(eigen)->Apply(shapes);
BENCHMARK(ridge_batch)
    ->Args({8, 64})
    ->Args({20, 64})
    ->Args({40, 64})
    ->Args({48, 64})
    ->Args({20, 256})
    ->Unit(benchmark::kMicrosecond);

// All scores of a catalogue for one person: a stream through memory.
void score_all(benchmark::State& state) {
    const auto items = static_cast<std::size_t>(state.range(0));
    Matrix factors(items, 64), query(1, 64);
    for (std::size_t r = 0; r < items; ++r) factors[r][r % 64] = 1;
    for (std::size_t k = 0; k < 64; ++k) query[0][k] = static_cast<float>(k);
    std::vector<float> scores(items);
    for (auto _ : state) dot_rows(factors, 0, query[0], scores);
    for (std::size_t r = 0; r < items; ++r)
        if (scores[r] != static_cast<float>(r % 64)) state.SkipWithError("a wrong score");
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * items * 64 * sizeof(float)));
}
BENCHMARK(score_all)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vitrina
