#pragma once
// What simulated arms came to: told as a table, as JSON and as a drawing.
//
// Threads: pure functions beside the files. Errors: io with the path.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/simulated_arm.hpp"
#include "simulator/calibration.hpp"

namespace vitrina::cli {

struct LivedShop {
    std::uint64_t seed = 0;
    std::map<std::string, LivedArm> arms;
};
using Shops = std::vector<LivedShop>;

// Precondition: every shop has every arm, `against` among them.
struct Comparison {
    const Shops& shops;
    const std::vector<std::string>& arms;
    std::string against;
};

std::string text_of(const Comparison& comparison);
std::string json_of(const Comparison& comparison);
// Each shop's lift of revenue a visitor as a dot, by arm, into an SVG.
Result<void> draw(const Comparison& comparison, const std::string& file);

std::string text_of_targets(const std::vector<simulator::Target>& targets);
std::string json_of_targets(const std::vector<simulator::Target>& targets);

}  // namespace vitrina::cli
