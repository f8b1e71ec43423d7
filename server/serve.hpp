#pragma once
// The HTTP service from start to stop: `vitrina serve`.
//
// Keys come from the environment (VITRINA_SECRET_KEY, VITRINA_PUBLIC_KEY, VITRINA_TOKEN_KEY; several separated by commas) or,
// where it gives no secret key, from the key file of the data folder, which is made at first start (key_file.hpp).
// Threads: one service a process, because it takes SIGTERM and SIGINT for itself while it runs. Lifetime: blocks until a
// signal comes or `stop` is requested; then it accepts nothing more, finishes what it began and writes a checkpoint.
// A second signal ends the process at once; what was acknowledged is in the log all the same.
// Errors: invalid_input for an address that is none, conflict for one that is taken, io and corrupt_data for the key file.

#include <functional>
#include <stop_token>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"

namespace vitrina::server {

struct ServeOptions {
    std::string folder;  // the data folder, for the key file
    std::string listen;  // "127.0.0.1:8080", "[::1]:0"; empty: as configured. Port 0 takes a free one
    TimeMs stop_within_ms = 30 * second_ms;  // what is not answered then is cut off
    std::stop_token stop;                    // stops the service without a signal
    // Lines for whoever started the service: address, and the keys where they were just made. Empty: standard error.
    std::function<void(const std::string& line)> announce;
};

// The exit status of the process, 0.
Result<int> serve(engine::Engine& engine, const ServeOptions& options);

}  // namespace vitrina::server
