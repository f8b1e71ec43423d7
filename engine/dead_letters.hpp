#pragma once
// Dead letters: records that could not be folded, kept with the reason and the state that they met.
//
// Threads: pure functions of their arguments.

#include <cstdint>
#include <string>
#include <vector>

#include "engine/position.hpp"

namespace vitrina::engine {

struct DeadLetter {
    Position position = 0;
    std::uint32_t number = 0;  // of the dead letters of this event
    std::string store;         // "visitors", "users" or "items"
    std::string reason;
    std::string record;  // the event, encoded
    std::string state;
};

std::string encode(const DeadLetter& letter);
std::string key_of(const DeadLetter& letter);

}  // namespace vitrina::engine
