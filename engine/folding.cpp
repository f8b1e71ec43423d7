#include "engine/folding.hpp"

#include <fmt/core.h>

#include <span>
#include <utility>

#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

void append_text(std::string& out, std::string_view text) {
    append_big_endian(out, text.size());
    out.append(text);
}

PersonKey cache_key(ItemKey item) { return {0, static_cast<std::uint64_t>(item)}; }

}  // namespace

void warm(const StateCaches& caches, const PersonHasher& hasher, const event::Event& event) {
    static_cast<void>(caches.visitors.find(hasher(event.visitor_id)));
    if (!event.user_id.empty()) static_cast<void>(caches.users.find(hasher(event.user_id)));
    for (const event::EventItem& line : event.items)
        static_cast<void>(caches.items.find(cache_key(item_key(line.item_id))));
}

std::string encode(const DeadLetter& letter) {
    std::string bytes;
    for (const std::string& text : {letter.store, letter.reason, letter.record, letter.state}) append_text(bytes, text);
    return bytes;
}

std::string key_of(const DeadLetter& letter) {
    std::string key = disk_key(letter.position);
    append_big_endian(key, letter.number);
    return key;
}

Folding::Folding(StateCaches& caches, const PersonHasher& hasher, const state::FoldLimits& limits)
    : caches_(caches), hasher_(hasher), limits_(limits) {}

Result<state::Verdict> Folding::fold(const event::Event& event, Position position) {
    const auto step = visitor_step(event, position);
    if (!step) return std::unexpected(step.error());
    const Target users{caches_.users, "users", Figure::users};
    // The facts of one user are folded together: his state is read and written once an event.
    const std::span<const state::Fact> facts = step->facts;
    for (std::size_t first = 0, next = 0; first < facts.size(); first = next) {
        while (next < facts.size() && facts[next].user == facts[first].user) ++next;
        const auto add = [&](std::string state) {
            return state::user_step(std::move(state), facts.subspan(first, next - first), limits_);
        };
        if (auto folded = fold_into(users, facts[first].user, event, position, add); !folded)
            return std::unexpected(folded.error());
    }
    const Target items{caches_.items, "items", Figure::items};
    for (const state::ItemDelta& delta : step->deltas) {
        const auto add = [&](std::string state) { return state::item_step(std::move(state), delta, limits_); };
        if (auto folded = fold_into(items, cache_key(delta.item), event, position, add); !folded)
            return std::unexpected(folded.error());
    }
    count(Figure::unmatched_refunds, step->unmatched_refunds);
    count_verdict(event, position, step->verdict);
    return step->verdict;
}

// A step without state, facts and deltas where the event went to the dead letters.
Result<state::VisitorStep> Folding::visitor_step(const event::Event& event, Position position) {
    const PersonKey visitor = hasher_(event.visitor_id);
    const auto known = caches_.visitors.find(visitor);
    if (!known && known.error().code == ErrorCode::io) return std::unexpected(known.error());
    const StatePointer before = known ? *known : nullptr;
    const State state = before ? *before : State{};
    std::string reason = known ? "" : known.error().message;
    if (reason.empty()) {
        try {
            auto step = state::visitor_step(state, event, hasher_, limits_);
            if (step) {
                if (before == nullptr) count(Figure::visitors);
                if (before == nullptr || step->state != state)
                    caches_.visitors.store(visitor, std::make_shared<const State>(std::move(step->state)), position,
                                           step->cold_changed);
                return step;
            }
            reason = step.error().message;
        } catch (const BrokenInvariant& broken) {
            reason = broken.what();
        }
    }
    bury("visitors", event, position, std::move(reason), state.hot + state.cold);
    return state::VisitorStep{};
}

template <class Step>
Result<void> Folding::fold_into(const Target& target, const PersonKey& key, const event::Event& event,
                                Position position, const Step& step) {
    const auto known = target.cache.find(key);
    if (!known && known.error().code == ErrorCode::io) return std::unexpected(known.error());
    const StatePointer before = known ? *known : nullptr;
    std::string reason = known ? "" : known.error().message;
    if (reason.empty()) {
        try {
            auto after = step(before ? before->hot : std::string());
            if (after) {
                if (before == nullptr) count(target.count);
                target.cache.store(key, std::make_shared<const State>(State{std::move(*after), {}}), position, false);
                return {};
            }
            reason = after.error().message;
        } catch (const BrokenInvariant& broken) {
            reason = broken.what();
        }
    }
    bury(target.name, event, position, std::move(reason), before ? before->hot : std::string());
    return {};
}

void Folding::bury(const char* store, const event::Event& event, Position position, std::string reason,
                   std::string state) {
    std::uint32_t number = 0;
    if (!dead_.empty() && dead_.back().position == position) number = dead_.back().number + 1;
    dead_.push_back({position, number, store, std::move(reason), event::encode(event), std::move(state)});
    count(Figure::dead_letters);
}

void Folding::count_verdict(const event::Event& event, Position position, state::Verdict verdict) {
    if (verdict == state::Verdict::duplicate) return count(Figure::duplicates);
    count(Figure::events);
    if (verdict == state::Verdict::silent && !event.bot) count(Figure::suspects);
    if (verdict != state::Verdict::late) return;
    count(Figure::late);
    late_.push_back(position);
}

std::vector<Position> Folding::take_late() { return std::exchange(late_, {}); }

std::vector<DeadLetter> Folding::take_dead_letters() { return std::exchange(dead_, {}); }

std::string Folding::figures_as_bytes() const {
    std::string bytes;
    for (const auto& figure : figures_) append_big_endian(bytes, figure);
    return bytes;
}

Result<void> Folding::restore_figures(std::string_view bytes) {
    if (bytes.size() != figure_count * 8)
        return fail(ErrorCode::corrupt_data, fmt::format("a checkpoint holds {} bytes of figures", bytes.size()));
    for (std::size_t i = 0; i < figure_count; ++i) figures_[i] = big_endian_at(bytes, 8 * i);
    return {};
}

}  // namespace vitrina::engine
