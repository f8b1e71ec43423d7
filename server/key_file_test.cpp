#include "server/key_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace vitrina::server {
namespace {

class KeyFile : public ::testing::Test {
protected:
    void SetUp() override {
        folder = ::testing::TempDir() + "vitrina_keys_" +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name() + std::string("_") +
                 std::to_string(::getpid());
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
    }
    void TearDown() override { std::filesystem::remove_all(folder); }

    Result<FoundKeys> find() const {
        return find_keys(folder, [&](const char* name) {
            return environment.contains(name) ? environment.at(name) : std::string();
        });
    }
    std::string text() const {
        std::ifstream file(folder + "/keys");
        return (std::ostringstream() << file.rdbuf()).str();
    }

    std::string folder;
    std::map<std::string, std::string> environment;
};

TEST_F(KeyFile, is_made_once_for_its_owner_only_and_never_holds_the_secret_key) {
    const auto first = find();
    ASSERT_TRUE(first && first->made);
    EXPECT_EQ(admit(first->keys, first->made->secret).access, Access::secret);
    EXPECT_EQ(admit(first->keys, first->made->publicly).access, Access::publicly);
    struct stat status{};
    ASSERT_EQ(::stat((folder + "/keys").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    EXPECT_FALSE(text().contains(first->made->secret));

    const auto second = find();
    ASSERT_TRUE(second);
    EXPECT_FALSE(second->made);
    EXPECT_EQ(admit(second->keys, first->made->secret).access, Access::secret);
    EXPECT_EQ(second->keys.token, first->made->token);
}

TEST_F(KeyFile, gives_way_to_the_environment) {
    environment = {{"VITRINA_SECRET_KEY", "first-secret-key-0001,second-secret-key-0002"},
                   {"VITRINA_TOKEN_KEY", "token-key-00000000001"}};
    const auto found = find();
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->made);
    EXPECT_FALSE(std::filesystem::exists(folder + "/keys"));
    EXPECT_EQ(admit(found->keys, "first-secret-key-0001").access, Access::secret);
    EXPECT_EQ(admit(found->keys, "second-secret-key-0002").access, Access::secret);
    EXPECT_TRUE(found->keys.publicly.empty());
    EXPECT_EQ(found->keys.token, "token-key-00000000001");
}

TEST_F(KeyFile, refuses_keys_that_are_weak_or_cannot_be_sent) {
    for (const char* const key : {"short", "with a blank in it, and long", "ключ-ключ-ключ-ключ"}) {
        environment = {{"VITRINA_SECRET_KEY", key}};
        const auto found = find();
        ASSERT_FALSE(found) << key;
        EXPECT_EQ(found.error().code, ErrorCode::invalid_input);
    }
}

TEST_F(KeyFile, names_the_line_that_it_cannot_read) {
    std::ofstream(folder + "/keys") << "# ours\nsecret-sha256 nonsense\n";
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::corrupt_data);
    EXPECT_TRUE(found.error().message.contains("keys:2:")) << found.error().message;
}

TEST_F(KeyFile, says_why_it_cannot_be_written) {
    folder += "/missing";
    const auto found = find();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace vitrina::server
