#include "training/shelf_facts.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "candidates/item_facts.hpp"

namespace vitrina::training {
namespace {

struct Dates {
    std::vector<float> age, idle, trend;
};

double days(TimeMs span) { return static_cast<double>(span) / static_cast<double>(day_ms); }

// Touches of the newest eighth of the time beside those of the three eighths before it, each a day of its own length.
Dates dates_of(const History& history) {
    const std::size_t rows = history.items.size();
    Dates dates{std::vector<float>(rows, candidates::unknown_days), std::vector<float>(rows, candidates::unknown_days),
                std::vector<float>(rows)};
    if (history.time.empty()) return dates;
    const auto [oldest, newest] = std::ranges::minmax(history.time);
    const TimeMs eighth = (newest - oldest) / 8;
    std::vector<TimeMs> first(rows, newest + 1), last(rows, oldest - 1);
    std::vector<std::uint32_t> fast(rows), slow(rows);
    for (std::size_t e = 0; e < history.entries(); ++e) {
        if (history.action[e] == state::Action::refund) continue;
        const std::uint32_t row = history.item[e];
        const TimeMs ago = newest - history.time[e];
        first[row] = std::min(first[row], history.time[e]);
        last[row] = std::max(last[row], history.time[e]);
        if (eighth > 0 && ago < 4 * eighth) ++(ago < eighth ? fast : slow)[row];
    }
    for (std::size_t row = 0; row < rows; ++row) {
        if (last[row] < oldest) continue;
        dates.age[row] = static_cast<float>(days(newest - first[row]));
        dates.idle[row] = static_cast<float>(days(newest - last[row]));
        dates.trend[row] = static_cast<float>(std::log((fast[row] + 1.0) / (slow[row] / 3.0 + 1.0)));
    }
    return dates;
}

// What the longest line that begins so says: of categories the deepest path.
std::string_view longest_line(std::string_view text, std::string_view begin) {
    std::string_view longest;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        if (line.starts_with(begin) && line.size() > longest.size()) longest = line;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return longest;
}

// Names as numbers in the order of their hashes.
std::vector<std::uint32_t> numbered(const std::vector<std::uint64_t>& hashes) {
    std::vector<std::uint64_t> names;
    std::ranges::copy_if(hashes, std::back_inserter(names), [](std::uint64_t hash) { return hash != 0; });
    std::ranges::sort(names);
    const auto repeats = std::ranges::unique(names);
    names.erase(repeats.begin(), repeats.end());
    std::vector<std::uint32_t> numbers(hashes.size(), candidates::no_place);
    for (std::size_t row = 0; row < hashes.size(); ++row)
        if (hashes[row] != 0)
            numbers[row] = static_cast<std::uint32_t>(std::ranges::lower_bound(names, hashes[row]) - names.begin());
    return numbers;
}

struct Places {
    std::vector<std::uint32_t> category, brand;
};

Places places_of(const Shelf& shelf) {
    const std::size_t rows = shelf.history.items.size();
    std::vector<std::uint64_t> categories(rows), brands(rows);
    for (std::uint32_t row = 0; shelf.text && row < rows; ++row) {
        const std::string text = shelf.text(row);
        const auto name = [&](std::string_view begin) {
            const std::string_view line = longest_line(text, begin);
            return line.empty() ? 0 : text_hash(line) | 1;
        };
        categories[row] = name("=category ");
        brands[row] = name("=brand ");
    }
    return {numbered(categories), numbered(brands)};
}

// Of each item the people of the most popular one of its category.
std::vector<float> people_of_categories(const Shelf& shelf, const std::vector<std::uint32_t>& category) {
    std::vector<float> most(category.size()), people(category.size());
    for (std::size_t row = 0; row < category.size(); ++row)
        if (category[row] != candidates::no_place)
            most[category[row]] = std::max(most[category[row]], shelf.people[row]);
    for (std::size_t row = 0; row < category.size(); ++row)
        if (category[row] != candidates::no_place) people[row] = most[category[row]];
    return people;
}

}  // namespace

void train_shelf_facts(const Shelf& shelf, model::ModelBuilder& builder) {
    Dates dates = dates_of(shelf.history);
    builder.add("facts.age", std::move(dates.age));
    builder.add("facts.idle", std::move(dates.idle));
    builder.add("facts.trend", std::move(dates.trend));
    const Places places = places_of(shelf);
    builder.add("facts.category_people", people_of_categories(shelf, places.category));
    builder.add("facts.category", places.category);
    builder.add("facts.brand", places.brand);
}

}  // namespace vitrina::training
