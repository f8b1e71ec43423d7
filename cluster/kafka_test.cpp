// Against real brokers: skipped unless VITRINA_TEST_KAFKA names them ("127.0.0.1:19091"), as `make test-cluster` does.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

#include "border/keys.hpp"
#include "catalog/change.hpp"
#include "cluster/migration.hpp"
#include "cluster/mock_kafka.hpp"
#include "engine/temporary_shop.hpp"
#include "event/codec.hpp"

namespace vitrina::cluster {
namespace {

class Kafka : public testing::Test {
protected:
    void SetUp() override {
        settings().bootstrap_servers = process_environment("VITRINA_TEST_KAFKA");
        if (settings().bootstrap_servers.empty()) GTEST_SKIP() << "VITRINA_TEST_KAFKA names no brokers";
        std::random_device random;
        settings().topic_prefix = "test" + std::to_string(random()) + ".";
        settings().shops_file = folder.path() + "/shops.json";
    }
    engine::ClusterSettings& settings() { return configuration.cluster; }
    Result<Created> create() { return create_topics(settings(), declared_topics(), process_environment); }

    // (key, value) of every committed record, in the order of each partition.
    std::vector<std::pair<std::string, std::string>> committed(const std::string& topic) {
        Properties properties = connection_of(settings(), process_environment);
        properties["group.id"] = "test";
        properties["isolation.level"] = "read_committed";
        properties["enable.partition.eof"] = "true";
        const Client client = make_client(RD_KAFKA_CONSUMER, properties).value();
        rd_kafka_poll_set_consumer(client.get());
        auto* list = rd_kafka_topic_partition_list_new(8);
        const std::int32_t count = partitions_of(client, topic, 10'000).value();
        for (std::int32_t i = 0; i < count; ++i)
            rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
        rd_kafka_assign(client.get(), list);
        rd_kafka_topic_partition_list_destroy(list);
        std::vector<std::pair<std::string, std::string>> found;
        for (std::int32_t ended = 0; ended < count;) {
            rd_kafka_message_t* message = rd_kafka_consumer_poll(client.get(), 10'000);
            if (message == nullptr) break;
            if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
            if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                found.emplace_back(std::string(static_cast<const char*>(message->key), message->key_len),
                                   std::string(static_cast<const char*>(message->payload), message->len));
            rd_kafka_message_destroy(message);
        }
        rd_kafka_consumer_close(client.get());
        return found;
    }

    TemporaryFolder folder;
    engine::Configuration configuration;
};

TEST_F(Kafka, topics_are_made_once_and_never_changed_in_silence) {
    const auto first = create();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->made.size(), declared_topics().size());
    ASSERT_TRUE(comes_true([&] { return create()->there.size() == declared_topics().size(); }));
    auto more = declared_topics();
    more.front().partitions += 1;
    const auto refused = create_topics(settings(), more, process_environment);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find("topic_prefix"), std::string::npos) << refused.error().message;
}

TEST_F(Kafka, what_is_acknowledged_is_there_in_the_order_of_each_key) {
    ASSERT_TRUE(create());
    auto producer = Producer::open(settings(), process_environment).value();
    const std::string topic = topic_name(settings(), "events");
    std::vector<Record> records;
    for (int i = 0; i < 2000; ++i) records.push_back({topic, "k" + std::to_string(i % 50), std::to_string(i)});
    for (const auto& sent : producer->send(records)) ASSERT_TRUE(sent) << sent.error().message;
    std::map<std::string, std::vector<int>> by_key;
    for (const auto& [key, value] : committed(topic)) by_key[key].push_back(std::stoi(value));
    ASSERT_EQ(by_key.size(), 50u);
    for (const auto& [key, numbers] : by_key) {
        EXPECT_EQ(numbers.size(), 40u);
        EXPECT_TRUE(std::ranges::is_sorted(numbers)) << key;
    }
    EXPECT_EQ(producer->send({{topic, "k", std::string(3 << 20, 'x')}}).front().error().code, ErrorCode::invalid_input);
}

TEST_F(Kafka, a_migration_before_the_topics_are_made_says_how_to_make_them) {
    ASSERT_TRUE(engine::Engine::open(folder.path() + "/shop", {}).value()->put_items({engine::on_sale("mug")}).front());
    const auto refused = migrate(folder.path() + "/shop", configuration, 1, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_NE(refused.error().message.find("vitrina cluster init"), std::string::npos) << refused.error().message;
}

// Cut off after some transactions, as a kill would, then repeated twice.
TEST_F(Kafka, a_migration_loses_and_doubles_nothing) {
    ASSERT_TRUE(create());
    const auto events = engine::traffic(5, 900);
    std::size_t taken = 0;
    {
        auto shop = engine::Engine::open(folder.path() + "/shop", {}).value();
        ASSERT_TRUE(shop->accept(events));
        ASSERT_TRUE(shop->put_items({engine::on_sale("mug")}).front());
        ASSERT_TRUE(shop->each_event([&](const event::Event&) { ++taken; }));
    }
    MigrationOutside outside{.events_together = 100};
    struct CutOff {};
    outside.progress = [](std::uint64_t done, std::uint64_t) {
        if (done >= 300) throw CutOff();
    };
    EXPECT_THROW(static_cast<void>(migrate(folder.path() + "/shop", configuration, 1, outside)), CutOff);
    outside.progress = {};
    const auto rest = migrate(folder.path() + "/shop", configuration, 2, outside);
    ASSERT_TRUE(rest) << rest.error().message;
    EXPECT_EQ(rest->events_before, 300u);
    EXPECT_EQ(rest->events, taken - 300);
    EXPECT_EQ(migrate(folder.path() + "/shop", configuration, 3, outside)->events, 0u);
    EXPECT_EQ(migrate(folder.path() + "/shop", configuration, 3, outside)->items, 0u);

    const auto there = committed(topic_name(settings(), "events"));
    EXPECT_EQ(there.size(), taken);
    std::multiset<std::string> sent, found;
    for (const event::Event& event : events) sent.insert(event::encode(event));
    for (const auto& [key, value] : there) {
        found.insert(value);
        EXPECT_EQ(key, border::text_key("default", event::decode(value)->visitor_id));
    }
    EXPECT_EQ(found, sent);
    const auto items = committed(topic_name(settings(), "item-changes"));
    ASSERT_EQ(items.size(), 1u);
    EXPECT_EQ(catalog::decode_change(items[0].second)->item.item_id, "mug");
}

}  // namespace
}  // namespace vitrina::cluster
