// The best 200 products of a query with 64 columns, beside multiplying every row in the same run; every answer is checked to be the
// same. Two kinds of rows: of equal length, where nothing but the steps of 8 bits helps, and of lengths as factors of a
// shop have (a long tail of rarely sold items).
#include <benchmark/benchmark.h>

#include <cmath>

#include "base/best_products.hpp"
#include "base/dense.hpp"
#include "base/random.hpp"

namespace vitrina {
namespace {

constexpr std::size_t columns = 64, best = 200, questions = 32;

struct Shop {
    Matrix rows, queries;
};

Shop shop_of(std::size_t count, double spread) {
    Random random(count);
    Shop shop{Matrix(count, columns), Matrix(questions, columns)};
    const auto fill = [&](float* row, double length) {
        for (std::size_t k = 0; k < columns; ++k) row[k] = static_cast<float>(length * random.normal());
    };
    for (std::size_t r = 0; r < count; ++r) fill(shop.rows[r], 0.1 * std::exp(spread * random.normal()));
    for (std::size_t q = 0; q < questions; ++q) fill(shop.queries[q], 1);
    return shop;
}

std::vector<Scored> everything(const Rows& rows, const float* query) {
    TopK top(best);
    float scores[256];
    for (std::size_t begin = 0; begin < rows.count; begin += 256) {
        const std::span<float> block(scores, std::min<std::size_t>(256, rows.count - begin));
        dot_rows(rows, begin, query, block);
        for (std::size_t r = 0; r < block.size(); ++r)
            if (block[r] > 0) top.offer({static_cast<std::uint32_t>(begin + r), block[r]});
    }
    return top.take();
}

double spread_of(benchmark::State& state) { return static_cast<double>(state.range(1)) / 10; }

void multiply_everything(benchmark::State& state) {
    const Shop shop = shop_of(static_cast<std::size_t>(state.range(0)), spread_of(state));
    std::size_t asked = 0;
    for (auto _ : state) benchmark::DoNotOptimize(everything(shop.rows, shop.queries[asked++ % questions]));
}

void best_products(benchmark::State& state) {
    const Shop shop = shop_of(static_cast<std::size_t>(state.range(0)), spread_of(state));
    const BestProducts scan(shop.rows);
    std::size_t asked = 0;
    for (auto _ : state) benchmark::DoNotOptimize(scan.find(shop.queries[asked++ % questions], best));
    double products = 0;
    for (std::size_t q = 0; q < questions; ++q) {
        products += static_cast<double>(scan.products_for(shop.queries[q], best)) / questions;
        if (scan.find(shop.queries[q], best) != everything(shop.rows, shop.queries[q]))
            state.SkipWithError("not the best products");
    }
    state.counters["products"] = products;
}

// Rows, and ten times the spread of the logarithm of their lengths.
void kinds(benchmark::internal::Benchmark* benchmark) {
    for (const int count : {100'000, 1'000'000})
        for (const int spread : {0, 8}) benchmark->Args({count, spread});
    benchmark->Unit(benchmark::kMicrosecond);
}
BENCHMARK(multiply_everything)->Apply(kinds);
BENCHMARK(best_products)->Apply(kinds);

}  // namespace
}  // namespace vitrina
