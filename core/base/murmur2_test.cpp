#include "base/murmur2.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace vitrina {
namespace {

std::string from_hex(const std::string& text) {
    std::string bytes;
    for (std::size_t i = 0; text != "-" && i + 1 < text.size(); i += 2)
        bytes.push_back(static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16)));
    return bytes;
}

TEST(Murmur2, agrees_with_kafka_on_every_vector) {
    std::ifstream vectors("tests/vectors/murmur2.txt");
    int read = 0;
    for (std::string line; std::getline(vectors, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        std::string hex;
        std::uint32_t hash = 0;
        std::int32_t partition = 0;
        ASSERT_TRUE(fields >> hex >> hash >> partition) << line;
        EXPECT_EQ(murmur2(from_hex(hex)), hash) << line;
        EXPECT_EQ(partition_of(from_hex(hex), 12), partition) << line;
        ++read;
    }
    EXPECT_GE(read, 30);
}

}  // namespace
}  // namespace vitrina
