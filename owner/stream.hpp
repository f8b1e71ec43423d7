#pragma once
// Messages over a connected socket: each travels behind its length, four bytes, the lowest first.
//
// Threads: one sender and one receiver at a time; `shut` from any thread.
// Lifetime: owns the socket and closes it.
// Errors: unavailable where the other end is gone, cut a message short or neither took nor sent a byte within the time given;
// exhausted for a message larger than is allowed, invalid_input where such a one is announced.
// Not an error: an end between two messages.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <sys/types.h>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::owner {

// A file descriptor that is closed when it goes.
class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_;
};

struct StreamLimits {
    std::size_t message_bytes = 64 << 20;
    TimeMs timeout_ms = 60 * second_ms;  // without a single byte, within a message
};

// Who is at the other end of a socket on this machine.
struct Peer {
    pid_t process = 0;
    uid_t user = 0;
};

class Stream {
public:
    Stream(Descriptor socket, const StreamLimits& limits);

    Result<void> send(std::string_view message);
    // Waits for the next message as long as it takes (or as `patience_ms` says, where that is not negative); nothing where the
    // other end has closed.
    Result<std::optional<std::string>> receive(TimeMs patience_ms = -1);
    // Ends both directions: whoever waits in `send` or `receive` comes back.
    void shut();
    Peer peer() const;

private:
    Result<std::size_t> read_some(char* into, std::size_t most);
    Result<void> read_whole(char* into, std::size_t count);

    Descriptor socket_;
    StreamLimits limits_;
};

}  // namespace vitrina::owner
