#include "candidates/taste.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace vitrina::candidates {
namespace {

double weight_of(const features::Seen& seen, const TasteWeights& weights) {
    const double age_days = static_cast<double>(std::max<TimeMs>(seen.age_ms, 0)) / static_cast<double>(day_ms);
    const double decay = weights.half_life_days > 0 ? std::exp2(-age_days / weights.half_life_days) : 1.0;
    switch (seen.action) {
        case state::Action::view: return weights.view * decay;
        case state::Action::wish: return weights.wish * decay;
        case state::Action::cart: return weights.cart * decay;
        case state::Action::buy: return weights.buy * decay;
        case state::Action::refund: return 0;
    }
    return 0;
}

}  // namespace

TasteWeights TasteWeights::from(std::span<const double> section) {
    ensure(section.size() == 5, "a section of query weights must hold five numbers");
    return {section[0], section[1], section[2], section[3], section[4]};
}

std::vector<Scored> taste_of(std::span<const features::Seen> history, const TasteWeights& weights, std::size_t rows) {
    struct Action {
        std::uint32_t row;
        std::uint32_t order;
        float weight;
    };
    std::vector<Action> actions;
    actions.reserve(history.size());
    for (std::uint32_t a = 0; a < history.size(); ++a) {
        const auto weight = static_cast<float>(weight_of(history[a], weights));
        if (weight > 0 && history[a].row < rows) actions.push_back({history[a].row, a, weight});
    }
    std::ranges::sort(
        actions, [](const Action& a, const Action& b) { return a.row != b.row ? a.row < b.row : a.order < b.order; });
    std::size_t distinct = 0;
    for (const Action& action : actions) {
        if (distinct > 0 && actions[distinct - 1].row == action.row)
            actions[distinct - 1].weight = std::max(actions[distinct - 1].weight, action.weight);
        else
            actions[distinct++] = action;
    }
    actions.resize(distinct);
    std::ranges::sort(actions, {}, &Action::order);
    actions.resize(std::min(distinct, weights.items));
    std::vector<Scored> taste;
    taste.reserve(actions.size());
    for (const Action& action : actions) taste.push_back({action.row, action.weight});
    return taste;
}

std::vector<Scored> asked_about(const features::Query& query, const TasteWeights& weights, std::size_t rows) {
    std::vector<Scored> asked;
    for (const std::uint32_t row : query.context)
        if (row < rows && std::ranges::find(asked, row, &Scored::row) == asked.end()) asked.push_back({row, 1.0f});
    return asked.empty() ? taste_of(query.history, weights, rows) : asked;
}

}  // namespace vitrina::candidates
