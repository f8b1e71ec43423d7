// Plays every story of tests/stories.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/story.hpp"

namespace {

std::vector<std::filesystem::path> stories() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(VITRINA_ROOT "/tests/stories"))
        if (entry.path().extension() == ".story") paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

class Story : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Story, goes_as_told) {
    std::ifstream file(GetParam());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(vitrina::story::play(text), "");
}

INSTANTIATE_TEST_SUITE_P(Shop, Story, testing::ValuesIn(stories()),
                         [](const auto& test) { return test.param.stem().string(); });

TEST(StoryPlayer, says_where_a_story_is_wrong) {
    EXPECT_EQ(vitrina::story::play("item mug\nask 09:00 eve placement=home k=1\n----\nlamp popular\n"),
              "line 2: ask 09:00 eve placement=home k=1\nexpected\nlamp popular\ncame\nmug available\n");
    EXPECT_EQ(vitrina::story::play("sing\n"), "line 1: nobody knows what sing means");
    EXPECT_EQ(vitrina::story::play("item mug\n"), "the story asks nothing");
}

}  // namespace
