#include "cluster/kafka.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace vitrina::cluster {

namespace {

constexpr int level_of_errors = 3, level_of_warnings = 4;  // as in syslog

// The first librdkafka whose SCRAM the brokers of Kafka 3.8.1, 4 and later take (its pull request 4895).
constexpr int sound_scram = 0x020601ff;

// What a person cannot guess from what librdkafka says.
void explain(std::string_view text) {
    if (rd_kafka_version() < sound_scram && text.find("with SASL mechanism SCRAM") != std::string_view::npos)
        spdlog::error("librdkafka {} speaks a SCRAM that brokers of Kafka 4 refuse, whatever the password: set "
                      "cluster.sasl_mechanism to \"PLAIN\" (with TLS), or take librdkafka 2.6.1 or later",
                      rd_kafka_version_str());
}

void log(const rd_kafka_t*, int level, const char* facility, const char* text) {
    if (level <= level_of_errors) explain(text);
    if (level <= level_of_errors)
        spdlog::error("kafka {}: {}", facility, text);
    else if (level <= level_of_warnings)
        spdlog::warn("kafka {}: {}", facility, text);
    else
        spdlog::debug("kafka {}: {}", facility, text);
}

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return text;
}

ErrorCode code_of(rd_kafka_resp_err_t error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL: return ErrorCode::exhausted;
        case RD_KAFKA_RESP_ERR__INVALID_ARG:
        case RD_KAFKA_RESP_ERR_INVALID_MSG:
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE: return ErrorCode::invalid_input;
        default: return ErrorCode::unavailable;
    }
}

}  // namespace

std::string process_environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

Properties connection_of(const engine::ClusterSettings& settings, const Environment& environment) {
    Properties properties{{"bootstrap.servers", settings.bootstrap_servers},
                          {"client.id", "vitrina"},
                          {"security.protocol", upper(settings.security)},
                          {"socket.keepalive.enable", "true"},
                          {"reconnect.backoff.max.ms", "1000"},
                          {"log.connection.close", "false"}};
    if (!settings.ca_file.empty()) properties["ssl.ca.location"] = settings.ca_file;
    if (settings.security.starts_with("sasl")) {
        properties["sasl.mechanism"] = settings.sasl_mechanism;
        properties["sasl.username"] = environment("VITRINA_KAFKA_USERNAME");
        properties["sasl.password"] = environment("VITRINA_KAFKA_PASSWORD");
    }
    return properties;
}

Result<Client> make_client(rd_kafka_type_t type, const Properties& properties,
                           const std::function<void(rd_kafka_conf_t*)>& prepare) {
    std::unique_ptr<rd_kafka_conf_t, decltype(&rd_kafka_conf_destroy)> conf(rd_kafka_conf_new(), rd_kafka_conf_destroy);
    std::array<char, 512> why{};
    for (const auto& [key, value] : properties)
        if (rd_kafka_conf_set(conf.get(), key.c_str(), value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK)
            return fail(ErrorCode::invalid_input, fmt::format("a setting of [cluster] cannot be: {}", why.data()));
    rd_kafka_conf_set_log_cb(conf.get(), log);
    if (prepare) prepare(conf.get());
    Client client(rd_kafka_new(type, conf.get(), why.data(), why.size()));
    if (client == nullptr)
        return fail(ErrorCode::invalid_input, fmt::format("cannot talk to Kafka: {}; see [cluster]", why.data()));
    static_cast<void>(conf.release());  // the client owns it now
    return client;
}

Error kafka_error(rd_kafka_resp_err_t error, std::string_view tried) {
    std::string advice;
    if (error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        advice = "; `vitrina cluster init` makes the topics";
    return {code_of(error), fmt::format("{}: {}{}", tried, rd_kafka_err2str(error), advice)};
}

Result<void> enqueue(rd_kafka_t& client, const Record& record, void* opaque) {
    std::array<rd_kafka_vu_t, 5> fields{};
    fields[0].vtype = RD_KAFKA_VTYPE_TOPIC;
    fields[0].u.cstr = record.topic.c_str();
    fields[1].vtype = RD_KAFKA_VTYPE_KEY;
    fields[1].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};  // read only
    fields[2].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[2].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};  // copied
    fields[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[3].u.i = RD_KAFKA_MSG_F_COPY;
    fields[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[4].u.ptr = opaque;
    const std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)> error(
        rd_kafka_produceva(&client, fields.data(), fields.size()), rd_kafka_error_destroy);
    if (error == nullptr) return {};
    return std::unexpected(kafka_error(rd_kafka_error_code(error.get()), "cannot send to " + record.topic));
}

Result<std::int32_t> partitions_of(const Client& client, const std::string& topic, int timeout_ms) {
    using Handle = std::unique_ptr<rd_kafka_topic_t, decltype(&rd_kafka_topic_destroy)>;
    const Handle handle(rd_kafka_topic_new(client.get(), topic.c_str(), nullptr), rd_kafka_topic_destroy);
    const rd_kafka_metadata_t* raw = nullptr;
    const auto error = rd_kafka_metadata(client.get(), 0, handle.get(), &raw, timeout_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::unexpected(kafka_error(error, "the brokers cannot be reached (cluster.bootstrap_servers)"));
    const std::unique_ptr<const rd_kafka_metadata_t, decltype(&rd_kafka_metadata_destroy)> metadata(
        raw, rd_kafka_metadata_destroy);
    if (metadata->topic_cnt == 0 || metadata->topics[0].err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return 0;
    if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::unexpected(kafka_error(metadata->topics[0].err, "topic " + topic));
    return metadata->topics[0].partition_cnt;
}

}  // namespace vitrina::cluster
