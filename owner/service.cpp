#include "owner/service.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <system_error>

#include "owner/session.hpp"

namespace vitrina::owner {

namespace {

constexpr std::chrono::milliseconds pause_without_descriptors{100};

bool may_ask(const Peer& peer) { return peer.user == ::geteuid() || peer.user == 0; }

}  // namespace

Result<std::unique_ptr<Service>> Service::start(engine::Engine& engine, const std::string& folder) {
    auto listener = Listener::open(folder);
    if (!listener) return std::unexpected(listener.error());
    Descriptor stop(::eventfd(0, EFD_CLOEXEC));
    if (!stop) return fail(ErrorCode::io, fmt::format("no event can be had: {}", std::strerror(errno)));
    return std::unique_ptr<Service>(new Service(engine, std::move(*listener), std::move(stop)));
}

Service::Service(engine::Engine& engine, Listener listener, Descriptor stop)
    : engine_(engine),
      settings_(engine.configuration().owner),
      listener_(std::move(listener)),
      stop_(std::move(stop)),
      thread_([this] { run(); }) {}

Service::~Service() {
    const std::uint64_t one = 1;
    static_cast<void>(::write(stop_.number(), &one, sizeof one));
    thread_.join();
    for (Connection& connection : connections_) connection.stream.shut();
    for (Connection& connection : connections_) connection.thread.join();
}

void Service::run() {
    for (;;) {
        std::array<pollfd, 2> waiting{{{stop_.number(), POLLIN, 0}, {listener_.number(), POLLIN, 0}}};
        if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
        if (waiting[0].revents != 0) return;
        Descriptor socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
        forget_ended();
        if (socket)
            take(std::move(socket));
        else if (errno == EMFILE || errno == ENFILE)
            std::this_thread::sleep_for(pause_without_descriptors);
    }
}

void Service::forget_ended() {
    connections_.remove_if([](Connection& connection) {
        if (!connection.ended) return false;
        connection.thread.join();
        return true;
    });
}

void Service::take(Descriptor socket) {
    Stream stream(std::move(socket), {.message_bytes = settings_.message_bytes, .timeout_ms = settings_.timeout_ms});
    Session session(engine_, [&](std::string_view message) { return stream.send(message); });
    if (!may_ask(stream.peer())) {
        static_cast<void>(session.refuse({ErrorCode::conflict, "the data folder belongs to another user"}));
        return;
    }
    if (connections_.size() >= settings_.connections) {
        static_cast<void>(session.refuse(
            {ErrorCode::exhausted,
             fmt::format("{} commands work beside it already; wait for one to end, or raise owner.connections",
                         connections_.size())}));
        return;
    }
    Connection& connection = connections_.emplace_back(std::move(stream));
    try {
        connection.thread = std::thread([this, &connection] { serve(connection); });
    } catch (const std::system_error& none) {
        spdlog::warn("a command was turned away: {}", none.what());
        connections_.pop_back();
    }
}

void Service::serve(Connection& connection) {
    Session session(engine_, [&](std::string_view message) { return connection.stream.send(message); });
    Result<void> answered = session.greet();
    while (answered) {
        const auto message = connection.stream.receive();
        if (message && !*message) break;
        if (!message) {
            spdlog::warn("a command was cut off: {}", message.error().message);
            static_cast<void>(session.refuse(message.error()));
            break;
        }
        answered = session.answer(**message);
        const bool too_large = !answered && answered.error().code == ErrorCode::exhausted;
        if (too_large) answered = session.refuse(answered.error());
    }
    connection.stream.shut();
    connection.ended = true;
}

}  // namespace vitrina::owner
