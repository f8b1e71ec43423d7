#include "cluster/topics.hpp"

#include <fmt/core.h>
#include <librdkafka/rdkafka.h>
#include <toml++/toml.h>

#include <array>
#include <memory>

#include "cluster/embedded.hpp"
#include "engine/configuration_keys.hpp"

namespace vitrina::cluster {

namespace {

constexpr int admin_timeout_ms = 10'000;
constexpr std::int64_t partitions_max = 10'000;

Result<void> read_key(Topic& topic, const std::string& key, const toml::node& value) {
    const std::string name = topic.name + "." + key;
    if (key == "partitions") {
        const auto number = engine::whole_number_of(value, name);
        if (!number) return std::unexpected(number.error());
        if (*number < 1 || *number > partitions_max)
            return std::unexpected(
                engine::wrong_value(value, name, fmt::format("must lie between 1 and {}", partitions_max)));
        topic.partitions = static_cast<std::int32_t>(*number);
        return {};
    }
    if (key == "retention") {
        const auto duration = engine::duration_of(value, name);
        if (!duration) return std::unexpected(duration.error());
        topic.retention = *duration;
        return {};
    }
    const auto text = engine::text_of(value, name);
    if (!text) return std::unexpected(text.error());
    const auto either = [&](const char* no, const char* yes, bool& field) -> Result<void> {
        if (*text != no && *text != yes)
            return std::unexpected(engine::wrong_value(value, name, fmt::format("must be \"{}\" or \"{}\"", no, yes)));
        field = *text == yes;
        return {};
    };
    if (key == "cleanup") return either("delete", "compact", topic.compacted);
    if (key == "timestamps") return either("sender", "append", topic.append_time);
    if (key != "reason")
        return std::unexpected(engine::wrong_value(
            value, name, "is not a key; known are partitions, cleanup, retention, timestamps, reason"));
    topic.reason = *text;
    return {};
}

Result<Topic> read_topic(const std::string& name, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return std::unexpected(engine::wrong_value(node, name, "must be a table, as in [events]"));
    Topic topic{.name = name};
    for (const auto& [key, value] : *table)
        if (auto read = read_key(topic, std::string(key.str()), value); !read) return std::unexpected(read.error());
    if (topic.reason.empty())
        return std::unexpected(
            engine::wrong_value(node, name, "needs a reason: why it has these partitions and stays so long"));
    return topic;
}

struct Freed {
    void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
    void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
    void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
    void operator()(rd_kafka_AdminOptions_t* options) const { rd_kafka_AdminOptions_destroy(options); }
};
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Freed>;

Result<NewTopic> new_topic(const engine::ClusterSettings& settings, const Topic& topic) {
    std::array<char, 512> why{};
    NewTopic made(rd_kafka_NewTopic_new(topic_name(settings, topic.name).c_str(), topic.partitions,
                                        static_cast<int>(settings.replication), why.data(), why.size()));
    if (made == nullptr)
        return fail(ErrorCode::invalid_input, fmt::format("topic {} cannot be: {}", topic.name, why.data()));
    const auto set = [&](const char* key, const std::string& value) {
        rd_kafka_NewTopic_set_config(made.get(), key, value.c_str());
    };
    set("cleanup.policy", topic.compacted ? "compact" : "delete");
    set("retention.ms", std::to_string(topic.retention.value_or(-1)));
    set("message.timestamp.type", topic.append_time ? "LogAppendTime" : "CreateTime");
    set("min.insync.replicas", std::to_string(settings.min_insync));
    return made;
}

// Which are there already; refuses those that differ.
Result<Created> compare(const Client& client, const engine::ClusterSettings& settings, const std::vector<Topic>& topics,
                        std::vector<const Topic*>& missing) {
    Created created;
    for (const Topic& topic : topics) {
        const std::string name = topic_name(settings, topic.name);
        const auto partitions = partitions_of(client, name, admin_timeout_ms);
        if (!partitions) return std::unexpected(partitions.error());
        if (*partitions == 0) {
            missing.push_back(&topic);
        } else if (*partitions != topic.partitions) {
            return fail(
                ErrorCode::conflict,
                fmt::format("topic {} has {} partitions, {} are declared; partitions cannot be changed in place: say "
                            "so in a topics file (--topics FILE), or begin with another topic_prefix",
                            name, *partitions, topic.partitions));
        } else {
            created.there.push_back(name);
        }
    }
    return created;
}

Result<void> make(const Client& client, const std::vector<NewTopic>& topics) {
    std::vector<rd_kafka_NewTopic_t*> bare;
    for (const NewTopic& topic : topics) bare.push_back(topic.get());
    const std::unique_ptr<rd_kafka_queue_t, Freed> queue(rd_kafka_queue_new(client.get()));
    const std::unique_ptr<rd_kafka_AdminOptions_t, Freed> options(
        rd_kafka_AdminOptions_new(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS));
    std::array<char, 512> why{};
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), admin_timeout_ms, why.data(), why.size());
    rd_kafka_CreateTopics(client.get(), bare.data(), bare.size(), options.get(), queue.get());
    const std::unique_ptr<rd_kafka_event_t, Freed> event(rd_kafka_queue_poll(queue.get(), 2 * admin_timeout_ms));
    if (event == nullptr) return fail(ErrorCode::unavailable, "the brokers did not make the topics in time; try again");
    if (const auto error = rd_kafka_event_error(event.get()))
        return std::unexpected(kafka_error(error, "cannot make the topics"));
    std::size_t count = 0;
    const auto* result = rd_kafka_event_CreateTopics_result(event.get());
    const auto* const* outcomes = rd_kafka_CreateTopics_result_topics(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(outcomes[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
        const char* text = rd_kafka_topic_result_error_string(outcomes[i]);
        return fail(ErrorCode::unavailable,
                    fmt::format("the brokers do not make topic {}: {}", rd_kafka_topic_result_name(outcomes[i]),
                                text != nullptr ? text : rd_kafka_err2str(error)));
    }
    return {};
}

}  // namespace

Result<std::vector<Topic>> read_topics(std::string_view toml, const std::string& file) {
    std::vector<Topic> topics;
    try {
        const toml::table root = toml::parse(toml, file);
        for (const auto& [key, node] : root) {
            auto topic = read_topic(std::string(key.str()), node);
            if (!topic) return fail(topic.error().code, file + ": " + topic.error().message);
            topics.push_back(std::move(*topic));
        }
    } catch (const toml::parse_error& error) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("{}: line {}: {}", file, error.source().begin.line, error.description()));
    }
    return topics;
}

