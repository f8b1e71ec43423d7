#include "cluster/pending_events.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace vitrina::cluster {

namespace {

using engine::State;
using engine::StatePointer;
using state::Verdict;

// Nothing of the event is missing in the state that it met: the feed has it, or never will.
bool is_over(Verdict verdict) { return verdict == Verdict::duplicate || verdict == Verdict::late; }

}  // namespace

Verdict PendingEvents::fold(StatePointer& state, const event::Event& event, std::vector<state::Fact>* facts) const {
    try {
        auto step = state::visitor_step(state ? *state : State{}, event, hasher_, fold_);
        if (!step) return Verdict::late;
        if (step->verdict != Verdict::duplicate) state = std::make_shared<const State>(std::move(step->state));
        if (facts != nullptr) *facts = std::move(step->facts);
        return step->verdict;
    } catch (const BrokenInvariant&) {
        return Verdict::late;  // the streams send it to the dead letters
    }
}

const StatePointer& PendingEvents::refold(Visitor& visitor, const StatePointer& fed) {
    if (visitor.fed == fed && visitor.folded != nullptr) return visitor.folded;
    visitor.fed = fed;
    visitor.folded = fed;
    const std::size_t before = visitor.events.size();
    std::erase_if(visitor.events,
                  [&](const Taken& taken) { return is_over(fold(visitor.folded, taken.event, nullptr)); });
    pending_ -= before - visitor.events.size();
    return visitor.folded;
}

Verdict PendingEvents::add(const event::Event& event, const StatePointer& fed, TimeMs now) {
    const PersonKey key = hasher_(event.visitor_id);
    const std::lock_guard lock(mutex_);
    Visitor& visitor = visitors_[key];
    refold(visitor, fed);
    std::vector<state::Fact> facts;
    const Verdict verdict = fold(visitor.folded, event, &facts);
    if (is_over(verdict)) {
        if (visitor.events.empty()) visitors_.erase(key);
        return verdict;
    }
    visitor.events.push_back({event, ++number_});
    events_in_order_.push_back({key, now, number_});
    ++pending_;
    keep_facts(facts, now);
    while (pending_ > limits_.events) dropped_ += forget_first_event();
    return verdict;
}

Verdict PendingEvents::judge(const event::Event& event, const StatePointer& fed) {
    const std::lock_guard lock(mutex_);
    const auto found = visitors_.find(hasher_(event.visitor_id));
    StatePointer known = found == visitors_.end() ? fed : refold(found->second, fed);
    return fold(known, event, nullptr);
}

void PendingEvents::keep_facts(const std::vector<state::Fact>& facts, TimeMs now) {
    for (const state::Fact& fact : facts) {
        User& user = users_[fact.user];
        user.facts.push_back(fact);
        user.folded = nullptr;
        facts_in_order_.push_back({fact.user, now, 0});
    }
}

StatePointer PendingEvents::visitor(const PersonKey& key, const StatePointer& fed) {
    const std::lock_guard lock(mutex_);
    const auto found = visitors_.find(key);
    if (found == visitors_.end()) return fed;
    StatePointer folded = refold(found->second, fed);
    if (found->second.events.empty()) visitors_.erase(found);
    return folded;
}

StatePointer PendingEvents::user(const PersonKey& key, const StatePointer& fed) {
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(key);
    if (found == users_.end()) return fed;
    User& user = found->second;
    if (user.folded != nullptr && user.fed == fed) return user.folded;
    user.fed = fed;
    user.folded = fed;
    const std::vector<state::Fact> facts(user.facts.begin(), user.facts.end());
    auto folded = state::user_step(fed ? fed->hot : std::string(), facts, fold_);
    if (folded) user.folded = std::make_shared<const State>(State{std::move(*folded), {}});
    return user.folded;
}

std::size_t PendingEvents::forget_first_event() {
    const Turn first = events_in_order_.front();
    events_in_order_.pop_front();
    const auto found = visitors_.find(first.person);
    if (found == visitors_.end()) return 0;
    Visitor& visitor = found->second;
    const std::size_t gone =
        std::erase_if(visitor.events, [&](const Taken& taken) { return taken.number == first.number; });
    pending_ -= gone;
    if (gone > 0) visitor.folded = nullptr;
    if (visitor.events.empty()) visitors_.erase(found);
    return gone;
}

void PendingEvents::forget_old(TimeMs now) {
    const std::lock_guard lock(mutex_);
    while (!events_in_order_.empty() && events_in_order_.front().at + limits_.keep_ms <= now)
        static_cast<void>(forget_first_event());
    const auto over = [&] {
        return !facts_in_order_.empty() &&
               (facts_in_order_.front().at + limits_.keep_ms <= now || facts_in_order_.size() > 4 * limits_.events);
    };
    while (over()) {
        const auto found = users_.find(facts_in_order_.front().person);
        facts_in_order_.pop_front();
        found->second.facts.pop_front();
        found->second.folded = nullptr;
        if (found->second.facts.empty()) users_.erase(found);
    }
}

std::size_t PendingEvents::size() const {
    const std::lock_guard lock(mutex_);
    return pending_;
}

std::uint64_t PendingEvents::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

// Those that came back are passed over for good.
TimeMs PendingEvents::oldest(TimeMs now) {
    const std::lock_guard lock(mutex_);
    for (; !events_in_order_.empty(); events_in_order_.pop_front()) {
        const Turn& turn = events_in_order_.front();
        const auto found = visitors_.find(turn.person);
        if (found != visitors_.end() &&
            std::ranges::any_of(found->second.events, [&](const Taken& taken) { return taken.number == turn.number; }))
            return turn.at;
    }
    return now;
}

}  // namespace vitrina::cluster
