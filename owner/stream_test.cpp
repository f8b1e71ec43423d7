#include "owner/stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace vitrina::owner {
namespace {

struct Pair {
    explicit Pair(const StreamLimits& limits = {}) {
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
        here = std::make_unique<Stream>(Descriptor(ends[0]), limits);
        there = Descriptor(ends[1]);
    }
    void raw(std::string_view bytes) const {
        EXPECT_EQ(::send(there.number(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    }
    std::unique_ptr<Stream> here;
    Descriptor there;
};

TEST(Stream, brings_messages_of_any_size_whole_and_in_order) {
    Pair pair;
    Stream other(std::move(pair.there), {});
    const std::string large(5'000'000, 'x');
    std::thread sender([&] {
        for (const std::string& message : {std::string("one"), std::string(), large}) EXPECT_TRUE(other.send(message));
        other.shut();
    });
    for (const std::string& message : {std::string("one"), std::string(), large}) {
        const auto received = pair.here->receive();
        ASSERT_TRUE(received && *received);
        EXPECT_EQ(**received, message);
    }
    const auto end = pair.here->receive();
    ASSERT_TRUE(end);
    EXPECT_FALSE(*end);
    sender.join();
}

TEST(Stream, refuses_what_is_announced_too_large_before_it_comes) {
    const Pair pair({.message_bytes = 1000});
    pair.raw({"\xe9\x03\x00\x00", 4});  // 1,001
    const auto refused = pair.here->receive();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
    EXPECT_NE(refused.error().message.find("1001"), std::string::npos);
    EXPECT_EQ(pair.here->send(std::string(1001, 'x')).error().code, ErrorCode::exhausted);
}

TEST(Stream, tells_a_message_that_was_cut_short_from_an_end) {
    Pair pair;
    pair.raw({"\x05\x00\x00\x00"
              "abc",
              7});
    pair.there = Descriptor();
    const auto cut = pair.here->receive();
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::unavailable);
}

TEST(Stream, gives_up_on_the_rest_of_a_message_in_its_time) {
    const Pair pair({.timeout_ms = 1});
    pair.raw({"\x05\x00", 2});
    EXPECT_EQ(pair.here->receive().error().code, ErrorCode::unavailable);
    EXPECT_EQ(Pair({.timeout_ms = 1}).here->send(std::string(10'000'000, 'x')).error().code, ErrorCode::unavailable);
}

TEST(Stream, does_not_wait_longer_for_a_message_than_asked) {
    EXPECT_EQ(Pair().here->receive(1).error().code, ErrorCode::unavailable);
}

TEST(Stream, survives_an_other_end_that_is_gone) {
    Pair pair;
    pair.there = Descriptor();
    EXPECT_EQ(pair.here->send("hello").error().code, ErrorCode::unavailable);
}

TEST(Stream, knows_who_is_there) {
    const Peer peer = Pair().here->peer();
    EXPECT_EQ(peer.process, ::getpid());
    EXPECT_EQ(peer.user, ::geteuid());
}

}  // namespace
}  // namespace vitrina::owner
