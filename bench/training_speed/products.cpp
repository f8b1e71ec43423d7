#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/best_products.hpp"
#include "base/dense.hpp"
#include "base/random.hpp"
#include "engine/thread_pool.hpp"
#include "training_speed/measuring.hpp"
#include "training_speed/trials.hpp"

namespace vitrina::bench {
namespace {

constexpr std::size_t columns = 64, best = 100, queries_asked = 2048, queries_checked = 256, queries_a_block = 64;
constexpr std::size_t tastes = 2000;

struct Shop {
    Matrix rows, queries;
};

// Factors of a shop: items near one of many tastes, in lengths that spread; people near one taste too. Alike: rows of equal length in
// all directions, where nothing can be left out.
Shop shop_of(std::size_t count, bool alike) {
    Random random(count);
    Shop shop{Matrix(count, columns), Matrix(queries_asked, columns)};
    Matrix centres(tastes, columns);
    for (std::size_t c = 0; c < tastes; ++c)
        for (std::size_t k = 0; k < columns; ++k) centres[c][k] = static_cast<float>(random.normal());
    const auto fill = [&](float* row, double length) {
        const std::size_t centre = random.below(tastes);
        double squares = 0;
        for (std::size_t k = 0; k < columns; ++k) {
            const double number = random.normal() + (alike ? 0 : 1.0) * static_cast<double>(centres[centre][k]);
            row[k] = static_cast<float>(number);
            squares += number * number;
        }
        for (std::size_t k = 0; k < columns; ++k) row[k] *= static_cast<float>(length / std::sqrt(squares));
    };
    for (std::size_t r = 0; r < count; ++r) fill(shop.rows[r], alike ? 1 : std::exp(0.3 * random.normal()));
    for (std::size_t q = 0; q < queries_asked; ++q) fill(shop.queries[q], 1);
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

using Lists = std::vector<std::vector<Scored>>;

Lists find_all(const BestProducts& products, const Matrix& queries, Executor& executor) {
    Lists found(queries.rows());
    executor.for_each_block(block_count(queries.rows(), queries_a_block), [&](std::size_t block) {
        const std::size_t begin = block * queries_a_block;
        const Rows part{queries[begin], std::min(queries_a_block, queries.rows() - begin), queries.stride()};
        std::ranges::move(products.find_all(part, best), found.begin() + static_cast<std::ptrdiff_t>(begin));
    });
    return found;
}

// How many of the right rows were found, and every one of them with its bytes: the share of 1.
double checked_recall(const Shop& shop, const Lists& found, Executor& executor) {
    std::vector<std::size_t> right(queries_checked);
    executor.for_each_block(queries_checked, [&](std::size_t q) {
        const std::vector<Scored> expected = everything(shop.rows, shop.queries[q]);
        check(expected == found[q], "not the best products");
        right[q] = expected.size();
    });
    std::size_t all = 0;
    for (const std::size_t count : right) all += count;
    return static_cast<double>(all) / static_cast<double>(queries_checked * best);
}

template <class Number>
void write(const std::filesystem::path& path, const Number* numbers, std::size_t count) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(numbers), static_cast<std::streamsize>(count * sizeof(Number)));
    check(static_cast<bool>(file.flush()), "cannot write " + path.string());
}

void write_for_the_peer(const Shop& shop, const Lists& found, const std::filesystem::path& out) {
    write(out / "rows.f32", shop.rows.numbers().data(), shop.rows.numbers().size());
    write(out / "queries.f32", shop.queries.numbers().data(), shop.queries.numbers().size());
    std::vector<std::int32_t> rows;
    for (const auto& list : found)
        for (std::size_t n = 0; n < best; ++n)
            rows.push_back(n < list.size() ? static_cast<std::int32_t>(list[n].row) : -1);
    write(out / "best.i32", rows.data(), rows.size());
}

}  // namespace

void try_products(std::size_t rows, bool alike, const TrialOptions& options) {
    const Shop shop = shop_of(rows, alike);
    std::vector<BestProducts> made;
    const Seconds making = timed([&] { made.emplace_back(shop.rows); });
    const BestProducts& products = made.front();
    engine::ThreadPool pool(options.threads, engine::Priority::serving);
    Lists found;
    std::vector<Seconds> times, alone;
    for (std::size_t repeat = 0; repeat < options.repeats; ++repeat) {
        times.push_back(timed([&] { found = find_all(products, shop.queries, pool); }));
        alone.push_back(timed([&] {
            for (std::size_t q = 0; q < queries_a_block; ++q)
                check(products.find(shop.queries[q], best) == found[q], "alone another answer than together");
        }));
    }
    SerialExecutor serial;
    check(find_all(products, shop.queries, serial) == found, "one thread finds other products than several");
    const double recall = checked_recall(shop, found, pool);
    double multiplied = 0;
    for (std::size_t q = 0; q < queries_a_block; ++q)
        multiplied += static_cast<double>(products.products_for(shop.queries[q], best)) / queries_a_block;
    if (!alike) write_for_the_peer(shop, found, options.out);
    print({{"trial", "products"},
           {"rows", rows},
           {"columns", columns},
           {"best", best},
           {"alike", alike},
           {"threads", options.threads},
           {"queries", queries_asked},
           {"seconds", as_json(times)},
           {"queries_alone", queries_a_block},
           {"seconds_alone", as_json(alone)},
           {"making_s", making.wall},
           {"recall", recall},
           {"queries_checked", queries_checked},
           {"float_products_a_query", multiplied},
           {"copy_mib", static_cast<double>(products.bytes()) / 1048576},
           {"peak_mib", peak_mib()}});
}

}  // namespace vitrina::bench
