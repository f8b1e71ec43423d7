#include "training/item_item.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>

#include "engine/thread_pool.hpp"
#include "model/sparse_table.hpp"
#include "training/interactions.hpp"
#include "training_speed/measuring.hpp"
#include "training_speed/trials.hpp"

namespace vitrina::bench {
namespace {

constexpr std::size_t rows_checked = 60;

std::string model_bytes(const training::History& history, const training::ItemItemRecipe& recipe, std::size_t threads) {
    model::ModelBuilder builder(history.items);
    engine::ThreadPool pool(threads, engine::Priority::serving);
    training::train_item_item(history, recipe, builder, pool);
    return builder.bytes();
}

// S_ij of one row, as training/item_item.hpp writes it, in double and an ordered map.
std::map<std::uint32_t, double> row_of(const training::Interactions& pairs, const training::ItemItemRecipe& recipe,
                                       std::size_t row) {
    std::map<std::uint32_t, double> sums;
    for (const std::uint32_t person : pairs.people_of(row))
        for (const std::uint32_t other : pairs.items_of(person))
            if (other != row)
                sums[other] += std::pow(static_cast<double>(pairs.items_of(person).size()), -recipe.user_power);
    for (auto& [other, sum] : sums)
        sum *= std::pow(static_cast<double>(pairs.people_of(other).size()), -recipe.item_power);
    return sums;
}

// Every kept value is right up to rounding, and nothing that was left out is larger.
void check_row(const std::map<std::uint32_t, double>& sums, const model::SparseRow& row, std::size_t neighbours) {
    check(row.size() == std::min(neighbours, sums.size()), "item–item kept a wrong number of neighbours");
    double kept = 0, largest_left = 0;
    for (const std::uint32_t column : row.columns) kept += sums.at(column);
    for (const auto& [column, sum] : sums)
        if (std::ranges::find(row.columns, column) == row.columns.end()) largest_left = std::max(largest_left, sum);
    for (std::size_t n = 0; n < row.size(); ++n) {
        const double right = sums.at(row.columns[n]);
        check(std::abs(right / kept - static_cast<double>(row.values[n])) <= 1e-5 * right / kept + 1e-9,
              "item–item learned a wrong weight");
        check(right >= largest_left * (1 - 1e-5), "item–item left out a better neighbour");
    }
}

void check_rows(const training::Interactions& pairs, const training::ItemItemRecipe& recipe, std::string bytes) {
    const auto model = model::Model::from_bytes(std::move(bytes)).value();
    const auto table = model::table_of(*model, "item_item").value();
    for (std::size_t n = 0; n < rows_checked; ++n) {
        const std::size_t row = n * pairs.items() / rows_checked;
        check_row(row_of(pairs, recipe, row), table.row(static_cast<std::uint32_t>(row)), recipe.neighbours);
    }
}

void write_pairs(const training::Interactions& pairs, const std::filesystem::path& out) {
    std::ofstream file(out / "pairs", std::ios::binary);
    for (std::size_t p = 0; p < pairs.people(); ++p)
        for (const std::uint32_t item : pairs.items_of(p)) {
            const std::int32_t pair[2] = {static_cast<std::int32_t>(p), static_cast<std::int32_t>(item)};
            file.write(reinterpret_cast<const char*>(pair), sizeof(pair));
        }
    check(static_cast<bool>(file.flush()), "cannot write the pairs");
}

}  // namespace

void try_item_item(const training::History& history, const TrialOptions& options) {
    const training::ItemItemRecipe recipe;
    const training::Interactions pairs = training::interactions_of(history, {1, 1, 1, 1}, recipe.items_a_person);
    write_pairs(pairs, options.out);
    double updates = 0;
    for (std::size_t p = 0; p < pairs.people(); ++p)
        updates += std::pow(static_cast<double>(pairs.items_of(p).size()), 2);
    const double before = peak_mib();
    std::vector<Seconds> times;
    engine::ThreadPool pool(options.threads, engine::Priority::serving);
    for (std::size_t repeat = 0; repeat < options.repeats; ++repeat)
        times.push_back(timed([&] {
            model::ModelBuilder builder(history.items);
            training::train_item_item(history, recipe, builder, pool);
        }));
    const double after = peak_mib();
    const std::string bytes = model_bytes(history, recipe, 1);
    for (const std::size_t threads : {2u, 3u, 4u})
        check(model_bytes(history, recipe, threads) == bytes, "item–item has other bytes on more threads");
    check_rows(pairs, recipe, bytes);
    print({{"trial", "item-item"},
           {"people", pairs.people()},
           {"items", pairs.items()},
           {"pairs", pairs.pairs()},
           {"pair_updates", updates},
           {"threads", options.threads},
           {"seconds", as_json(times)},
           {"model_mib", static_cast<double>(bytes.size()) / 1048576},
           {"before_mib", before},
           {"peak_mib", after},
           {"same_bytes_on_threads", {1, 2, 3, 4}},
           {"hash", hash_of(bytes.data(), bytes.size())},
           {"rows_checked", rows_checked}});
}

}  // namespace vitrina::bench
