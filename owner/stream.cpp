#include "owner/stream.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <limits>

namespace vitrina::owner {

namespace {

constexpr std::size_t head_bytes = 4;
constexpr std::size_t grow_bytes = 1 << 20;  // an announced length costs no memory before its bytes come

void set_timeout(int socket, int direction, TimeMs timeout_ms) {
    const timeval timeout{timeout_ms / 1000, timeout_ms % 1000 * 1000};
    ::setsockopt(socket, SOL_SOCKET, direction, &timeout, sizeof timeout);
}

std::array<char, head_bytes> head_of(std::size_t length) {
    std::array<char, head_bytes> head{};
    for (std::size_t i = 0; i < head_bytes; ++i) head[i] = static_cast<char>(length >> (8 * i) & 0xff);
    return head;
}

std::size_t length_in(const std::array<char, head_bytes>& head) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < head_bytes; ++i)
        length |= static_cast<std::size_t>(static_cast<unsigned char>(head[i])) << (8 * i);
    return length;
}

Error gone(const char* what) {
    const bool slow = errno == EAGAIN;
    return {ErrorCode::unavailable,
            fmt::format("{}: {}", what, slow ? "nothing moved within owner.timeout_ms" : std::strerror(errno))};
}

Result<void> send_bytes(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return std::unexpected(gone("a message could not be sent"));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
}

}  // namespace

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

Stream::Stream(Descriptor socket, const StreamLimits& limits) : socket_(std::move(socket)), limits_(limits) {
    limits_.message_bytes = std::min<std::size_t>(limits_.message_bytes, std::numeric_limits<std::int32_t>::max());
    set_timeout(socket_.number(), SO_SNDTIMEO, limits_.timeout_ms);
    set_timeout(socket_.number(), SO_RCVTIMEO, limits_.timeout_ms);
}

Result<void> Stream::send(std::string_view message) {
    if (message.size() > limits_.message_bytes)
        return fail(ErrorCode::exhausted,
                    fmt::format("a message of {} bytes is larger than owner.message_bytes = {} allows", message.size(),
                                limits_.message_bytes));
    const auto head = head_of(message.size());
    if (auto sent = send_bytes(socket_.number(), {head.data(), head.size()}); !sent) return sent;
    return send_bytes(socket_.number(), message);
}

// 0 at the end.
Result<std::size_t> Stream::read_some(char* into, std::size_t most) {
    for (;;) {
        const ssize_t count = ::recv(socket_.number(), into, most, 0);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) return std::unexpected(gone("a message could not be received"));
    }
}

Result<void> Stream::read_whole(char* into, std::size_t count) {
    while (count > 0) {
        const auto some = read_some(into, count);
        if (!some) return std::unexpected(some.error());
        if (*some == 0) return fail(ErrorCode::unavailable, "a message was cut short");
        into += *some;
        count -= *some;
    }
    return {};
}

Result<std::optional<std::string>> Stream::receive(TimeMs patience_ms) {
    pollfd waiting{socket_.number(), POLLIN, 0};
    int ready = 0;
    do ready = ::poll(&waiting, 1, static_cast<int>(patience_ms));
    while (ready < 0 && errno == EINTR);
    if (ready == 0) return fail(ErrorCode::unavailable, fmt::format("no answer within {} ms", patience_ms));
    std::array<char, head_bytes> head{};
    const auto first = read_some(head.data(), head.size());
    if (!first) return std::unexpected(first.error());
    if (*first == 0) return std::nullopt;
    if (auto read = read_whole(head.data() + *first, head.size() - *first); !read) return std::unexpected(read.error());
    const std::size_t length = length_in(head);
    if (length > limits_.message_bytes)
        return fail(ErrorCode::invalid_input,
                    fmt::format("a message of {} bytes is announced; owner.message_bytes = {} allows no more", length,
                                limits_.message_bytes));
    std::string message;
    while (message.size() < length) {
        const std::size_t have = message.size();
        message.resize(std::min(length, have + grow_bytes));
        if (auto read = read_whole(message.data() + have, message.size() - have); !read)
            return std::unexpected(read.error());
    }
    return message;
}

void Stream::shut() { ::shutdown(socket_.number(), SHUT_RDWR); }

Peer Stream::peer() const {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(socket_.number(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
        return {.process = 0, .user = static_cast<uid_t>(-1)};
    return {.process = credentials.pid, .user = credentials.uid};
}

}  // namespace vitrina::owner
