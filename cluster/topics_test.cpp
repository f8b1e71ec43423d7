#include "cluster/topics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/murmur2.hpp"
#include "cluster/feed_mark.hpp"
#include "cluster/keeping.hpp"

namespace vitrina::cluster {
namespace {

std::string trouble(std::string_view toml) {
    const auto topics = read_topics(toml, "t.toml");
    return topics ? "taken" : topics.error().message;
}

TEST(Topics, are_those_of_the_contract_each_with_its_reason) {
    std::vector<std::string> names;
    for (const Topic& topic : declared_topics()) {
        names.push_back(topic.name);
        EXPECT_FALSE(topic.reason.empty()) << topic.name;
        EXPECT_NE(topic.compacted, topic.retention.has_value()) << topic.name << " either goes or stays";
    }
    std::ranges::sort(names);
    EXPECT_EQ(names,
              (std::vector<std::string>{"dead-letters", "events", "exposures", "item-changes", "item-deltas", "late",
                                        "models", "outcomes", "shopper-records", "success-deltas", "user-facts"}));
}

TEST(Topics, of_one_visitor_have_as_many_partitions_as_his_events) {
    const auto partitions = [](std::string_view name) {
        return std::ranges::find(declared_topics(), name, &Topic::name)->partitions;
    };
    for (const char* name : {"exposures", "late"}) EXPECT_EQ(partitions(name), partitions("events")) << name;
}

TEST(Topics, a_file_with_a_mistake_is_refused_with_its_line) {
    EXPECT_EQ(trouble("[events]\npartitions = 0\nreason = \"r\""),
              "t.toml: line 2: events.partitions must lie between 1 and 10000");
    EXPECT_EQ(trouble("[events]\npartition = 3"), "t.toml: line 2: events.partition must be a text in quotes");
    EXPECT_EQ(trouble("[events]\ncleanup = \"never\""),
              "t.toml: line 2: events.cleanup must be \"delete\" or \"compact\"");
    EXPECT_EQ(trouble("[events]\npartitions = 1"),
              "t.toml: line 1: events needs a reason: why it has these partitions and stays so long");
    EXPECT_NE(trouble("[events"), "taken");
    EXPECT_EQ(trouble("[events]\nreason = \"r\"\nretention = \"2d\""), "taken");
}

// The vectors were written by Kafka's own client.
TEST(Topics, a_key_goes_where_kafkas_own_producers_send_it) {
    std::ifstream file("tests/vectors/murmur2.txt");
    std::size_t checked = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with('#')) continue;
        std::istringstream fields(line);
        std::string hex;
        std::uint32_t hash = 0;
        std::int32_t partition = 0;
        fields >> hex >> hash >> partition;
        std::string key;
        if (hex != "-")
            for (std::size_t i = 0; i < hex.size(); i += 2)
                key.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
        EXPECT_EQ(partition_of(key, 12), partition) << hex;
        EXPECT_EQ(rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), 12, nullptr, nullptr), partition)
            << "librdkafka, " << hex;
        ++checked;
    }
    EXPECT_GT(checked, 10u);
}

TEST(Feed, partitions_are_ranges_or_all) {
    EXPECT_EQ(read_partitions("", 3, "k"), (std::vector<std::int32_t>{0, 1, 2}));
    EXPECT_EQ(read_partitions("0-1,3,3", 4, "k"), (std::vector<std::int32_t>{0, 1, 3}));
    for (const char* bad : {"4", "2-1", "a", "1,,2", "-1", "0-9"}) EXPECT_FALSE(read_partitions(bad, 4, "k")) << bad;
}

TEST(FeedMark, is_read_back_and_anything_else_is_refused) {
    const FeedMark mark{.identity = "vitrina.default 12ab",
                        .written = 17,
                        .states = {.visitors = 3, .users = 2, .items = 1},
                        .brokers = "MkU3OEVBNTcwNTJENDM2Qg",
                        .next = {{{"a", 0}, {5, 100}}, {{"b-c", 11}, {1LL << 40, -1}}}};
    EXPECT_EQ(decode_mark(encode(mark)), mark);
    EXPECT_EQ(decode_mark(encode(FeedMark{.identity = "x"})), FeedMark{.identity = "x"});
    const std::string text = encode(mark);
    EXPECT_FALSE(decode_mark(text.substr(0, text.size() - 3)));
    EXPECT_FALSE(decode_mark(""));
    EXPECT_FALSE(decode_mark(text + "x"));
}

}  // namespace
}  // namespace vitrina::cluster
