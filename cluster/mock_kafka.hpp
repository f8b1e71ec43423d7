#pragma once
// For tests: brokers inside the process (librdkafka's own), a folder that goes away, and a node on top of them.
//
// Threads: belongs to one test. The brokers know topics, offsets and transactions, not retention or replication: what is proved
// here is our side; tests against real brokers stand in kafka_test.cpp.

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "cluster/cluster_engine.hpp"
#include "cluster/topics.hpp"

namespace vitrina::cluster {

// Waits for what other threads do; false after thirty seconds.
inline bool comes_true(const std::function<bool()>& condition) {
    for (int attempt = 0; attempt < 3000; ++attempt) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return condition();
}

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::random_device random;
        path_ = std::filesystem::temp_directory_path() / ("vitrina_node_" + std::to_string(random()));
        std::filesystem::create_directories(path_);
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

inline constexpr const char* stores[] = {"visitors-hot", "visitors-cold", "users", "items", "catalog", "item-success"};

class MockKafka {
public:
    static constexpr int partitions = 3;

    MockKafka() {
        auto made = make_client(RD_KAFKA_PRODUCER, {{"client.id", "mock"}});
        EXPECT_TRUE(made) << made.error().message;
        holder_ = std::move(*made);
        brokers_ = rd_kafka_mock_cluster_new(holder_.get(), 1);
    }
    ~MockKafka() { rd_kafka_mock_cluster_destroy(brokers_); }
    MockKafka(const MockKafka&) = delete;
    MockKafka& operator=(const MockKafka&) = delete;

    std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(brokers_); }
    void go_away() { rd_kafka_mock_broker_set_down(brokers_, 1); }
    void come_back() { rd_kafka_mock_broker_set_up(brokers_, 1); }
    void make_topics(const engine::ClusterSettings& settings) {
        for (const Topic& topic : declared_topics())
            make(topic_name(settings, topic.name), topic.name == "models" ? 1 : partitions);
        for (const char* store : stores) make(changelog_name(settings, store), partitions);
    }

private:
    void make(const std::string& name, int count) {
        EXPECT_EQ(rd_kafka_mock_topic_create(brokers_, name.c_str(), count, 1), RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    Client holder_;
    rd_kafka_mock_cluster_t* brokers_ = nullptr;
};

}  // namespace vitrina::cluster
