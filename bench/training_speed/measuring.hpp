#pragma once
// What a trial of training speed reports: times beside the load of the machine, memory, and JSON, one line a trial.
//
// Threads: `timed` counts the processor time of the whole process, so nothing else may run in it.

#include <ctime>

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace vitrina::bench {

struct Seconds {
    double wall = 0, processor = 0;
};

template <class Work>
Seconds timed(const Work& work) {
    const auto begun = std::chrono::steady_clock::now();
    const std::clock_t used = std::clock();
    work();
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begun;
    return {wall.count(), static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC};
}

// {"wall": […], "processor": […]}, in the order taken.
nlohmann::ordered_json as_json(const std::vector<Seconds>& times);

// The highest that this process has taken, in MiB.
double peak_mib();

// Hash of bytes, in hex.
std::string hash_of(const void* bytes, std::size_t count);

void print(const nlohmann::ordered_json& line);

// Multiply-adds of floats that one thread does a second in registers, in the widest instructions of the machine, times two.
double fma_peak_flops();

}  // namespace vitrina::bench
