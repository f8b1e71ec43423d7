#pragma once
// What the bytes before a request's body tell the socket side: is the head whole, what is asked for, how long will the body be,
// does the sender wait to be told to go on. Nothing more: the HTTP library judges the rest.
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
    // Empty where the first line is not of the form "WORD TARGET HTTP/1.x".
    const std::string& method() const { return method_; }
    const std::string& target() const { return target_; }
    // Of HTTP/1.1 with a Host, or of HTTP/1.0: the HTTP library does not ask. An empty line before it is left to the library.
    bool is_sound() const { return is_sound_; }
    bool waits_to_go_on() const { return waits_to_go_on_; }  // Expect: 100-continue

private:
    void read(std::string_view head);
    void read_first_line(std::string_view line);

    std::string kept_;  // of a head that comes in pieces
    std::string method_, target_;
    std::uint64_t body_bytes_ = 0;
    bool begun_ = false, whole_ = false, waits_to_go_on_ = false;
    bool is_old_ = false, is_sound_ = true;
};

}  // namespace vitrina::server
