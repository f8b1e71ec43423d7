#pragma once
// A user as a value: the set of his newest facts (docs/state-layouts.md).
//
// A fact is known by (time, event, line). A withdrawal is a member of the set as well, of the same key and with everything else
// zero; it beats the fact whichever of the two came first.
// Lifetime: `Rows` borrow the bytes. Threads: values.
// Errors: `open_user` answers corrupt_data; empty bytes are somebody new.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.hpp"
#include "state/layout.hpp"
#include "state/records.hpp"

namespace vitrina::state {

struct UserFact {
    TimeMs time = 0;
    std::uint64_t event_hash = 0;
    std::uint64_t transaction = 0;
    ItemKey item{};
    MoneyMicros price = 0;
    std::uint32_t quantity = 0;
    std::uint16_t line = 0;
    std::uint8_t action = 0;  // an Action; 0 for a withdrawal

    auto key() const { return std::tuple(time, event_hash, line); }
    auto operator<=>(const UserFact&) const = default;
};

using FactColumns = Columns<UserFact, &UserFact::time, &UserFact::event_hash, &UserFact::transaction, &UserFact::item,
                            &UserFact::price, &UserFact::quantity, &UserFact::line, &UserFact::action>;

// Newest first, keys strictly falling.
Result<Rows<FactColumns>> open_user(std::string_view bytes);
std::string encode_user(const std::vector<UserFact>& facts);
// The same with `fact` put in before `index`.
std::string encode_user_with(const Rows<FactColumns>& facts, std::size_t index, const UserFact& fact);

}  // namespace vitrina::state
