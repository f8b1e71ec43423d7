#include "cluster/webhdfs.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace vitrina::cluster {
namespace {

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

std::string whole(const std::string& body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

TEST(WebHdfs, follows_the_namenode_to_the_datanode) {
    TinyServer* self = nullptr;
    TinyServer server([&](const std::string& target) {
        if (target.starts_with("/data")) return whole("model bytes");
        return "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + self->here("/data") + "\r\nContent-Length: 0\r\n\r\n";
    });
    self = &server;
    const WebHdfs hdfs({.address = server.address(), .user = "shop one"});
    EXPECT_EQ(hdfs.read("/models/a b.vit", 100), "model bytes");
    ASSERT_EQ(server.asked.size(), 2u);
    EXPECT_EQ(server.asked[0], "/webhdfs/v1/models/a%20b.vit?op=OPEN&user.name=shop%20one");
}

TEST(WebHdfs, tells_missing_too_large_broken_off_and_away_apart) {
    const auto code = [](const std::string& answer, std::uint64_t bytes_max = 100) {
        TinyServer server([&](const std::string&) { return answer; });
        const auto read = WebHdfs({.address = server.address(), .user = ""}).read("/m", bytes_max);
        return read ? std::string("read") : name_of(read.error().code);
    };
    EXPECT_EQ(code(whole("12345"), 5), "read");
    EXPECT_EQ(code(whole("123456"), 5), "exhausted");
    EXPECT_EQ(code("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), "not_found");
    EXPECT_EQ(code("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nonly this"), "unavailable");
    EXPECT_EQ(code("HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"), "unavailable");
    EXPECT_EQ(WebHdfs({.address = "http://127.0.0.1:1/webhdfs/v1", .user = ""}).read("/m", 5).error().code,
              ErrorCode::unavailable);
    EXPECT_EQ(WebHdfs({.address = "ftp://x", .user = ""}).read("/m", 5).error().code, ErrorCode::invalid_input);
}

}  // namespace
}  // namespace vitrina::cluster
