#pragma once
// Records of the topics between the folds, as flat bytes in the grammar of the states (docs/topic-records.md).
//
//   facts        of one user out of one event, in the order of the visitor step; the user stands in the record's key
//   item delta   of one item out of one event
//   dead letter  a record that could not be folded, with the reason and the state that it met
//
// Lifetime: values. Threads: pure functions.
// Errors: corrupt_data for bytes that are not ours, or that hold what the folds could not have written.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "state/records.hpp"

namespace vitrina::border {

// Precondition: all facts are of one user; at most 65,535.
std::string encode_facts(std::span<const state::Fact> facts);
Result<std::vector<state::Fact>> decode_facts(std::string_view bytes, const PersonKey& user);

std::string encode_delta(const state::ItemDelta& delta);
Result<state::ItemDelta> decode_delta(std::string_view bytes);

// A broker refuses records above a size, and a dead letter must never be refused: longer records and states are cut. The whole
// record stands where `topic`, `partition` and `offset` point to.
inline constexpr std::size_t dead_letter_part_bytes_max = 256 * 1024;

struct DeadLetter {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    TimeMs timestamp = 0;  // of the record
    std::string code;      // "invalid_input", "corrupt_data", "bug", …
    std::string reason;
    std::string key;
    std::string record;
    std::uint64_t record_bytes = 0;  // before it was cut
    std::string state;               // all states that it met, one after the other
    bool operator==(const DeadLetter&) const = default;
};

// `record_bytes` is set by it.
std::string encode(const DeadLetter& letter);
Result<DeadLetter> decode_dead_letter(std::string_view bytes);

}  // namespace vitrina::border
