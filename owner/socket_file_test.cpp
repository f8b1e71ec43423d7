#include "owner/socket_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace vitrina::owner {
namespace {

class SocketFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = ::testing::TempDir() + "vitrina_socket_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::string path() const { return folder_ + "/" + socket_name; }
    static void expect_open(const std::string& folder) {
        const auto listener = Listener::open(folder);
        ASSERT_TRUE(listener) << listener.error().message;
        const auto connected = connect_to(folder);
        EXPECT_TRUE(connected) << connected.error().message;
    }
    std::string folder_;
};

TEST_F(SocketFile, is_for_its_user_alone_and_goes_with_its_listener) {
    {
        const auto listener = Listener::open(folder_);
        ASSERT_TRUE(listener) << listener.error().message;
        struct stat status{};
        ASSERT_EQ(::lstat(path().c_str(), &status), 0);
        EXPECT_TRUE(S_ISSOCK(status.st_mode));
        EXPECT_EQ(status.st_mode & 0777, 0600u);
        EXPECT_TRUE(connect_to(folder_));
    }
    EXPECT_FALSE(std::filesystem::exists(path()));
    EXPECT_EQ(connect_to(folder_).error().code, ErrorCode::not_found);
}

TEST_F(SocketFile, is_reached_under_any_path) {
    std::string deep = folder_;
    while (deep.size() < 300) deep += "/a_folder_with_a_long_name";
    std::filesystem::create_directories(deep);
    expect_open(deep);
    std::filesystem::create_directory_symlink(deep, folder_ + "/link");
    expect_open(folder_ + "/link");
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
    expect_open(".");
    std::filesystem::current_path(before);
}

TEST_F(SocketFile, replaces_what_a_killed_owner_left) {
    const std::string aside = folder_ + "/aside";
    {
        const auto killed = Listener::open(folder_);
        ASSERT_TRUE(killed);
        std::filesystem::rename(path(), aside);
    }
    std::filesystem::rename(aside, path());
    const auto refused = connect_to(folder_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    expect_open(folder_);
}

TEST_F(SocketFile, follows_no_symbolic_link) {
    const std::string precious = folder_ + "/precious";
    std::ofstream(precious) << "kept";
    std::filesystem::create_symlink(precious, path());
    EXPECT_EQ(connect_to(folder_).error().code, ErrorCode::conflict);
    expect_open(folder_);
    EXPECT_EQ(std::filesystem::file_size(precious), 4u);
    EXPECT_EQ(std::filesystem::status(precious).permissions(), std::filesystem::perms{0644});
}

TEST_F(SocketFile, says_what_is_in_its_way) {
    std::filesystem::create_directories(path() + "/in_the_way");
    const auto refused = Listener::open(folder_);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find(path()), std::string::npos);
    EXPECT_EQ(connect_to(folder_).error().code, ErrorCode::conflict);
    EXPECT_EQ(connect_to(folder_ + "/nowhere").error().code, ErrorCode::io);
}

}  // namespace
}  // namespace vitrina::owner
