#pragma once
// Hosts of one shop that keep different people, as one of them sees the others.
//
// Threads: any. Lifetime: belongs to its engine.
// Errors of `ask`: unavailable where no host that keeps the person answers in time, or too many questions are under way; then the
// caller answers from what is known here, which is nothing of him, and says so.
// Surprising cost: `ask` waits for another host; `elsewhere` never waits.

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace vitrina::engine {

struct Person {
    std::string visitor_id;
    std::string user_id;  // either may be empty
};

struct PeerRequest {
    std::string method;
    std::string target;                                        // path and query as sent
    std::vector<std::pair<std::string, std::string>> headers;  // those that are passed on
    std::string body;
};

struct PeerAnswer {
    int status = 0;
    std::string content_type, retry_after;  // empty where it has none
    std::string body;
};

class Peers {
public:
    virtual ~Peers() = default;
    // Is something of him kept by others and not here?
    virtual bool elsewhere(const Person& person) const = 0;
    virtual Result<PeerAnswer> ask(const Person& person, const PeerRequest& request) = 0;
    // An answer was given here for somebody whom others keep.
    virtual void answered_without() = 0;
};

}  // namespace vitrina::engine
