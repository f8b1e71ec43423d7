#include "training/item_facts.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "model/sparse_table.hpp"
#include "training/covisit.hpp"

namespace vitrina::training {
namespace {

constexpr double shrink_people = 5;
constexpr CovisitRecipe next_recipe{.neighbours = 100,
                                    .window = 200,
                                    .distance = 3,
                                    .distance_decay = 0.5,
                                    .length_power = 0,
                                    .item_power = 0,
                                    .backward = 0};

struct Counts {
    std::vector<float> people, count, lately, repeaters;
};

// The moment after which the newest eighth of the history's time lies; nothing is lately where there are no times.
TimeMs lately_since(const History& history) {
    if (history.time.empty()) return 0;
    const auto [oldest, newest] = std::ranges::minmax(history.time);
    return newest == oldest ? newest : newest - (newest - oldest) / 8;
}

struct Touch {
    std::uint32_t row, basket;
    TimeMs time;
    auto operator<=>(const Touch&) const = default;
};

void count_person(const History& history, std::size_t person, TimeMs since, Counts& counts) {
    std::vector<Touch> touches;
    for (std::uint64_t e = history.offsets[person]; e < history.offsets[person + 1]; ++e)
        if (history.action[e] != state::Action::refund)
            touches.push_back({history.item[e], history.basket[e], history.time[e]});
    std::ranges::sort(touches);
    for (std::size_t t = 0; t < touches.size(); ++t) {
        const std::uint32_t row = touches[t].row;
        const bool first = t == 0 || touches[t - 1].row != row;
        const bool first_of_basket = first || touches[t - 1].basket != touches[t].basket;
        counts.people[row] += first ? 1.0f : 0.0f;
        if (!first_of_basket) continue;
        counts.count[row] += 1;
        counts.lately[row] += touches[t].time > since ? 1.0f : 0.0f;
    }
    for (std::size_t begin = 0, end = 0; begin < touches.size(); begin = end) {
        while (end < touches.size() && touches[end].row == touches[begin].row) ++end;
        counts.repeaters[touches[begin].row] += touches[begin].basket != touches[end - 1].basket ? 1.0f : 0.0f;
    }
}

// One action for all, so that one relation holds them: a purchase where there are any, because the lines of an order must stay
// one step; else a view.
History as_one_action(const History& history) {
    History one = history;
    const bool orders = std::ranges::find(history.action, state::Action::buy) != history.action.end();
    one.action.assign(history.entries(), orders ? state::Action::buy : state::Action::view);
    return one;
}

void train_next(const History& history, model::ModelBuilder& builder, Executor& executor) {
    const History one = as_one_action(history);
    const state::Action action = one.action.empty() ? state::Action::view : one.action.front();
    const CovisitRows rows(one, next_recipe, {"facts.next", action, action});
    std::vector<model::SparseBlock> blocks(CovisitRows::blocks(one));
    executor.for_each_block(blocks.size(), [&](std::size_t block) { blocks[block] = rows.block(block); });
    model::add_table(builder, "facts.next", std::move(blocks));
}

}  // namespace

void train_item_facts(const History& history, model::ModelBuilder& builder, Executor& executor) {
    const std::size_t rows = history.items.size();
    Counts counts{std::vector<float>(rows), std::vector<float>(rows), std::vector<float>(rows),
                  std::vector<float>(rows)};
    const TimeMs since = lately_since(history);
    for (std::size_t person = 0; person < history.people(); ++person) count_person(history, person, since, counts);
    const double people = std::accumulate(counts.people.begin(), counts.people.end(), 0.0);
    const double repeaters = std::accumulate(counts.repeaters.begin(), counts.repeaters.end(), 0.0);
    const double of_all = people > 0 ? repeaters / people : 0;
    std::vector<float> repeat(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (counts.count[row] > 0) counts.lately[row] /= counts.count[row];
        repeat[row] =
            static_cast<float>((counts.repeaters[row] + shrink_people * of_all) / (counts.people[row] + shrink_people));
    }
    builder.add("facts.people", counts.people);
    builder.add("facts.count", counts.count);
    builder.add("facts.lately", counts.lately);
    builder.add("facts.repeat", repeat);
    train_next(history, builder, executor);
}

}  // namespace vitrina::training
