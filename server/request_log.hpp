#pragma once
// What is written down of a request: one JSON object a line, without anything about a person: no address, no key, no query, no
// id of a visitor, user or item; the route as its pattern only.
//
// Threads: may be called from any thread. Cost: one line on standard error for what is written.
// Successes are written at level debug, refusals (4xx) at info, our faults (5xx) at error; the level is the environment's
// VITRINA_LOG (debug, info, warn, error, off), info where it says nothing.

#include <cstddef>
#include <string_view>

namespace vitrina::server {

struct Answered {
    std::string_view request_id;
    std::string_view method;
    std::string_view route;  // "/v1/items/{id}", or "other"
    int status = 0;
    double milliseconds = 0;
    std::size_t bytes_in = 0;
    std::size_t bytes_out = 0;
};

void log_answer(const Answered& answered);

// A line about the service itself: "started", "stopping".
void log_service(std::string_view event, std::string_view detail = {});

// A fault of ours, in the words of the exception.
void log_fault(std::string_view request_id, std::string_view what);

}  // namespace vitrina::server
