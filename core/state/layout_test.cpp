#include "state/layout.hpp"

#include <gtest/gtest.h>

namespace vitrina::state {

namespace {

struct Point {
    std::uint32_t far = 0;
    std::uint8_t near = 0;
    bool operator==(const Point&) const = default;
};

using PointColumns = Columns<Point, &Point::far, &Point::near>;
constexpr LayoutName test_name{magic_of("TEST"), 3, "a test's state"};

std::string written(const Point& fixed, const std::vector<Point>& rows) {
    Writer writer(test_name);
    writer.fixed<PointColumns>(fixed);
    writer.section<PointColumns>(rows);
    return writer.finish();
}

Result<std::vector<Point>> read(std::string_view bytes) {
    Reader reader(bytes, test_name);
    reader.fixed<PointColumns>();
    const auto rows = reader.section<PointColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    return rows.all();
}

TEST(Layout, lies_in_columns_under_a_header_of_32_bytes) {
    const std::string bytes = written({1, 2}, {{0x0a0b0c0d, 7}, {0x01020304, 8}});
    const std::string expected = std::string("TEST\x03\0\0\0\x38\0\0\0", 12) + std::string("\x02\0", 2) +
                                 std::string(18, '\0') + std::string("\x01\0\0\0\x02\0\0\0", 8) +
                                 std::string("\x0d\x0c\x0b\x0a\x04\x03\x02\x01\x07\x08\0\0\0\0\0\0", 16);
    EXPECT_EQ(bytes, expected);
}

TEST(Layout, reads_what_was_written) {
    const std::vector<Point> rows{{5, 1}, {6, 2}, {7, 3}};
    const std::string bytes = written({}, rows);
    EXPECT_EQ(read(bytes).value(), rows);
}

TEST(Layout, refuses_every_truncation_and_every_longer_copy) {
    const std::string bytes = written({1, 2}, {{5, 1}, {6, 2}, {7, 3}});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read(std::string_view(bytes).substr(0, size))) << size;
    EXPECT_FALSE(read(bytes + std::string(8, '\0')));
}

TEST(Layout, refuses_another_magic_version_length_count_or_padding) {
    const std::string bytes = written({1, 2}, {{5, 1}});
    ASSERT_TRUE(read(bytes));
    for (const std::size_t at : {0, 4, 6, 8, 12, 14, 37, 45}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] + 1);
        const auto refused = read(changed);
        ASSERT_FALSE(refused) << at;
        EXPECT_EQ(refused.error().code, ErrorCode::corrupt_data);
    }
}

TEST(Layout, says_what_is_wrong_with_which_state) {
    EXPECT_EQ(read("short").error().message,
              "a test's state cannot be read: it is shorter than its header; rebuild it from the log (5 bytes)");
}

}  // namespace

}  // namespace vitrina::state
