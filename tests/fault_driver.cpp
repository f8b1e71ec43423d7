// The process that is killed: takes the batches of `seeded_batches.hpp` from three threads and writes the number of each batch
// to standard output once the engine has acknowledged it. It never ends by itself.
//
//   vitrina_fault_driver FOLDER SEED FIRST_BATCH

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "engine/engine.hpp"
#include "tests/killed_driver.hpp"
#include "tests/seeded_batches.hpp"

namespace {

using namespace vitrina;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "fault driver: %s\n", why.c_str());
    std::_Exit(3);
}

// A write of eight bytes to a pipe is whole or not at all.
void acknowledge(std::uint64_t batch) {
    if (::write(STDOUT_FILENO, &batch, sizeof batch) != sizeof batch) give_up("cannot write an acknowledgement");
}

void take_batches(engine::Engine& engine, std::uint64_t seed, std::atomic<std::uint64_t>& next) {
    while (true) {
        const std::uint64_t batch = next++;
        const auto report = engine.accept(tests::seeded_batch(seed, batch));
        if (!report) give_up(report.error().message);
        acknowledge(batch);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 4) give_up("three arguments are needed: FOLDER SEED FIRST_BATCH");
    auto engine = engine::Engine::open(arguments[1], tests::fault_configuration());
    if (!engine) give_up(engine.error().message);
    const std::uint64_t seed = std::stoull(arguments[2]);
    std::atomic<std::uint64_t> next = std::stoull(arguments[3]);
    std::vector<std::jthread> threads;
    for (std::uint64_t i = 0; i < tests::driver_threads; ++i)
        threads.emplace_back([&] { take_batches(**engine, seed, next); });
}
