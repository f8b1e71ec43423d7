#pragma once
// `vitrina simulate`: a shop with known truth (docs/simulator.md). `--validate` holds its organic life against real shops; else arms
// are lived through in shops drawn by seed and compared with the same people and the same draws.
//
// Threads: one, beside the engine's. Errors: printed; the answer is the exit status (console.hpp); 1 where a target does not hold.
// Not lost: a finished arm of a shop is a file in `--out`, and is not lived again.

#include <cstdint>
#include <string>
#include <vector>

namespace vitrina::cli {

struct SimulateOptions {
    bool validate = false;
    bool rate = false;
    bool null_shop = false;
    bool standard = false;  // the middle shop instead of drawn ones
    std::size_t shops = 4;
    std::uint32_t visitors = 5000;
    std::uint64_t seed = 1;         // of the first shop
    std::vector<std::string> arms;  // empty: all
    std::vector<std::string> set;   // NAME=VALUE
    std::vector<std::string> own;   // lines of a vitrina.toml, of the arm `own`
    std::string against = "day_one";
    std::string out;      // folder; empty: nothing is kept
    std::string folders;  // keep the data folder of each arm with an engine here; empty: none
    std::string chart;
    std::string log;  // folder for the organic life as files that `import` reads
    int train_every_days = 7;
    std::size_t threads = 0;
    bool json = false;
};

int run_simulate(const SimulateOptions& options);

}  // namespace vitrina::cli
