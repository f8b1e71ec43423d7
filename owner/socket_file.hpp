#pragma once
// The socket in the data folder: DIR/owner.socket, for the user who owns the process (mode 0600).
//
// A path longer than a socket's address may be (107 bytes) is reached through /proc/self/fd. What a killed owner left behind is
// replaced; a symbolic link in its place is removed by the owner and followed by nobody.
// Threads: one. Lifetime: the socket lies in the folder as long as its `Listener` lives.
// Errors: `connect_to` answers not_found where nobody listens, conflict where what lies there is no socket or may not be used;
// io with path and cause.
// Precondition of `Listener::open`: the caller owns the folder's lock.

#include <string>

#include "base/error.hpp"
#include "owner/stream.hpp"

namespace vitrina::owner {

inline constexpr const char* socket_name = "owner.socket";

class Listener {
public:
    static Result<Listener> open(const std::string& folder);
    ~Listener();
    Listener(Listener&&) noexcept = default;
    Listener& operator=(Listener&&) = delete;
    int number() const { return socket_.number(); }

private:
    Listener(Descriptor folder, Descriptor socket) : folder_(std::move(folder)), socket_(std::move(socket)) {}
    Descriptor folder_, socket_;
};

Result<Descriptor> connect_to(const std::string& folder);

}  // namespace vitrina::owner
