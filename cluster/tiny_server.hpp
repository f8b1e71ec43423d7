#pragma once
// For tests: an HTTP server of a few lines that plays HDFS.
//
// Threads: answers on one of its own; `asked` is read when nobody asks.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace vitrina::cluster {

// Answers one request a connection from a table of targets, and closes.
class TinyServer {
public:
    explicit TinyServer(std::function<std::string(const std::string& target)> answer) : answer_(std::move(answer)) {
        socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(::listen(socket_, 8), 0);
        socklen_t length = sizeof address;
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~TinyServer() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    TinyServer(const TinyServer&) = delete;
    TinyServer& operator=(const TinyServer&) = delete;

    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/webhdfs/v1"; }
    std::string here(const std::string& target) const { return "http://127.0.0.1:" + std::to_string(port_) + target; }
    std::vector<std::string> asked;

private:
    void run() {
        for (int client = 0; (client = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(client)) {
            std::string request(4096, '\0');
            const auto got = ::recv(client, request.data(), request.size(), 0);
            request.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
            const auto begin = request.find(' ') + 1;
            const std::string target = request.substr(begin, request.find(' ', begin) - begin);
            asked.push_back(target);
            const std::string answer = answer_(target);
            ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        }
    }
    std::function<std::string(const std::string&)> answer_;
    int socket_ = -1;
    int port_ = 0;
    std::thread thread_;
};

inline std::string whole(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace vitrina::cluster
