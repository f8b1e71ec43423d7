#pragma once
// Reading state without parsing it: checked views over the flat layouts.
//
// Lifetime: a view borrows the bytes. Threads: immutable.
// Errors: `open` answers corrupt_data when magic, version, length or a section's bounds are wrong; after that reading cannot fail.
// Not an error: empty bytes open as somebody (something) new, all sections empty.

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "state/item_layout.hpp"
#include "state/records.hpp"
#include "state/user_layout.hpp"
#include "state/visitor_layout.hpp"

namespace vitrina::state {

// One action of a visitor or a user on an item.
struct Acted {
    TimeMs time = 0;
    ItemKey item{};
    std::uint64_t order = 0;  // transaction hash of a purchase, else 0
    MoneyMicros price = 0;
    std::uint32_t quantity = 1;
    Action action = Action::view;
    bool in_session = false;  // belongs to the visitor's running (or last) session
};

struct CartLine {
    ItemKey item{};
    std::uint32_t quantity = 1;
    TimeMs time = 0;
};

struct Searched {
    std::uint64_t term_hash = 0;  // text_hash of the search term
    TimeMs time = 0;
};

class VisitorView {
public:
    static Result<VisitorView> open(std::string_view hot, std::string_view cold);
    // Newest first, hot and cold together, without repeats of the same (time, item, action). Purchases count what was not
    // returned. What another user did on this device before is left out.
    std::vector<Acted> actions() const;
    std::vector<CartLine> cart() const;
    PersonKey user() const;                  // zero when nobody is logged in
    std::vector<Searched> searches() const;  // newest first
    bool known() const;                      // has anything been folded?
    TimeMs last_event() const;
    TimeMs session_start() const;
    bool suspect() const;  // as of the last event
    std::uint32_t order_count() const;

private:
    HotRows hot_;
    ColdRows cold_;
};

class UserView {
public:
    static Result<UserView> open(std::string_view bytes);
    // Newest first, `in_session` false. Purchases count what was not returned; one returned as a whole is left out.
    std::vector<Acted> actions() const;

private:
    Rows<FactColumns> facts_;
};

struct Bucket {
    std::int32_t start_hour = 0;
    std::int32_t hours = 1;  // 1 or 24
    std::int64_t views = 0, carts = 0, orders = 0, units = 0;
    MoneyMicros revenue = 0;
    bool operator==(const Bucket&) const = default;
};

// The true count lies between count - error and count; whoever is not listed has at most `neighbours_seen / N`.
struct Neighbour {
    ItemKey item{};
    std::uint32_t count = 0;
    std::uint32_t error = 0;
};

class ItemView {
public:
    static Result<ItemView> open(std::string_view bytes);
    std::vector<Bucket> buckets() const;        // oldest first
    std::vector<Neighbour> neighbours() const;  // largest count first
    std::uint64_t neighbours_seen() const;
    // Sums over everything, evicted buckets included; `hours` is 0.
    Bucket total() const;

private:
    ItemRows rows_;
};

}  // namespace vitrina::state
