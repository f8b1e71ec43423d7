#pragma once
// A client that sends exactly the bytes it is told to, for the tests of the socket side: pieces, pipelines and garbage that no
// HTTP library would send.
//
// Threads: one. Errors: a connection that cannot be made or read stops the test with an exception.
// Surprising cost: reading gives up after ten seconds without a byte.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vitrina::server {

class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            throw std::runtime_error("cannot connect");
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // False where the other side has closed.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // One whole answer with a Content-Length, head and body; what there was where the connection ended before.
    std::string answer() {
        std::size_t whole = std::string::npos;
        while (received_.size() < whole) {
            const std::size_t head = received_.find("\r\n\r\n");
            const std::size_t length = received_.find("Content-Length: ");
            if (head != std::string::npos && length < head)
                whole = head + 4 + std::stoul(received_.substr(length + 16, 20));
            if (received_.size() < whole && !receive()) whole = received_.size();
        }
        std::string answer = received_.substr(0, whole);
        received_.erase(0, whole);
        return answer;
    }
    // One line with its end.
    std::string line() {
        while (!received_.contains('\n') && receive()) {
        }
        std::string line = received_.substr(0, received_.find('\n') + 1);
        received_.erase(0, line.size());
        return line;
    }
    // Reads until the other side closes; false where it does not within ten seconds.
    bool is_closed() {
        while (receive()) {
        }
        return closed_;
    }

    int socket() const { return socket_; }

private:
    bool receive() {
        std::array<char, 4096> buffer;
        const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), 0);
        closed_ = count == 0 || (count < 0 && errno == ECONNRESET);
        if (count <= 0) return false;
        received_.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }

    int socket_;
    std::string received_;
    bool closed_ = false;
};

}  // namespace vitrina::server
