#include "cluster/webhdfs.hpp"

#include <gtest/gtest.h>

#include <string>

#include "cluster/tiny_server.hpp"

namespace vitrina::cluster {
namespace {

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
