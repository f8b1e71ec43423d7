#include "recommendation/explored_slots.hpp"

#include <algorithm>

namespace vitrina::recommendation {

namespace {

bool may_explore(const Inquiry& inquiry) {
    const Request& request = inquiry.request;
    const bool chosen_by_caller = request.listing || request.strict || !request.candidates.empty();
    return inquiry.situation.exploring && inquiry.settings.explore.on() && !chosen_by_caller;
}

const ranking::Worths* worths_of(const Inquiry& inquiry) {
    const auto& success = inquiry.situation.snapshot.success;
    if (success == nullptr) return nullptr;
    const auto found = success->worths.find(inquiry.request.placement);
    return found != success->worths.end() ? &found->second : nullptr;
}

// Numbers of the pool. More than are wanted, because rules forbid some.
std::vector<std::uint32_t> cold_numbers(const Inquiry& inquiry) {
    const Situation& situation = inquiry.situation;
    const Snapshot& snapshot = situation.snapshot;
    std::vector<std::uint32_t> numbers;
    if (snapshot.cold_items != nullptr)
        for (const Scored& scored : snapshot.cold_items->candidates(inquiry.query, eligible_most))
            numbers.push_back(scored.row);
    if (!numbers.empty() || snapshot.trends == nullptr) return numbers;
    for (const catalog::Slot slot : snapshot.trends->newest) {
        if (numbers.size() == eligible_most) break;
        if (slot < situation.catalog.slots() && situation.catalog.present(slot))
            numbers.push_back(pool_number(slot, situation.catalog, snapshot.model.get()));
    }
    return numbers;
}

std::vector<Pick> cold_picks(const Inquiry& inquiry) {
    std::vector<Pick> picks;
    if (inquiry.settings.explore.cold == 0) return picks;
    for (const std::uint32_t number : cold_numbers(inquiry))
        picks.push_back({.key = candidate_key(number, inquiry.situation), .number = number, .source = from_cold});
    return picks;
}

class Slots {
public:
    Slots(const Inquiry& inquiry, const Pool& pool, Selection& selection)
        : inquiry_(inquiry),
          pool_(pool),
          selection_(selection),
          worths_(worths_of(inquiry)),
          cold_(cold_picks(inquiry)) {}

    void explore(std::size_t place) {
        const std::vector<Pick> eligible = eligible_for(place);
        if (eligible.size() < 2) return;
        const Chance chance{*inquiry_.situation.exploring, static_cast<std::uint32_t>(place)};
        const auto chances = chances_of(worths(eligible), inquiry_.settings.explore.epsilon, chance);
        const std::size_t drawn = draw(chances, chance);
        selection_.replace(place, eligible[drawn]);
        ExploredSlot& slot = explored_.emplace_back();
        slot = {chance.slot,
                static_cast<std::uint32_t>(drawn),
                chance.counter,
                worths_ != nullptr ? worths_->version : 0,
                {}};
        for (std::size_t i = 0; i < eligible.size(); ++i)
            slot.eligible.push_back({inquiry_.situation.catalog.item(eligible[i].slot).item_id, chances[i]});
    }

    std::vector<ExploredSlot> take() { return std::move(explored_); }

private:
    std::vector<Pick> eligible_for(std::size_t place) const {
        std::vector<Pick> eligible = {selection_.picks()[place]};
        const std::vector<Pick> cold = cold_for(place);
        add_relevant(place, eligible_most - cold.size(), eligible);
        for (const Pick& pick : cold)
            if (eligible.size() < eligible_most && !holds(eligible, pick)) eligible.push_back(pick);
        return eligible;
    }

    void add_relevant(std::size_t place, std::size_t most, std::vector<Pick>& eligible) const {
        const Pick& standing = eligible.front();
        if (standing.source == from_fallback || standing.source == from_cold) return;  // its score is of another kind
        const float least = static_cast<float>(inquiry_.settings.explore.relevance) * std::max(0.0f, standing.score);
        for (const ranking::Blended& blended : pool_.blended) {
            if (eligible.size() >= most) return;
            const float score = score_of(blended, pool_);
            if (score < least) continue;
            const auto pick = selection_.instead(place, {.key = candidate_key(blended.row, inquiry_.situation),
                                                         .score = score,
                                                         .number = blended.row,
                                                         .source = blended.strongest});
            if (pick && !holds(eligible, *pick)) eligible.push_back(*pick);
        }
    }

    std::vector<Pick> cold_for(std::size_t place) const {
        std::vector<Pick> able;
        for (const Pick& pick : cold_) {
            if (able.size() == inquiry_.settings.explore.cold) break;
            if (const auto could = selection_.instead(place, pick)) able.push_back(*could);
        }
        return able;
    }

    static bool holds(const std::vector<Pick>& picks, const Pick& pick) {
        return std::ranges::find(picks, pick.key, &Pick::key) != picks.end();
    }

    std::vector<ranking::Worth> worths(const std::vector<Pick>& eligible) const {
        std::vector<ranking::Worth> worths;
        for (const Pick& pick : eligible) {
            const auto& slots = inquiry_.situation.catalog.slots_of(pick.key);
            worths.push_back(worths_ != nullptr ? worths_->of(slots.front()) : ranking::Worth{});
        }
        return worths;
    }

    const Inquiry& inquiry_;
    const Pool& pool_;
    Selection& selection_;
    const ranking::Worths* worths_;
    std::vector<Pick> cold_;
    std::vector<ExploredSlot> explored_;
};

}  // namespace

std::vector<ExploredSlot> explore_slots(const Inquiry& inquiry, const Pool& pool, Selection& selection) {
    if (!may_explore(inquiry)) return {};
    Slots slots(inquiry, pool, selection);
    for (const std::size_t place : inquiry.settings.explore.slots)
        if (place < selection.picks().size()) slots.explore(place);
    return slots.take();
}

}  // namespace vitrina::recommendation
