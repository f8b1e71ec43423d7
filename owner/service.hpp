#pragma once
// The owner's side of the socket: takes the commands that work beside it, each on a thread of its own.
//
// Threads: one that accepts, and one a command, at most `owner.connections`.
// Lifetime: the socket lies in the folder while the service lives; the destructor cuts off who is connected, waits for the call
// that runs (a training cannot be cut short) and joins. The engine must outlive it.
// Errors: io where the socket cannot be made.
// Not an error: a command that ends in the middle: what it had been acknowledged stays, the rest was never said.
// Only the user who runs this process and root are answered (mode of the file, and the kernel's word for who is there).

#include <atomic>
#include <list>
#include <memory>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "owner/socket_file.hpp"

namespace vitrina::owner {

class Service {
public:
    // Precondition: `engine` owns `folder`.
    static Result<std::unique_ptr<Service>> start(engine::Engine& engine, const std::string& folder);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

private:
    struct Connection {
        explicit Connection(Stream connected) : stream(std::move(connected)) {}
        Stream stream;
        std::atomic<bool> ended = false;
        std::thread thread;
    };

    Service(engine::Engine& engine, Listener listener, Descriptor stop);
    void run();
    void take(Descriptor socket);
    void serve(Connection& connection);
    void forget_ended();

    engine::Engine& engine_;
    engine::OwnerSettings settings_;
    Listener listener_;
    Descriptor stop_;                    // readable when it is time to go
    std::list<Connection> connections_;  // the accepting thread's, and the destructor's after it
    std::thread thread_;
};

}  // namespace vitrina::owner
