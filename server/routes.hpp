#pragma once
// Which address, asked how and with which key, is answered by which function: a table.
//
// Threads: immutable. Lifetime: the table lives as long as the process; a match borrows it and the segments.
// Not an error: an unknown path (`paths` empty), a known path with another method (`route` null).

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/call.hpp"

namespace vitrina::server {

enum class Needs { nothing, any, secret };  // which key
enum class Body { none, json };

struct Route {
    std::string_view method;
    std::string_view path;  // "/v1/items/{id}"
    Needs needs;
    Body body;
    bool waits;                   // for the disk
    std::string_view parameters;  // the names that the query may hold, separated by blanks
    HttpResponse (*answer)(const Call& call);
    // Whom the answer is about, where it depends on what is known of somebody.
    std::optional<engine::Person> (*person)(const Call& call) = nullptr;
};

std::span<const Route> routes();

struct Match {
    const Route* route = nullptr;
    std::string_view id;         // what stood for {id}
    std::string allow;           // every method of this path, as in `Allow`; empty for an unknown path
    bool open_to_pages = false;  // some method of this path may be asked with a public key
};

// HEAD is matched as GET.
Match match(std::string_view method, const std::vector<std::string>& segments);

// What the API knows and this version does not serve: a sentence, or nothing.
std::string_view not_built_yet(std::string_view method, const std::vector<std::string>& segments);

}  // namespace vitrina::server
