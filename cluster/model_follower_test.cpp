#include "cluster/model_follower.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "cluster/mock_kafka.hpp"
#include "cluster/tiny_server.hpp"
#include "model/model.hpp"

namespace vitrina::cluster {
namespace {

std::string bytes_of_model(std::uint64_t seed) {
    model::ModelBuilder builder({ItemKey{seed}, ItemKey{seed + 1}});
    builder.add("popular.score", std::vector<float>{1, 2});
    return builder.bytes();
}

// What the published version says of a model; its checksum is learned by publishing it somewhere.
model::PublishedModel published(const std::string& version, const std::string& bytes) {
    const TemporaryFolder folder;
    auto store = model::Store::open(folder.path()).value();
    return {store.publish({.version = version, .trained_at = 1000}, bytes)->manifest, "/models/" + version};
}

class Following : public testing::Test {
protected:
    void start(const std::string& address) {
        follower = std::make_unique<ModelFollower>(
            model::Store::open(folder.path() + "/models").value(), WebHdfs({.address = address, .user = ""}),
            FollowerSettings{.folder = folder.path(), .retry_ms = 10}, [this](const model::Version& version) {
                const std::lock_guard lock(mutex);
                used.push_back(version.manifest.version);
            });
    }
    std::string in_use() {
        const std::lock_guard lock(mutex);
        return used.empty() ? "none" : used.back();
    }
    TemporaryFolder folder;
    std::mutex mutex;
    std::vector<std::string> used;
    std::unique_ptr<ModelFollower> follower;
};

TEST_F(Following, fetches_checks_and_uses_what_is_published_and_keeps_it) {
    const std::string one = bytes_of_model(1), two = bytes_of_model(2);
    TinyServer hdfs(
        [&](const std::string& target) { return whole(target.find("/models/v1") != std::string::npos ? one : two); });
    start(hdfs.address());
    follower->follow(published("v1", one));
    EXPECT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    follower->follow(published("v2", two));
    EXPECT_TRUE(comes_true([&] { return in_use() == "v2"; }));
    follower->follow(published("v1", one));
    EXPECT_TRUE(comes_true([&] { return in_use() == "v1"; })) << "going back is publishing again";
    EXPECT_EQ(hdfs.asked.size(), 2u) << "what is there is not fetched again";
    follower.reset();
    used.clear();
    start(hdfs.address());
    follower->open_current();
    EXPECT_EQ(in_use(), "v1");
}

TEST_F(Following, a_file_that_is_not_the_one_of_the_manifest_is_refused_and_the_model_in_use_stays) {
    const std::string one = bytes_of_model(1), other = bytes_of_model(2);
    std::string answer = whole(one);
    TinyServer hdfs([&](const std::string&) { return answer; });
    start(hdfs.address());
    follower->follow(published("v1", one));
    ASSERT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    for (const std::string& bad : {other, one.substr(0, one.size() / 2), std::string("no model")}) {
        answer = whole(bad);
        const auto refused = follower->refused();
        follower->follow(published("v2", one));
        EXPECT_TRUE(comes_true([&] { return follower->refused() == refused + 1; }));
    }
    EXPECT_EQ(in_use(), "v1");
    EXPECT_EQ(follower->models()->size(), 1u);
}

TEST_F(Following, a_damaged_copy_is_fetched_again_also_of_the_model_in_use) {
    const std::string one = bytes_of_model(1);
    TinyServer hdfs([&](const std::string&) { return whole(one); });
    start(hdfs.address());
    follower->follow(published("v1", one));
    ASSERT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    follower.reset();
    used.clear();
    const std::string copy = folder.path() + "/models/v1/model.vit";
    std::filesystem::resize_file(copy, std::filesystem::file_size(copy) / 2);
    start(hdfs.address());
    follower->open_current();
    EXPECT_EQ(in_use(), "none");
    follower->follow(published("v1", one));
    EXPECT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    EXPECT_EQ(follower->refused(), 0u);
}

TEST_F(Following, a_missing_file_and_an_old_format_are_refused_with_a_reason_and_the_model_in_use_stays) {
    const std::string one = bytes_of_model(1);
    std::string old = one;
    old[8] = '\0';  // the format's number stands behind the magic
    std::string answer = whole(one);
    TinyServer hdfs([&](const std::string&) { return answer; });
    start(hdfs.address());
    follower->follow(published("v1", one));
    ASSERT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    const auto refused_saying = [&](const std::string& reason) {
        const auto before = follower->refused();
        testing::internal::CaptureStdout();
        follower->follow(published("v2", one));
        const bool refused = comes_true([&] { return follower->refused() == before + 1; });
        const std::string said = testing::internal::GetCapturedStdout();
        EXPECT_NE(said.find("model v2 is not taken: "), std::string::npos) << said;
        EXPECT_NE(said.find(reason), std::string::npos) << said;
        return refused;
    };
    answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    EXPECT_TRUE(refused_saying("there is no file /models/v2 in HDFS"));
    answer = whole(old);
    EXPECT_TRUE(refused_saying("format"));
    EXPECT_EQ(in_use(), "v1");
    follower.reset();
    start(hdfs.address());
    follower->open_current();
    EXPECT_EQ(in_use(), "v1") << "and after a restart";
}

TEST_F(Following, tries_again_while_hdfs_is_away) {
    const std::string one = bytes_of_model(1);
    std::atomic<int> asked = 0;
    TinyServer hdfs([&](const std::string&) {
        return ++asked < 4 ? std::string("HTTP/1.1 503 Not now\r\nContent-Length: 0\r\n\r\n") : whole(one);
    });
    start(hdfs.address());
    follower->follow(published("v1", one));
    EXPECT_TRUE(comes_true([&] { return in_use() == "v1"; }));
    EXPECT_EQ(follower->refused(), 0u);
}

TEST(PublishedModel, is_read_back_and_anything_else_is_refused) {
    const auto one = published("v1", bytes_of_model(1));
    EXPECT_EQ(model::decode_published(model::encode(one)), one);
    EXPECT_FALSE(model::decode_published("garbage"));
    EXPECT_FALSE(model::decode_published(""));
    EXPECT_FALSE(model::decode_published(model::encode({one.manifest, "relative"})));
}

}  // namespace
}  // namespace vitrina::cluster
