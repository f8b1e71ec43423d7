#pragma once
// The names behind the hashes that ids of recommendations carry: those of the shop's placements.
//
// Threads: immutable. Not an error: a hash of no name that is known (any more); it is shown as its number.

#include <cstdint>
#include <map>
#include <string>

#include "engine/configuration.hpp"

namespace vitrina::engine {

class Names {
public:
    void add_placement(const std::string& name);
    std::string placement(std::uint32_t hash) const;

private:
    std::map<std::uint32_t, std::string> placements_;
};

Names names_of(const Configuration& configuration);

}  // namespace vitrina::engine
