#include "base/lines.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vitrina {
namespace {

std::vector<std::string> read(std::string_view text, std::size_t piece, std::size_t limit = 1000) {
    LineReader reader(limit);
    std::vector<std::string> lines;
    const auto drain = [&] {
        while (const auto line = reader.next())
            lines.push_back(std::to_string(line->number) +
                            (line->too_long ? " too long" : " " + std::string(line->text)));
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.feed(text.substr(at, piece));
        drain();
    }
    reader.close();
    drain();
    return lines;
}

TEST(Lines, come_whole_whatever_the_pieces_and_line_ends) {
    for (const std::size_t piece : {1u, 2u, 3u, 100u}) {
        EXPECT_EQ(read("\xef\xbb\xbf"
                       "a\r\n\n bc \nd",
                       piece),
                  (std::vector<std::string>{"1 a", "3  bc ", "4 d"}));
        EXPECT_TRUE(read("", piece).empty());
        EXPECT_TRUE(read("\n\n", piece).empty());
    }
}

TEST(Lines, that_are_too_long_are_passed_over) {
    for (const std::size_t piece : {1u, 7u, 100u})
        EXPECT_EQ(read("a\n" + std::string(30, 'x') + "\nb\n" + std::string(11, 'y'), piece, 10),
                  (std::vector<std::string>{"1 a", "2 too long", "3 b", "4 too long"}))
            << piece;
}

}  // namespace
}  // namespace vitrina
