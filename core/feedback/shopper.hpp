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

// Who says what a line is credited to. Where several people claim an order, a user counts before a visitor, then the smallest key.
struct Claimant {
    bool visitor = false;
    PersonKey person;
    auto operator<=>(const Claimant&) const = default;
};

// The outcome of a line is for him now this one; nothing: he credits the line to no recommendation (any more).
struct Change {
    Claimant claimant;
    std::string transaction_id;
    std::uint32_t line = 0;
    std::optional<Outcome> outcome;
    std::optional<Outcome> before;
    bool operator==(const Change&) const = default;
};

struct ShopperStep {
    std::string state;
    bool changed = false;              // is the state another one?
    std::vector<Change> changes;       // by (transaction, line), all of one claimant
    std::vector<SuccessDelta> deltas;  // what the items' counts of success change by
    std::size_t forgotten = 0;         // records that a limit took
};

// What goes from a visitor to his user.
struct UserRecords {
    PersonKey user;     // zero: nobody, and nothing goes
    Records travelled;  // of before his log-in; the visitor has withdrawn what he said of them
    Records records;    // of this event
    bool empty() const { return travelled.empty() && records.empty(); }
};

struct VisitorStep {
    ShopperStep step;
    UserRecords for_user;
};

// `event` is one of this visitor, and `records` what feedback::records_of says of it.
Result<VisitorStep> visitor_step(std::string_view state, const event::Event& event, Records records,
                                 const PersonHasher& hasher, const Settings& settings);

Result<ShopperStep> user_step(std::string_view state, UserRecords records, const Settings& settings);

// For tests and reports: what the state holds.
Result<Records> open_records(std::string_view state);

std::string encode(const Outcome& outcome);
Result<Outcome> decode_outcome(std::string_view bytes);

// Transaction, a zero byte, line, claimant: the claims of one line stand side by side, the one that counts first.
std::string outcome_key(const Change& change);
// What the claims of a line have in common. Precondition: `key` is an outcome's.
std::string_view line_of(std::string_view key);

// Without the user, who stands in the record's key.
std::string encode(const UserRecords& records);
Result<UserRecords> decode_user_records(std::string_view bytes, PersonKey user);

}  // namespace vitrina::feedback
