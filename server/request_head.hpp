#pragma once
// What the bytes before a request's body tell the socket side: is the head whole, how long will the body be, does the sender
// wait to be told to go on. Nothing more: the HTTP library judges the rest.
//
// Threads: one connection's. Preconditions: none, any bytes may come, in any pieces.
// Not an error: a head that is no HTTP; it is whole after its first empty line, or never.
// Cost: a head that comes in one piece is looked through once, without a copy.

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrina::server {

class RequestHead {
public:
    // True from the moment that the head is whole; what follows is body and not looked at.
    bool take(std::string_view bytes);
    bool begun() const { return begun_; }
    bool whole() const { return whole_; }
    std::uint64_t body_bytes() const { return body_bytes_; }  // as announced; 0 where nothing is
    bool waits_to_go_on() const { return waits_to_go_on_; }   // Expect: 100-continue

private:
    void read(std::string_view head);

    std::string kept_;  // of a head that comes in pieces
    std::uint64_t body_bytes_ = 0;
    bool begun_ = false, whole_ = false, waits_to_go_on_ = false;
};

}  // namespace vitrina::server
