#pragma once
// What can be said about (person, request) before any item is looked at: the query that every candidate source scores.
// The same struct is made for serving (from state views) and for training and evaluation (from history), so that a source
// learns from what it will see.
//
// Units: rows are item numbers of one model; ages are milliseconds before `now`; everything is newest first.
// Lifetime: a value. Threads: values.
// Not an error: everything empty (a new visitor on the home page), items the model does not know (they are left out).

#include <cstdint>
#include <vector>

#include "base/time.hpp"
#include "state/records.hpp"

namespace vitrina::features {

struct Seen {
    std::uint32_t row = 0;
    state::Action action = state::Action::view;
    TimeMs age_ms = 0;
    std::uint32_t quantity = 1;
    std::uint32_t basket = 0;  // 0 = the newest order or session, 1 the one before, …
};

struct Query {
    std::vector<Seen> history;           // everything known of the person, newest first, the running session included
    std::vector<Seen> session;           // the running session alone, newest first
    std::vector<std::uint32_t> context;  // the product shown, or the lines of the cart
    std::vector<std::uint32_t> group;    // rows of the context's own variants, never to be recommended beside it
    TimeMs now = 0;
};

}  // namespace vitrina::features
