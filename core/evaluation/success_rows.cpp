#include "evaluation/success_rows.hpp"

#include <cmath>
#include <map>
#include <unordered_map>

#include "base/error.hpp"
#include "candidates/feature_bytes.hpp"

namespace vitrina::evaluation {

namespace {

template <class T>
std::vector<T> part_of(const std::vector<T>& all, std::size_t begin, std::size_t end) {
    return {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<feedback::PlacedCounts> counts_of(const SuccessRows& rows) {
    std::map<ItemKey, feedback::PlacedCounts> by_item;
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        feedback::PlacedCounts& counts = by_item[rows.item[r]];
        counts.item = rows.item[r];
        counts.category = rows.category[r];
        const std::uint8_t bucket = feedback::bucket_of(rows.position[r]);
        ++counts.shown[bucket];
        counts.clicks[bucket] += rows.success[click][r];
        counts.purchases += rows.success[purchase][r];
    }
    std::vector<feedback::PlacedCounts> all;
    for (auto& [key, counts] : by_item) all.push_back(counts);
    return all;
}

std::vector<feedback::ItemTrials> trials_of(const SuccessRows& rows, const std::vector<feedback::PlacedCounts>& counts,
                                            const std::array<double, feedback::position_buckets>& attention,
                                            Goal goal) {
    std::unordered_map<ItemKey, std::int64_t> successes;
    for (std::size_t r = 0; r < rows.rows(); ++r) successes[rows.item[r]] += rows.success[goal][r];
    std::vector<feedback::ItemTrials> trials;
    for (const feedback::PlacedCounts& one : counts) {
        double looked = 0;
        for (std::size_t b = 0; b < attention.size(); ++b) looked += static_cast<double>(one.shown[b]) * attention[b];
        trials.push_back({one.item, one.category, {static_cast<std::int64_t>(std::ceil(looked)), successes[one.item]}});
    }
    return trials;
}

}  // namespace

SuccessRows SuccessRows::slice(std::size_t begin, std::size_t end) const {
    SuccessRows part{.features = features,
                     .values = part_of(values, begin * features.size(), end * features.size()),
                     .answer = part_of(answer, begin, end),
                     .unit = part_of(unit, begin, end),
                     .item = part_of(item, begin, end),
                     .category = part_of(category, begin, end),
                     .position = part_of(position, begin, end),
                     .success = {}};
    for (std::size_t g = 0; g < goals; ++g) part.success[g] = part_of(success[g], begin, end);
    return part;
}

SuccessRows success_rows(std::span<const feedback::TrainingRow> rows, std::vector<std::string> features,
                         const ShownItems& items) {
    SuccessRows table{.features = std::move(features)};
    std::unordered_map<std::string, std::uint32_t> answers, units;
    const auto number = [](auto& numbers, const std::string& of) {
        return numbers.try_emplace(of, static_cast<std::uint32_t>(numbers.size())).first->second;
    };
    for (const feedback::TrainingRow& row : rows) {
        ensure(row.item->features.size() == table.features.size(), "a row must have the features of its layout");
        candidates::append_values(row.item->features, table.values);
        const std::string& visitor = row.answer->visitor_id;
        table.answer.push_back(number(answers, row.answer->recommendation_id));
        table.unit.push_back(number(units, visitor.empty() ? row.answer->recommendation_id : visitor));
        table.item.push_back(items.key_of(row.item->item_id));
        table.category.push_back(items.category_of(table.item.back()));
        table.position.push_back(row.item->position);
        const bool became[goals] = {row.success.clicked, row.success.carted, row.success.bought};
        for (std::size_t g = 0; g < goals; ++g) table.success[g].push_back(became[g] ? 1 : 0);
    }
    return table;
}

SuccessRates rates_of(const SuccessRows& rows) {
    const auto counts = counts_of(rows);
    const auto attention = feedback::PlacedLifts(counts).attention();
    const auto rates = [&](Goal goal) { return feedback::SmoothedRates(trials_of(rows, counts, attention, goal)); };
    return {attention, {rates(click), rates(cart), rates(purchase)}};
}

SuccessRows with_rates(const SuccessRows& rows, const SuccessRates& rates, bool own) {
    SuccessRows wide = rows;
    const std::size_t width = rows.features.size();
    wide.features = candidates::with_shown_columns(rows.features);
    wide.values.clear();
    wide.values.reserve(rows.rows() * wide.features.size());
    for (std::size_t r = 0; r < rows.rows(); ++r) {
        const auto row = rows.values.begin() + static_cast<std::ptrdiff_t>(r * width);
        wide.values.insert(wide.values.end(), row, row + static_cast<std::ptrdiff_t>(width));
        for (std::size_t g = 0; g < goals; ++g) {
            const feedback::SmoothedRates& of = rates.of[g];
            const double rate = own ? of.item_without(rows.item[r], rows.category[r], rows.success[g][r] != 0)
                                    : of.item(rows.item[r], rows.category[r]);
            wide.values.push_back(candidates::quantised(static_cast<float>(rate)));
        }
        wide.values.push_back(static_cast<float>(rows.position[r]));
    }
    return wide;
}

}  // namespace vitrina::evaluation
