#pragma once
// Events as bytes: proto/event.proto, the form of the log and of every topic.
//
// Threads: pure functions.
// Errors: `decode` answers corrupt_data for bytes that are no event of ours (unknown kind, missing ids, truncated).

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "event/event.hpp"

namespace vitrina::event {

std::string encode(const Event& event);
Result<Event> decode(std::string_view bytes);

// One record of the embedded log: a batch in the order in which it was accepted.
std::string encode_batch(const std::vector<Event>& events);
Result<std::vector<Event>> decode_batch(std::string_view bytes);

}  // namespace vitrina::event
