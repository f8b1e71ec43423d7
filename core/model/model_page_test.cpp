// Holds the worked example of docs/model-format.md to what the program writes.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "model/forest.hpp"
#include "model/model.hpp"

namespace vitrina::model {
namespace {

// The bytes of the block "```hex <name>": hexadecimal up to "#" in each line.
std::string example(const std::string& name) {
    std::ifstream page("docs/model-format.md");
    std::string text, bytes;
    while (std::getline(page, text) && text != "```hex " + name) {
    }
    while (std::getline(page, text) && text != "```") {
        std::istringstream line(text.substr(0, text.find('#')));
        for (std::string byte; line >> byte;) bytes.push_back(static_cast<char>(std::stoi(byte, nullptr, 16)));
    }
    return bytes;
}

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x} ", static_cast<unsigned char>(byte));
    return text;
}

TEST(ModelPage, shows_a_model_as_it_is) {
    std::vector<ItemKey> keys{item_key("LAMP"), item_key("MUG-RED")};
    std::ranges::sort(keys);
    ModelBuilder builder(keys);
    builder.add("popular.score", std::vector<float>{1.0f, 0.5f});
    EXPECT_EQ(hex(example("model")), hex(builder.bytes()));
    EXPECT_EQ(Model::from_bytes(example("model")).value()->row(item_key("LAMP")), 1u);
}

TEST(ModelPage, shows_trees_as_they_are) {
    const std::vector<TreeNode> nodes{{2.5f, 1, 1}, {1.0f, 0, 0}, {0.0f, 0, 3}, {-0.5f, 0, 0}, {0.25f, 0, 0}};
    EXPECT_EQ(hex(example("nodes")),
              hex({reinterpret_cast<const char*>(nodes.data()), nodes.size() * sizeof(TreeNode)}));
    const std::vector<std::uint32_t> trees{0, 5};
    const std::vector<std::uint64_t> features{feature_hash("popular.share"), feature_hash("own.age")};
    EXPECT_TRUE(check_forest({trees, nodes, features}).has_value());
}

}  // namespace
}  // namespace vitrina::model
