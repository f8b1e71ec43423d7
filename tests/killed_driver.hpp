#pragma once
// The fault driver under way (tests/fault_driver.cpp): its acknowledgements, and its end by SIGKILL.
//
// Threads: belongs to one test. Lifetime: whoever still runs when the object goes is killed.
// Errors: throws where the process cannot be started.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace vitrina::tests {

inline constexpr std::uint64_t driver_threads = 3;  // so many batches may be under way

class KilledDriver {
public:
    KilledDriver(const std::string& folder, std::uint64_t seed, std::uint64_t first_batch);
    ~KilledDriver();
    KilledDriver(const KilledDriver&) = delete;
    KilledDriver& operator=(const KilledDriver&) = delete;

    // The next acknowledged batch, or nothing when the process is gone and all were read.
    std::optional<std::uint64_t> next() const;
    // The signal that ended it; 0 where it had ended by itself.
    int kill();

private:
    pid_t pid_ = 0;
    int acknowledgements_ = -1;
};

}  // namespace vitrina::tests
