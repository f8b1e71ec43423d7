#include "server/request_head.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"

namespace vitrina::server {
namespace {

const std::string post =
    "POST /v1/events HTTP/1.1\r\nHost: shop\r\ncontent-LENGTH:  12\r\nExpect: 100-continue\r\n\r\nhello, world";

TEST(RequestHead, reads_length_and_expectation) {
    RequestHead head;
    EXPECT_FALSE(head.begun());
    EXPECT_TRUE(head.take(post));
    EXPECT_EQ(head.body_bytes(), 12u);
    EXPECT_TRUE(head.waits_to_go_on());
}

TEST(RequestHead, reads_the_same_in_any_pieces) {
    const std::uint64_t seed = 17;
    Random random(seed);
    for (int round = 0; round < 500; ++round) {
        RequestHead head;
        std::string_view rest = post;
        const std::size_t end = post.find("\r\n\r\n") + 4;
        while (!rest.empty()) {
            const std::size_t piece = std::min<std::size_t>(rest.size(), 1 + random.below(9));
            head.take(rest.substr(0, piece));
            rest.remove_prefix(piece);
            ASSERT_EQ(head.whole(), post.size() - rest.size() >= end) << "seed " << seed << " round " << round;
        }
        EXPECT_EQ(head.body_bytes(), 12u);
        EXPECT_TRUE(head.waits_to_go_on());
    }
}

TEST(RequestHead, tells_what_is_no_http_1) {
    const auto is_sound = [](const std::string& text) {
        RequestHead head;
        head.take(text + "\r\n\r\n");
        return head.is_sound();
    };
    EXPECT_TRUE(is_sound("GET / HTTP/1.1\r\nhOST: a"));
    EXPECT_TRUE(is_sound("GET / HTTP/1.0"));
    for (const char* text : {"GET / HTTP/1.1", "GET / HTTP/1.1\r\nHost : a", "GET / HTTP/3.9\r\nHost: a",
                             "GET /\r\nHost: a", "GET / HTTP/0.9\r\nHost: a", "GET / HTTP/1.12\r\nHost: a"})
        EXPECT_FALSE(is_sound(text)) << text;
}

TEST(RequestHead, bears_what_is_no_head) {
    RequestHead garbage;
    EXPECT_FALSE(garbage.take(std::string(1 << 20, 'x')));
    EXPECT_TRUE(garbage.begun());
    RequestHead odd;
    EXPECT_TRUE(odd.take("GET / HTTP/1.1\r\nContent-Length: many\r\nExpect\r\n:\r\nContent-Length\r\n\r\n"));
    EXPECT_EQ(odd.body_bytes(), 0u);
    EXPECT_FALSE(odd.waits_to_go_on());
}

}  // namespace
}  // namespace vitrina::server
