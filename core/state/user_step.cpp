#include <algorithm>
#include <optional>

#include "state/folds.hpp"
#include "state/user_layout.hpp"

namespace vitrina::state {

namespace {

UserFact row_of(const Fact& fact) {
    UserFact row;
    row.time = fact.time;
    row.event_hash = fact.event_hash;
    row.line = fact.line;
    if (fact.withdrawn) return row;
    row.transaction = fact.transaction_hash;
    row.item = fact.item;
    row.price = fact.price;
    row.quantity = fact.quantity;
    row.action = static_cast<std::uint8_t>(fact.action);
    return row;
}

// A withdrawal beats every fact; of two different facts under one key the larger stays, whichever came first.
UserFact merged(const UserFact& a, const UserFact& b) {
    if (a.action == 0 || b.action == 0) return a.action == 0 ? a : b;
    return std::max(a, b);
}

void add(std::vector<UserFact>& facts, const UserFact& fact, std::size_t most) {
    const auto newer = [](const UserFact& a, const UserFact& b) { return a.key() > b.key(); };
    const auto at = std::lower_bound(facts.begin(), facts.end(), fact, newer);
    if (at != facts.end() && at->key() == fact.key())
        *at = merged(*at, fact);
    else if (static_cast<std::size_t>(at - facts.begin()) < most)
        facts.insert(at, fact);
    if (facts.size() > most) facts.resize(most);
}

// The usual case, without taking the state apart: one fact that nobody told before, and room for it.
std::optional<std::string> with_new_fact(const Rows<FactColumns>& facts, const UserFact& fact, std::size_t most) {
    if (facts.size() >= most) return std::nullopt;
    std::size_t index = 0;  // what comes is new more often than not
    while (index < facts.size() && facts[index].key() > fact.key()) ++index;
    if (index < facts.size() && facts[index].key() == fact.key()) return std::nullopt;
    return encode_user_with(facts, index, fact);
}

}  // namespace

Result<std::string> user_step(std::string_view state, std::span<const Fact> facts, const FoldLimits& limits) {
    const auto rows = open_user(state);
    if (!rows) return std::unexpected(rows.error());
    if (facts.size() == 1)
        if (auto after = with_new_fact(*rows, row_of(facts.front()), limits.facts)) return std::move(*after);
    std::vector<UserFact> known = rows->all();
    for (const Fact& fact : facts) add(known, row_of(fact), limits.facts);
    return encode_user(known);
}

Result<std::string> user_step(std::string_view state, const Fact& fact, const FoldLimits& limits) {
    return user_step(state, std::span(&fact, 1), limits);
}

}  // namespace vitrina::state
