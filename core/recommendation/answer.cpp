#include "recommendation/answer.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "recommendation/explored_slots.hpp"
#include "recommendation/inquiry.hpp"
#include "recommendation/pool.hpp"
#include "recommendation/reasons.hpp"
#include "recommendation/rules.hpp"
#include "recommendation/selection.hpp"
#include "recommendation/shown_features.hpp"

namespace vitrina::recommendation {

namespace {

using catalog::Slot;

// How many items a walk checks between two looks at the clock.
constexpr std::size_t checks_a_look = 512;

// Remembers that time is up, so that the host is asked no more.
class Deadline {
public:
    explicit Deadline(const std::function<bool()>& passed) : passed_(passed) {}
    bool operator()() {
        if (!up_ && passed_) up_ = passed_();
        return up_;
    }

private:
    const std::function<bool()>& passed_;
    bool up_ = false;
};

float popularity(Slot slot, const Snapshot& snapshot) {
    const bool known = snapshot.trends != nullptr && slot < snapshot.trends->popularity.size();
    return known ? snapshot.trends->popularity[slot] : 0.0f;
}

// What is offered when the sources gave too little: the listing that the placement names, best first, then everything.
class Fallback {
public:
    Fallback(const Inquiry& inquiry, const TimeIsUp& time_is_up, Selection& selection)
        : inquiry_(inquiry), time_is_up_(time_is_up), selection_(selection) {}

    // Offers until the answer is full or enough was looked at; goes on as long as the answer is empty. False when time was up.
    bool offer_all() {
        if (!inquiry_.request.candidates.empty()) return offer_candidates();
        if (const std::vector<Slot>* listing = named_listing())
            for (const Slot slot : *listing)
                if (!offer(slot)) return !late_;
        for (Slot slot = 0; slot < inquiry_.situation.catalog.slots(); ++slot)
            if (!offer(slot)) return !late_;
        return true;
    }

private:
    const std::vector<Slot>* named_listing() const {
        const features::Trends* trends = inquiry_.situation.snapshot.trends.get();
        if (trends == nullptr) return nullptr;
        if (inquiry_.settings.fallback == "trending") return &trends->trending;
        return inquiry_.settings.fallback == "new" ? &trends->newest : &trends->bestsellers;
    }

    bool offer_candidates() {
        std::vector<Slot> slots;
        for (const std::string& item_id : inquiry_.request.candidates)
            if (const auto slot = inquiry_.situation.catalog.find(item_id)) slots.push_back(*slot);
        const Snapshot& snapshot = inquiry_.situation.snapshot;
        if (!inquiry_.request.listing)
            std::stable_sort(slots.begin(), slots.end(),
                             [&](Slot a, Slot b) { return popularity(a, snapshot) > popularity(b, snapshot); });
        for (const Slot slot : slots)
            if (!offer(slot)) return !late_;
        return true;
    }

    bool offer(Slot slot) {
        const catalog::Catalog& catalog = inquiry_.situation.catalog;
        if (slot >= catalog.slots() || !catalog.present(slot)) return true;
        const bool listed = inquiry_.request.listing;
        selection_.offer({.key = catalog.learning_key(slot),
                          .score = listed ? 0 : popularity(slot, inquiry_.situation.snapshot),
                          .source = from_fallback});
        ++checks_;
        const bool something = !selection_.empty() || selection_.holds_something();
        if (selection_.full() || (checks_ >= fallback_checks && something)) return false;
        late_ = checks_ % checks_a_look == 0 && time_is_up_();
        return !late_;
    }

