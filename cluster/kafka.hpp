#pragma once
// librdkafka with owners and errors as values. What it has to say goes to the log of the service.
//
// Threads: a client may be used from any thread. Lifetime: `Client` ends the connection; nothing of it may be in use then.
// Errors: unavailable where brokers are away or slow; invalid_input where a setting or a record cannot be; exhausted where the queue
// is full; io for the rest.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <librdkafka/rdkafka.h>

#include "base/error.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

struct ClientEnd {
    void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
};
using Client = std::unique_ptr<rd_kafka_t, ClientEnd>;
using Properties = std::map<std::string, std::string>;
using Environment = std::function<std::string(const char* name)>;  // empty where it is not set

// The environment of the process.
std::string process_environment(const char* name);

// What every client needs to reach the brokers.
Properties connection_of(const engine::ClusterSettings& settings, const Environment& environment);

// `prepare` sets call-backs.
Result<Client> make_client(rd_kafka_type_t type, const Properties& properties,
                           const std::function<void(rd_kafka_conf_t*)>& prepare = {});

Error kafka_error(rd_kafka_resp_err_t error, std::string_view tried);

struct Record {
    std::string topic;  // full name
    std::string key;
    std::string value;
};
// Copies the record into the queue of a producer; `opaque` comes back with its delivery report.
Result<void> enqueue(rd_kafka_t& client, const Record& record, void* opaque);

// 0 where there is no such topic.
Result<std::int32_t> partitions_of(const Client& client, const std::string& topic, int timeout_ms);

}  // namespace vitrina::cluster
