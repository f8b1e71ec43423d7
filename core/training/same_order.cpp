#include "training/same_order.hpp"

#include <algorithm>
#include <cmath>

#include "base/pool.hpp"
#include "candidates/source.hpp"
#include "model/sparse_table.hpp"

namespace vitrina::training {
namespace {

constexpr std::size_t rows_a_block = 256;

struct Orders {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> items;
    std::vector<float> weights;  // of each order
    std::vector<std::uint64_t> item_offsets;
    std::vector<std::uint32_t> holding;  // orders by item
    std::vector<double> degrees;         // n_i
    std::size_t size() const { return weights.size(); }
};

void add_order(std::vector<std::uint32_t>& lines, const SameOrderRecipe& recipe, Orders& to) {
    std::ranges::sort(lines);
    lines.erase(std::ranges::unique(lines).begin(), lines.end());
    if (lines.size() < 2 || lines.size() > recipe.lines_an_order) return;
    to.items.insert(to.items.end(), lines.begin(), lines.end());
    to.offsets.push_back(to.items.size());
    to.weights.push_back(static_cast<float>(std::pow(static_cast<double>(lines.size()), -recipe.length_power)));
}

void scale_weights(std::vector<float>& weights) {
    double sum = 0;
    for (const float weight : weights) sum += static_cast<double>(weight);
    for (float& weight : weights)
        weight = static_cast<float>(static_cast<double>(weight) * static_cast<double>(weights.size()) / sum);
}

void index_by_item(Orders& orders, std::size_t items) {
    orders.item_offsets.assign(items + 1, 0);
    orders.degrees.assign(items, 0.0);
    for (const std::uint32_t item : orders.items) ++orders.item_offsets[item + 1];
    for (std::size_t i = 0; i < items; ++i) orders.item_offsets[i + 1] += orders.item_offsets[i];
    std::vector<std::uint64_t> next(orders.item_offsets.begin(), orders.item_offsets.end() - 1);
    orders.holding.resize(orders.items.size());
    for (std::uint32_t o = 0; o < orders.size(); ++o)
        for (std::uint64_t e = orders.offsets[o]; e < orders.offsets[o + 1]; ++e) {
            orders.holding[next[orders.items[e]]++] = o;
            orders.degrees[orders.items[e]] += static_cast<double>(orders.weights[o]);
        }
}

Orders orders_of(const History& history, const SameOrderRecipe& recipe) {
    Orders orders;
    std::vector<std::uint32_t> lines;
    for (std::size_t p = 0; p < history.people(); ++p)
        for (std::uint64_t at = history.offsets[p]; at < history.offsets[p + 1];) {
            lines.clear();
            const std::uint32_t basket = history.basket[at];
            for (; at < history.offsets[p + 1] && history.basket[at] == basket; ++at)
                if (history.action[at] == state::Action::buy) lines.push_back(history.item[at]);
            add_order(lines, recipe, orders);
        }
    scale_weights(orders.weights);
    index_by_item(orders, history.items.size());
    return orders;
}

double strength(double both, double first, double second, double all, const SameOrderRecipe& recipe) {
    const double expected = first * second / all;
    if (both <= expected || likelihood_ratio(both, first, second, all) < recipe.least_evidence) return 0;
    return (both - expected) * std::pow(second, -recipe.item_power);
}

std::vector<Scored> best_of_row(const Orders& orders, std::uint32_t row, const SameOrderRecipe& recipe,
                                candidates::Scratch& scratch) {
    for (std::uint64_t h = orders.item_offsets[row]; h < orders.item_offsets[row + 1]; ++h) {
        const std::uint32_t order = orders.holding[h];
        for (std::uint64_t e = orders.offsets[order]; e < orders.offsets[order + 1]; ++e)
            scratch.add(orders.items[e], orders.weights[order]);
    }
    TopK best(std::min<std::size_t>(recipe.neighbours, scratch.touched().size()));
    const auto all = static_cast<double>(orders.size());
    for (const std::uint32_t column : scratch.touched()) {
        if (column == row) continue;
        const auto both = static_cast<double>(scratch.score(column));
        const double s = strength(both, orders.degrees[row], orders.degrees[column], all, recipe);
        if (s > 0) best.offer({column, static_cast<float>(s)});
    }
    scratch.clear();
    std::vector<Scored> kept = best.take();
    double total = 0;
    for (const Scored& entry : kept) total += static_cast<double>(entry.score);
    for (Scored& entry : kept) entry.score = static_cast<float>(static_cast<double>(entry.score) / total);
    return kept;
}

double entropy_term(double count, double all) { return count > 0 ? count * std::log(count / all) : 0.0; }

}  // namespace

double likelihood_ratio(double both, double first, double second, double all) {
    const double only_first = std::max(first - both, 0.0), only_second = std::max(second - both, 0.0);
    const double neither = std::max(all - first - second + both, 0.0);
    const double cells = entropy_term(both, all) + entropy_term(only_first, all) + entropy_term(only_second, all) +
                         entropy_term(neither, all);
    const double margins = entropy_term(first, all) + entropy_term(all - first, all) + entropy_term(second, all) +
                           entropy_term(all - second, all);
    return std::max(2.0 * (cells - margins), 0.0);
}

void train_same_order(const History& history, const SameOrderRecipe& recipe, model::ModelBuilder& builder,
                      Executor& executor) {
    const Orders orders = orders_of(history, recipe);
    if (orders.size() == 0) return;
    const std::size_t items = history.items.size();
    std::vector<model::SparseBlock> blocks(block_count(items, rows_a_block));
    Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(items); });
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        const auto scratch = scratches.borrow();
        for (std::size_t row = block * rows_a_block; row < std::min(items, (block + 1) * rows_a_block); ++row)
            blocks[block].append_row(best_of_row(orders, static_cast<std::uint32_t>(row), recipe, *scratch));
    });
    model::add_table(builder, "same_order", std::move(blocks));
}

}  // namespace vitrina::training
