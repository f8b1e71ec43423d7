#include "evaluation/served.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "evaluation/metrics.hpp"

namespace vitrina::evaluation {

namespace {

// One metric on the occasions on which it means something.
struct Column {
    std::string metric;
    std::vector<float> values;
    std::vector<std::uint32_t> occasions;
};

// Ranks of the list as `metrics_at` reads them: what is wanted by its place among the wanted, everything else beyond.
std::vector<std::uint32_t> numbered(const std::vector<ItemKey>& list, const Occasion& occasion) {
    std::vector<std::uint32_t> numbers;
    for (std::size_t rank = 0; rank < list.size(); ++rank) {
        const auto found = std::ranges::lower_bound(occasion.wanted, list[rank], {}, &Wanted::item);
        const bool wanted = found != occasion.wanted.end() && found->item == list[rank];
        const std::size_t beyond = occasion.wanted.size() + rank;
        numbers.push_back(
            static_cast<std::uint32_t>(wanted ? found - occasion.wanted.begin() : static_cast<std::ptrdiff_t>(beyond)));
    }
    return numbers;
}

// Share of the weight of what is wanted that the first k cover; nothing where there is no weight.
template <class Weight>
std::optional<double> covered(const std::vector<std::uint32_t>& numbers, std::size_t k, const Occasion& occasion,
                              const Weight& weight) {
    double all = 0, shown = 0;
    for (const Wanted& wanted : occasion.wanted) all += weight(wanted);
    for (std::size_t rank = 0; rank < std::min(k, numbers.size()); ++rank)
        if (numbers[rank] < occasion.wanted.size()) shown += weight(occasion.wanted[numbers[rank]]);
    return all > 0 ? std::optional(shown / all) : std::nullopt;
}

std::uint32_t leaf_of(ItemKey key, const catalog::Catalog& catalog) {
    const auto& slots = catalog.slots_of(key);
    return slots.empty() ? catalog::none : catalog.leaf_category(slots.front());
}

// Share of the shown items that stand in a leaf category of the cart.
std::optional<double> substitutes(const std::vector<ItemKey>& list, std::size_t k, const Occasion& occasion,
                                  const ShopAt& shop) {
    std::set<std::uint32_t> leaves;
    for (const std::string& item_id : occasion.request.cart)
        leaves.insert(leaf_of(shop.learning_key(item_id), shop.catalog()));
    leaves.erase(catalog::none);
    const std::size_t shown = std::min(k, list.size());
    if (leaves.empty() || shown == 0) return std::nullopt;
    std::size_t same = 0;
    for (std::size_t rank = 0; rank < shown; ++rank)
        same += leaves.contains(leaf_of(list[rank], shop.catalog())) ? 1 : 0;
    return static_cast<double>(same) / static_cast<double>(shown);
}

// The columns of one cut-off; the same metrics in the same order for every model.
class Columns {
public:
    explicit Columns(std::size_t k) : k_(k) {
        for (const std::string_view name : metric_names) add(name);
        for (const char* name : {"revenue_recall", "new_recall", "repeat_recall", "substitute_share"}) add(name);
    }
    void take(std::uint32_t number, const Occasion& occasion, const std::vector<ItemKey>& list, const ShopAt& shop) {
        const auto numbers = numbered(list, occasion);
        std::vector<std::uint32_t> rows(occasion.wanted.size());
        for (std::uint32_t row = 0; row < rows.size(); ++row) rows[row] = row;
        std::size_t column = 0;
        for (const double value : metrics_at(numbers, {rows, rows.size()}, k_).values()) put(column++, number, value);
        put(column++, number, covered(numbers, k_, occasion, [](const Wanted& w) { return w.revenue; }));
        put(column++, number,
            covered(numbers, k_, occasion, [](const Wanted& w) { return w.bought_before ? 0.0 : 1.0; }));
        put(column++, number,
            covered(numbers, k_, occasion, [](const Wanted& w) { return w.bought_before ? 1.0 : 0.0; }));
        put(column++, number, substitutes(list, k_, occasion, shop));
    }
    std::vector<Column> columns;

private:
    void add(std::string_view name) { columns.push_back({fmt::format("{}@{}", name, k_), {}, {}}); }
    void put(std::size_t column, std::uint32_t number, std::optional<double> value) {
        if (!value) return;
        columns[column].values.push_back(static_cast<float>(*value));
        columns[column].occasions.push_back(number);
    }
    std::size_t k_;
};

std::vector<Column> columns_of(const Measuring& measuring, const ListsOfModel& model) {
    std::vector<Column> all;
    for (const std::size_t k : measuring.cut_offs) {
        Columns columns(k);
        for (std::uint32_t number = 0; number < measuring.occasions.size(); ++number)
            columns.take(number, measuring.occasions[number], model.lists[number], measuring.shop);
        for (Column& column : columns.columns) all.push_back(std::move(column));
    }
    return all;
}

Interval interval_of(const Column& column, const Measuring& measuring, Executor& executor) {
    std::vector<std::uint32_t> units;
    for (const std::uint32_t number : column.occasions) units.push_back(measuring.occasions[number].unit);
    std::vector<std::uint32_t> distinct = units;
    std::ranges::sort(distinct);
    const auto repeats = std::ranges::unique(distinct);
    distinct.erase(repeats.begin(), repeats.end());
    for (std::uint32_t& unit : units)  // numbers of persons without gaps
        unit = static_cast<std::uint32_t>(std::ranges::lower_bound(distinct, unit) - distinct.begin());
    return mean_intervals(column.values, 1, units, measuring.bootstrap, executor).front();
}

// Distinct items over all lists, as a share of those that could be shown.
Measured coverage(const Measuring& measuring, const ListsOfModel& model, std::size_t k) {
    std::set<ItemKey> shown, known;
    for (const auto& list : model.lists)
        shown.insert(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(std::min(k, list.size())));
    const catalog::Catalog& catalog = measuring.shop.catalog();
    for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) known.insert(catalog.learning_key(slot));
    const double share = known.empty() ? 0 : static_cast<double>(shown.size()) / static_cast<double>(known.size());
    return {fmt::format("coverage@{}", k), {share, share, share}};
}

Column difference(const Column& ours, const Column& theirs) {
    Column column{ours.metric, {}, {}};
    for (std::size_t a = 0, b = 0; a < ours.occasions.size() && b < theirs.occasions.size();) {
        if (ours.occasions[a] < theirs.occasions[b])
            ++a;
        else if (theirs.occasions[b] < ours.occasions[a])
            ++b;
        else {
            column.values.push_back(ours.values[a] - theirs.values[b]);
            column.occasions.push_back(ours.occasions[a]);
            ++a;
            ++b;
        }
    }
    return column;
}

}  // namespace

void measure(const Measuring& measuring, const std::vector<ListsOfModel>& models, Executor& executor,
             TaskOutcome& outcome) {
    std::vector<std::vector<Column>> columns;
    for (const ListsOfModel& model : models) {
        columns.push_back(columns_of(measuring, model));
        ModelReport report;
        report.name = model.name;
        report.answer_seconds = model.seconds;
        for (std::size_t c = 0; c < columns.back().size(); ++c)
            if (!columns.front()[c].values.empty())
                report.metrics.push_back(
                    {columns.back()[c].metric, interval_of(columns.back()[c], measuring, executor)});
        for (const std::size_t k : measuring.cut_offs) report.metrics.push_back(coverage(measuring, model, k));
        outcome.report.models.push_back(std::move(report));
    }
    for (std::size_t rival = 1; rival < models.size(); ++rival)
        for (std::size_t c = 0; c < columns.front().size(); ++c) {
            const Column both = difference(columns.front()[c], columns[rival][c]);
            if (!both.values.empty())
                outcome.differences.push_back(
                    {models[rival].name, both.metric, interval_of(both, measuring, executor)});
        }
}

}  // namespace vitrina::evaluation
