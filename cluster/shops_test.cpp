#include "cluster/shops.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "cluster/mock_kafka.hpp"

namespace vitrina::cluster {
namespace {

TEST(Shops, a_shop_keeps_its_key_and_nobody_else_reads_it) {
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/shops.json";
    EXPECT_EQ(read_shop_key(file, "default").error().code, ErrorCode::not_found);
    EXPECT_TRUE(make_shop_key(file, "default").value());
    const ShopKey key = read_shop_key(file, "default").value();
    EXPECT_FALSE(make_shop_key(file, "default").value());
    EXPECT_TRUE(make_shop_key(file, "other-shop").value());
    EXPECT_EQ(read_shop_key(file, "default"), key);
    EXPECT_NE(read_shop_key(file, "other-shop"), key);
    struct stat about{};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777u, 0600u);
}

TEST(Shops, a_key_that_is_brought_over_does_not_replace_another) {
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/shops.json";
    ShopKey mine{};
    mine[0] = std::byte{7};
    ASSERT_TRUE(keep_shop_key(file, "default", mine));
    EXPECT_TRUE(keep_shop_key(file, "default", mine));
    EXPECT_EQ(read_shop_key(file, "default"), mine);
    EXPECT_EQ(keep_shop_key(file, "default", ShopKey{}).error().code, ErrorCode::conflict);
    EXPECT_EQ(make_shop_key(file, "No Name").error().code, ErrorCode::invalid_input);
}

TEST(Shops, a_damaged_file_is_refused_without_showing_keys) {
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/shops.json";
    for (const char* text : {"", "[]", R"({"default": "12"})", R"({"UPPER": "00"})", R"({"default": 3})"}) {
        std::ofstream(file) << text;
        EXPECT_EQ(read_shop_key(file, "default").error().code, ErrorCode::invalid_input) << text;
    }
}

}  // namespace
}  // namespace vitrina::cluster