    const Inquiry& inquiry_;
    const TimeIsUp& time_is_up_;
    Selection& selection_;
    std::size_t checks_ = 0;
    bool late_ = false;
};

// Steps 1 to 3: what the sources gave, then with rules relaxed.
void select_from(const Pool& pool, const Inquiry& inquiry, Selection& selection) {
    for (const ranking::Blended& blended : pool.blended) {
        if (selection.full()) return;
        selection.offer({.key = candidate_key(blended.row, inquiry.situation),
                         .score = score_of(blended, pool),
                         .number = blended.row,
                         .source = blended.strongest});
    }
    if (inquiry.request.strict) return;
    selection.relax(diversity, "diversity");
    if (selection.empty()) selection.relax(diversity | recently_bought, "recently_bought");
}

// Step 4: beyond the placement's context. True when the deadline cut it short.
bool fall_back(const Inquiry& inquiry, Selection& selection, const TimeIsUp& time_is_up) {
    const bool allowed = inquiry.request.listing || (!inquiry.request.strict && !inquiry.settings.fallback.empty());
    const bool fills = inquiry.request.listing || selection.empty() || inquiry.settings.fill;
    if (!allowed || selection.full() || !fills) return false;
    selection.leave_own_past();
    const bool whole = Fallback(inquiry, time_is_up, selection).offer_all();
    selection.relax(diversity, "diversity");
    if (selection.empty()) selection.relax(diversity | recently_bought, "recently_bought");
    if (selection.empty()) selection.relax(diversity | recently_bought | category, "category");
    return !whole;
}

std::string empty_reason(const Inquiry& inquiry, bool late) {
    if (late) return "late";
    if (inquiry.situation.catalog.size() == 0) return "no_items";
    return inquiry.request.strict || inquiry.settings.fallback.empty() ? "nothing_known" : "nothing_passes";
}

std::vector<SourceScore> explained(const Pick& pick, const Inquiry& inquiry, const Pool& pool) {
    std::vector<SourceScore> scores;
    if (pick.source == from_fallback) return scores;
    for (const Contribution& contribution : pool.contributions)
        for (const Scored& scored : contribution.candidates)
            if (scored.row == pick.number) scores.push_back({contribution.source, scored.score, contribution.weight});
    for (const Scored& scored : pool.ranked)
        if (scored.row == pick.number) scores.push_back({"ranker", scored.score, 1});
    if (inquiry.settings.success > 0 && inquiry.situation.snapshot.success != nullptr)
        scores.push_back({"success", success_of(pick.number, inquiry), static_cast<float>(inquiry.settings.success)});
    if (const Worth* worth = find_worth(pool.worths, pick.number)) {
        scores.push_back({"taken", worth->taken, 1});
        if (pays(inquiry.settings.objective)) scores.push_back({"money", worth->money, 1});
    }
    if (const Worth* worth = find_worth(pool.shown, pick.number)) {
        scores.push_back({"shown", worth->taken, 1});
        if (pays(inquiry.settings.objective)) scores.push_back({"money", worth->money, 1});
    }
    return scores;
}

std::string source_of(const Pick& pick, const Inquiry& inquiry, const Pool& pool) {
    if (pick.source == from_cold) return "cold";
    if (pick.source != from_fallback) return pool.contributions[pick.source].source;
    return inquiry.request.listing ? "listed" : inquiry.settings.fallback;
}

void explain_chances(const std::vector<ExploredSlot>& explored, std::vector<AnsweredItem>& items) {
    for (const ExploredSlot& slot : explored) {
        const auto chance = static_cast<float>(slot.eligible[slot.drawn].chance) / whole_chance;
        items[slot.slot].explained.push_back({"explore", chance, 1});
    }
}

AnsweredItem answered(const Pick& pick, Reason reason, const Inquiry& inquiry, const Pool& pool) {
    AnsweredItem item;
    item.item_id = inquiry.situation.catalog.item(pick.slot).item_id;
    item.score = pick.source == from_fallback ? 0.0f : pick.score;
    item.source = source_of(pick, inquiry, pool);
    item.reason = std::move(reason);
    if (inquiry.request.explain) item.explained = explained(pick, inquiry, pool);
    return item;
}

}  // namespace

Result<Recommendation> answer(const Request& request, const Situation& situation, candidates::Scratch& scratch) {
    const auto inquiry = inquire(request, situation);
    if (!inquiry) return std::unexpected(inquiry.error());
    Deadline deadline(situation.deadline_passed);
    const TimeIsUp time_is_up = [&deadline] { return deadline(); };

    const Rules rules(*inquiry);
    const Pool pool = gather(*inquiry, rules, scratch, time_is_up);
    Selection selection(*inquiry, rules);
    select_from(pool, *inquiry, selection);
    const bool cut = fall_back(*inquiry, selection, time_is_up);
    auto explored = pool.late || cut ? std::vector<ExploredSlot>() : explore_slots(*inquiry, pool, selection);
    auto reasons = reasons_of(*inquiry, pool, selection.picks());

    Recommendation recommendation;
    recommendation.placement = request.placement;
    recommendation.model_version = situation.snapshot.model_version;
    recommendation.late = pool.late || cut;
    for (std::size_t index = 0; index < reasons.size(); ++index)
        recommendation.items.push_back(answered(selection.picks()[index], std::move(reasons[index]), *inquiry, pool));
    if (request.explain) explain_chances(explored, recommendation.items);
    recommendation.explored = std::move(explored);
    if (recommendation.items.empty()) recommendation.empty_reason = empty_reason(*inquiry, recommendation.late);
    recommendation.trace = selection.take_trace();
    if (request.log_features && !recommendation.late)
        add_features({*inquiry, rules, pool, selection.picks()}, scratch, recommendation);
    return recommendation;
}

}  // namespace vitrina::recommendation
