#pragma once
// One arm of a simulated shop, lived through: the simulator on one side of the public contract, an engine in this process on the
// other, bytes between them. The engine's clock is the simulation's.
//
// Threads: one calls; the engine has its own. Lifetime: the engine's folder is made for the run and deleted after it.
// Errors: as Engine::open; unavailable where a call was not answered as the contract says.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "simulator/population.hpp"
#include "simulator/wire.hpp"

namespace vitrina::cli {

// In the order of tables. `own`: vitrina with settings of the order; `trial`: half of the visitors as in day_one, half as in vitrina, by an experiment of Vitrina's own.
inline constexpr std::string_view arm_names[] = {"nothing", "random",     "day_one",      "item_item", "vitrina",
                                                 "own",     "shop_known", "people_known", "optimum",   "trial"};

// What the experiment of the arm `trial` says of vitrina against day_one.
struct Estimated {
    std::string measure;  // as simulator::name_of
    double value = 0, low = 0, high = 0;
};

struct LivedArm {
    simulator::Ledger ledger;
    simulator::WireCounts wire;
    std::vector<Estimated> estimates;  // of the trial; empty where too few bought to say anything
    double seconds = 0;                // of the whole
    double training_seconds = 0;       // of it
};

struct ArmOrder {
    std::string arm;
    std::string scratch;  // folder in which the engine's folder is made
    std::string folder;   // instead: it is this one, and stays, with the features of what was shown; empty: none stays
    std::string own;      // what a vitrina.toml begins with, for the arm `own`
    int train_every_days = 7;
    std::size_t threads = 0;  // that learn; 0: as many as processors
};

// `order.arm` is one of arm_names.
// Whether its settings are settings at all: before anything is lived.
Result<void> check(const ArmOrder& order);
Result<LivedArm> live_arm(const simulator::World& world, const ArmOrder& order);

}  // namespace vitrina::cli
