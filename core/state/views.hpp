#pragma once
// Reading state without parsing it: checked views over the flat layouts.
//
// Lifetime: a view borrows the bytes. Threads: immutable.
// Errors: `open` answers corrupt_data when magic, version, length or a section's bounds are wrong; after that reading cannot fail.
// Not an error: empty bytes open as somebody (something) new, all sections empty.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "state/records.hpp"

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

class VisitorView {
public:
    static Result<VisitorView> open(std::string_view hot, std::string_view cold);
    // Newest first, hot and cold together, without repeats of the same (time, item, action).
    std::vector<Acted> actions() const;
    std::vector<CartLine> cart() const;
    PersonKey user() const;  // zero when nobody is logged in
    TimeMs last_event() const;
    TimeMs session_start() const;
    bool suspect() const;
    std::uint32_t order_count() const;

private:
    std::string_view hot_, cold_;
};

class UserView {
public:
    static Result<UserView> open(std::string_view bytes);
    std::vector<Acted> actions() const;  // newest first, `in_session` false

private:
    std::string_view bytes_;
};

struct Bucket {
    std::int32_t start_hour = 0;
    std::int32_t hours = 1;  // 1 or 24
    std::int64_t views = 0, carts = 0, orders = 0, units = 0;
    MoneyMicros revenue = 0;
};

struct Neighbour {
    ItemKey item{};
    std::uint32_t count = 0;
};

class ItemView {
public:
    static Result<ItemView> open(std::string_view bytes);
    std::vector<Bucket> buckets() const;  // oldest first
    std::vector<Neighbour> neighbours() const;
    // Sums over everything, evicted buckets included.
    Bucket total() const;

private:
    std::string_view bytes_;
};

}  // namespace vitrina::state
