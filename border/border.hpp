#pragma once
// The core as "bytes in, bytes out", for hosts that only carry bytes: the JVM of Kafka Streams through jvm/native, and the cluster's
// own C++ host. A record comes with its key and the state it meets; what follows from it goes out with keys of its own.
//
// Empty state is the state of somebody new. Topics, keys and values: docs/cluster.md; records between the folds: border/records.hpp.
// Threads: `Border` is immutable after opening; call it from any thread.
// Lifetime: a value; results own their bytes.
// Errors: invalid_input for a record that does not fit its key or holds what no host may send; corrupt_data for bytes that cannot be
// read; exhausted for a state that would outgrow a record. The host sends such a record to the dead letters with its state.
// BrokenInvariant is our own mistake: the host tries once more, then likewise.
// Not errors: duplicates and late events (see `Verdict`).
// Cost: about a microsecond beyond reading the record.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "border/configuration.hpp"
#include "border/keys.hpp"
#include "feedback/attribution.hpp"
#include "state/records.hpp"

namespace vitrina::border {

// How far the time of an event or a change may lie after its arrival at the broker before it is clamped.
inline constexpr TimeMs ahead_ms_max = 5 * minute_ms;
// Times beyond the year 2200 (and before 1740) are damage, and sums of them would not be times any more.
inline constexpr TimeMs times_max = 7'258'118'400'000;
// Brokers refuse records of more than a mebibyte. A state is a record of its changelog, and a late event one of another topic: what
// cannot be written there must not be folded, or the host could go neither on nor back.
inline constexpr std::size_t catalog_entry_bytes_max = 900'000;
inline constexpr std::size_t event_bytes_max = 900'000;

struct Keyed {
    std::string key;
    std::string value;
    bool operator==(const Keyed&) const = default;
};

struct EventFold {
    state::Verdict verdict = state::Verdict::folded;
    bool concerns_success = false;  // fold_success has something to do
    bool hot_changed = false;
    bool cold_changed = false;
    std::string hot;   // where it changed
    std::string cold;  // where it changed
    std::vector<Keyed> facts;
    std::vector<Keyed> deltas;
};

// What follows for success (feedback/shopper.hpp). Of a visitor: `records` for his user. An outcome without a value is none any more.
struct SuccessFold {
    std::optional<std::string> state;  // nothing: as it was
    std::vector<Keyed> records;        // one at most
    std::vector<std::pair<std::string, std::optional<std::string>>> outcomes;
    std::vector<Keyed> deltas;  // one an item
};

class Border {
public:
    // `configuration` as border/configuration.hpp says.
    static Result<Border> open(std::string_view configuration);

    // <shop>/<visitor_id> → the key of his two states.
    Result<std::string> event_store_key(std::string_view key) const;

    // `event` is proto Event; `appended_at` is the record's time in the topic (LogAppendTime).
    Result<EventFold> fold_event(std::string_view key, std::string_view hot, std::string_view cold,
                                 std::string_view event, TimeMs appended_at) const;
    // What the core would fold for this record: checked, its times settled. The same for every host of the cluster.
    static Result<event::Event> settled_event(const Key& key, std::string_view event, TimeMs appended_at);

    // All three answer the state after the record.
    Result<std::string> fold_facts(std::string_view key, std::string_view state, std::string_view facts) const;
    Result<std::string> fold_delta(std::string_view key, std::string_view state, std::string_view delta) const;
    Result<std::string> fold_item_change(std::string_view key, std::string_view entry, std::string_view change,
                                         TimeMs appended_at) const;

    // Precondition: fold_event said that it concerns success. `shopper` stands under the visitor's store key.
    Result<SuccessFold> fold_success(std::string_view key, std::string_view shopper, std::string_view event,
                                     TimeMs appended_at) const;
    // `key` is the user's; there are no `records` in what follows.
    Result<SuccessFold> fold_shopper_records(std::string_view key, std::string_view shopper,
                                             std::string_view records) const;
    // Answers the state after the record.
    Result<std::string> fold_success_deltas(std::string_view key, std::string_view state,
                                            std::string_view deltas) const;

    const Configuration& configuration() const { return configuration_; }

private:
    explicit Border(Configuration configuration);
    Result<Key> key_of_shop(std::string_view key) const;

    Configuration configuration_;
    std::map<std::string, PersonHasher, std::less<>> hashers_;
    std::map<std::string, feedback::Attribution, std::less<>> attributions_;
};

// An EventFold as packed bytes (border/packing.hpp): verdict (u32), whether it concerns success (u32), hot, cold (nothing where unchanged), number of facts (u32), then
// key and value of each, then key and value of each delta.
std::string pack(const EventFold& fold);

// A SuccessFold likewise: state (nothing where unchanged), number of records (u32), key and value of each, number of outcomes (u32), key
// and value (or nothing) of each, then key and value of each delta.
std::string pack(const SuccessFold& fold);

}  // namespace vitrina::border