const std::vector<Topic>& declared_topics() {
    static const std::vector<Topic> topics = [] {
        auto read = read_topics(embedded_file("topics.toml"), "topics.toml");
        ensure(read.has_value(), "cluster/topics.toml can be read");
        return std::move(*read);
    }();
    return topics;
}

std::string topic_name(const engine::ClusterSettings& settings, std::string_view topic) {
    return settings.topic_prefix + std::string(topic);
}

std::string changelog_name(const engine::ClusterSettings& settings, std::string_view store) {
    return fmt::format("{}folds-{}-changelog", settings.topic_prefix, store);
}

Result<Created> create_topics(const engine::ClusterSettings& settings, const std::vector<Topic>& topics,
                              const Environment& environment) {
    // A consumer, because asking for a topic as a producer may make it, with whatever partitions the brokers think of.
    const auto client = make_client(RD_KAFKA_CONSUMER, connection_of(settings, environment));
    if (!client) return std::unexpected(client.error());
    std::vector<const Topic*> missing;
    auto created = compare(*client, settings, topics, missing);
    if (!created || missing.empty()) return created;
    std::vector<NewTopic> made;
    for (const Topic* topic : missing) {
        auto one = new_topic(settings, *topic);
        if (!one) return std::unexpected(one.error());
        made.push_back(std::move(*one));
        created->made.push_back(topic_name(settings, topic->name));
    }
    if (auto done = make(*client, made); !done) return std::unexpected(done.error());
    return created;
}

}  // namespace vitrina::cluster
