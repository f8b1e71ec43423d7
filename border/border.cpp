#include "border/border.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "border/packing.hpp"
#include "border/records.hpp"
#include "catalog/change.hpp"
#include "event/codec.hpp"
#include "event/validation.hpp"
#include "state/folds.hpp"

namespace vitrina::border {
namespace {

std::unexpected<Error> misfit(const char* what) {
    return fail(ErrorCode::invalid_input, fmt::format("the key of {} is not the one that its content asks for", what));
}

std::vector<Keyed> facts_by_user(std::string_view shop, std::span<const state::Fact> facts) {
    std::vector<Keyed> records;
    for (std::size_t first = 0, next = 0; first < facts.size(); first = next) {
        while (next < facts.size() && facts[next].user == facts[first].user) ++next;
        records.push_back({person_key(shop, facts[first].user), encode_facts(facts.subspan(first, next - first))});
    }
    return records;
}

EventFold outcome(std::string_view shop, state::VisitorStep step, std::string_view hot, std::string_view cold) {
    EventFold fold;
    fold.verdict = step.verdict;
    fold.hot_changed = step.state.hot != hot;
    fold.cold_changed = step.state.cold != cold;
    if (fold.hot_changed) fold.hot = std::move(step.state.hot);
    if (fold.cold_changed) fold.cold = std::move(step.state.cold);
    fold.facts = facts_by_user(shop, step.facts);
    for (const state::ItemDelta& delta : step.deltas)
        fold.deltas.push_back({item_key(shop, delta.item), encode_delta(delta)});
    return fold;
}

}  // namespace

Border::Border(Configuration configuration) : configuration_(std::move(configuration)) {
    for (const auto& [shop, key] : configuration_.shops) {
        hashers_.emplace(shop, PersonHasher(key));
        attributions_.emplace(shop, feedback::Attribution(configuration_.feedback, feedback::TokenSigner(key)));
    }
}

Result<Border> Border::open(std::string_view configuration) {
    auto read = read_configuration(configuration);
    if (!read) return std::unexpected(std::move(read.error()));
    return Border(std::move(*read));
}

Result<Key> Border::key_of_shop(std::string_view key) const {
    const auto read = read_key(key);
    if (read && !hashers_.contains(read->shop))
        return fail(ErrorCode::invalid_input,
                    fmt::format("a key names the shop \"{}\", which is not configured", read->shop));
    return read;
}

Result<std::string> Border::event_store_key(std::string_view key) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    return person_key(read->shop, hashers_.find(read->shop)->second(read->rest));
}

Result<event::Event> Border::settled_event(const Key& key, std::string_view bytes, TimeMs appended_at) {
    if (bytes.size() > event_bytes_max)
        return fail(ErrorCode::exhausted,
                    fmt::format("an event takes {} bytes; at most {} are taken", bytes.size(), event_bytes_max));
    auto event = event::decode(bytes);
    if (!event) return event;
    if (event->visitor_id != key.rest) return misfit("an event");
    if (appended_at <= 0 || appended_at > times_max)
        return fail(ErrorCode::invalid_input, "an event's record has no time; set LogAppendTime");
    if (event->received_at <= 0) event->received_at = appended_at;
    event->received_at = std::min(event->received_at, appended_at + ahead_ms_max);
    auto valid = event::validated(std::move(*event));
    if (!valid) return fail(ErrorCode::invalid_input, fmt::format("{}: {}", valid.error().code, valid.error().message));
    valid->time = std::min(valid->time, appended_at + ahead_ms_max);
    return std::move(*valid);
}

Result<EventFold> Border::fold_event(std::string_view key, std::string_view hot, std::string_view cold,
                                     std::string_view event, TimeMs appended_at) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto settled = settled_event(*read, event, appended_at);
    if (!settled) return std::unexpected(settled.error());
    ensure(configuration_.broken_event.empty() || settled->event_id != configuration_.broken_event,
           "an invariant broken on purpose, as the configuration asks");
    auto step = state::visitor_step({std::string(hot), std::string(cold)}, *settled, hashers_.find(read->shop)->second,
                                    configuration_.fold);
    if (!step) return std::unexpected(std::move(step.error()));
    const bool says = step->verdict != state::Verdict::duplicate && step->verdict != state::Verdict::silent;
    EventFold fold = outcome(read->shop, std::move(*step), hot, cold);
    fold.concerns_success = says && attributions_.find(read->shop)->second.concerns(*settled);
    return fold;
}

Result<std::string> Border::fold_facts(std::string_view key, std::string_view state, std::string_view facts) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto user = person_of(*read);
    if (!user) return std::unexpected(user.error());
    const auto decoded = decode_facts(facts, *user);
    if (!decoded) return std::unexpected(decoded.error());
    return state::user_step(state, *decoded, configuration_.fold);
}

Result<std::string> Border::fold_delta(std::string_view key, std::string_view state, std::string_view delta) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto item = item_of(*read);
    if (!item) return std::unexpected(item.error());
    const auto decoded = decode_delta(delta);
    if (!decoded) return std::unexpected(decoded.error());
    if (decoded->item != *item) return misfit("an item delta");
    return state::item_step(state, *decoded, configuration_.fold);
}

Result<std::string> Border::fold_item_change(std::string_view key, std::string_view entry, std::string_view change,
                                             TimeMs appended_at) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    auto decoded = catalog::decode_change(change);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    if (decoded->item_id != read->rest) return misfit("a change of an item");
    auto valid = catalog::validated(std::move(*decoded));
    if (!valid) return std::unexpected(std::move(valid.error()));
    // A clock that runs ahead must not make an item unchangeable until the others catch up.
    if (appended_at > 0 && appended_at <= times_max)
        valid->changed_at = std::min(valid->changed_at, appended_at + ahead_ms_max);
    auto before = catalog::decode_entry(entry);
    if (!before) return std::unexpected(std::move(before.error()));
    std::string after = catalog::encode(catalog::folded(std::move(*before), *valid));
    if (after.size() > catalog_entry_bytes_max)
        return fail(ErrorCode::exhausted,
                    fmt::format("an item would take {} bytes in the catalogue; at most {} are kept", after.size(),
                                catalog_entry_bytes_max));
    return after;
}

std::string pack(const EventFold& fold) {
    Packing packing;
    packing.add_number(static_cast<std::uint32_t>(fold.verdict));
    packing.add_number(fold.concerns_success ? 1 : 0);
    for (const auto& [changed, bytes] : {std::pair{fold.hot_changed, &fold.hot}, {fold.cold_changed, &fold.cold}})
        changed ? packing.add(*bytes) : packing.add_nothing();
    packing.add_number(static_cast<std::uint32_t>(fold.facts.size()));
    for (const auto* records : {&fold.facts, &fold.deltas}) {
        for (const Keyed& record : *records) {
            packing.add(record.key);
            packing.add(record.value);
        }
    }
    return packing.finish();
}

}  // namespace vitrina::border
