#pragma once
// The fold of success: what is open with a shopper – touches, order lines, refunds – and which outcomes a record changes.
//
// State goes in and out as bytes (docs/feedback.md, "Layout"); empty bytes are somebody new. A visitor keeps his records until he logs in;
// then what is open travels to the user, and the user decides. Who logs in on a device after somebody else gets nothing of it.
// The state is the newest of each kind of the set of all records, so repeated, late and reordered ones give the same state and
// the same last outcomes; beyond the limits the oldest are forgotten, counted, and their outcomes stay as they were last.
// Threads: pure functions. Errors: corrupt_data when the state's bytes are not ours.
// Cost: some microseconds for a shopper with a few records; a state is decoded and encoded once a step.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "event/event.hpp"
#include "feedback/credit.hpp"
#include "feedback/records.hpp"
#include "feedback/success.hpp"

namespace vitrina::feedback {

// Of one shopper. More: later corrections are still seen, for more memory.
struct ShopperLimits {
    std::size_t touches = 64;
    std::size_t lines = 256;
    std::size_t refunds = 64;
    TimeMs keep = 60 * day_ms;  // behind his newest record
};

struct Settings {
    Rules rules;
    ShopperLimits limits;
};

// The outcome of a line is now this one; nothing: the line is credited to no recommendation (any more).
struct Change {
    std::string transaction_id;
    std::uint32_t line = 0;
    std::optional<Outcome> outcome;
    std::optional<Outcome> before;
    bool operator==(const Change&) const = default;
};

struct ShopperStep {
    std::string state;
    bool changed = false;              // is the state another one?
    std::vector<Change> changes;       // by (transaction, line)
    std::vector<SuccessDelta> deltas;  // what the items' counts of success change by
    std::size_t forgotten = 0;         // records that a limit took
};

struct VisitorStep {
    ShopperStep step;
    PersonKey user;     // to whom the rest goes; zero for nobody
    Records travelled;  // of before his log-in, counted once already
    Records records;    // of this event
};

// `event` is one of this visitor, and `records` what feedback::records_of says of it.
Result<VisitorStep> visitor_step(std::string_view state, const event::Event& event, Records records,
                                 const PersonHasher& hasher, const Settings& settings);

// `travelled`: they were a visitor's, who has withdrawn what he said of them; their touches and orders are told anew.
Result<ShopperStep> user_step(std::string_view state, Records records, const Settings& settings,
                              bool travelled = false);

// For tests and reports: what the state holds.
Result<Records> open_records(std::string_view state);

std::string encode(const Outcome& outcome);
Result<Outcome> decode_outcome(std::string_view bytes);

}  // namespace vitrina::feedback
