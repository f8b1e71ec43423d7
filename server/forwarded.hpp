#pragma once
// Requests about people whom another node of a cluster keeps.
//
// A forwarded request says so in a header and is never sent on: whoever gets it answers. The key travels with it, so all nodes need
// the same keys. Where nobody answers, the caller answers from what is known here.
// Threads: any. Surprising cost: `answer_of_keeper` waits for another node.

#include <optional>

#include "engine/peers.hpp"
#include "server/call.hpp"

namespace vitrina::server {

inline constexpr std::string_view forwarded_header = "x-vitrina-forwarded";

enum class Keeping {
    here,       // all that the shop knows of him is known here, or on every node the same
    elsewhere,  // another node may be asked
    nowhere,    // kept elsewhere, and this request has travelled already
};
Keeping keeping_of(const Call& call, const engine::Person& person);

// Nothing: to be answered here, and marked as an answer without him. Precondition: he is kept elsewhere.
std::optional<HttpResponse> answer_of_keeper(const Call& call, const engine::Person& person);

}  // namespace vitrina::server
