#include "cli/probes.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace vitrina::cli {

namespace {

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;  // kilobytes on Linux
}

}  // namespace

evaluation::Probes probes(ProgressLine& line) {
    return {.seconds = seconds_now, .peak_memory_mb = peak_memory_mb, .progress = [&line](std::string_view step) {
                line.show(step);
            }};
}

std::size_t thread_count(std::size_t asked) {
    return asked > 0 ? asked : std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace vitrina::cli
