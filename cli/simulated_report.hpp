#pragma once
// What simulated arms came to: kept as files, and told as a table, as JSON and as a drawing.
//
// Threads: pure functions beside the files. Errors: io with the path. Not an error: a kept file of another run, which is none.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/simulated_arm.hpp"
#include "simulator/calibration.hpp"
#include "simulator/parameters.hpp"

namespace vitrina::cli {

// What an arm's figures depend on; a kept file of another is not taken.
struct Run {
    std::uint64_t seed = 0;
    std::string arm;
    std::uint32_t visitors = 0;
    int train_every_days = 0;
    std::string parameters;
};

std::string text_of_parameters(const simulator::Parameters& parameters);

std::optional<LivedArm> kept_arm(const std::string& folder, const Run& run);
Result<void> keep_arm(const std::string& folder, const Run& run, const LivedArm& lived);

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
