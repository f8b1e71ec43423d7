#pragma once
// What simulated arms came to, kept as files, so that what was cut off goes on.
//
// Threads: pure functions beside the files. Errors: io with the path. Not an error: a kept file of another run, which is none.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "cli/simulated_arm.hpp"
#include "simulator/parameters.hpp"

namespace vitrina::cli {

// What an arm's figures depend on; a kept file of another is not taken.
struct Run {
    std::uint64_t seed = 0;
    std::string arm;
    std::uint32_t visitors = 0;
    int train_every_days = 0;
    std::string parameters;
    std::string own;  // settings of the arm `own`
};

std::string text_of_parameters(const simulator::Parameters& parameters);

std::optional<LivedArm> kept_arm(const std::string& folder, const Run& run);
Result<void> keep_arm(const std::string& folder, const Run& run, const LivedArm& lived);

// Totals, weeks, slots, estimates and times.
nlohmann::ordered_json json_of_lived(const LivedArm& lived);

}  // namespace vitrina::cli
