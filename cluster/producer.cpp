#include "cluster/producer.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <optional>
#include <utility>

namespace vitrina::cluster {

namespace {

constexpr int poll_ms = 50;
constexpr int probe_ms = 1000;
constexpr int farewell_ms = 5000;

const Error no_answer{
    ErrorCode::unavailable,
    "the brokers did not acknowledge in time; send it again, an event that arrives twice counts once"};
// A record that is too large for us never left; one that is too large for the brokers met the seal of a generation (ops/grow.sh).
const Error sealed{
    ErrorCode::unavailable,
    "the topics of this node take nothing more: the shop moves to a new generation of them; send it again later"};
const Error brokers_away{ErrorCode::unavailable, "the brokers are away; send it again later"};

}  // namespace

// One call of `send`; outlives it where it gives up before the brokers answer.
struct Producer::Sending {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t left = 0;
    std::vector<std::optional<Result<void>>> results;

    void settle(std::size_t index, Result<void> result) {
        const std::lock_guard lock(mutex);
        results[index] = std::move(result);
        if (--left == 0) changed.notify_all();
    }
};

// What a record under way carries. Without a `sending` it was offered.
struct Producer::Slot {
    std::shared_ptr<Sending> sending;
    std::size_t index = 0;
};

Result<std::unique_ptr<Producer>> Producer::open(const engine::ClusterSettings& settings,
                                                 const Environment& environment, const Properties& more) {
    Properties properties = connection_of(settings, environment);
    properties["enable.idempotence"] = "true";
    properties["acks"] = "all";
    properties["partitioner"] = "murmur2";
    properties["compression.codec"] = "lz4";
    properties["linger.ms"] = std::to_string(settings.linger_ms);
    properties["message.timeout.ms"] = std::to_string(settings.accept_timeout_ms);
    properties["queue.buffering.max.messages"] = std::to_string(settings.queue_messages);
    properties["queue.buffering.max.kbytes"] = std::to_string(settings.queue_kilobytes);
    for (const auto& [key, value] : more) properties[key] = value;
    std::unique_ptr<Producer> producer(new Producer(settings, std::move(properties)));
    if (auto connected = producer->connect(); !connected) return std::unexpected(connected.error());
    producer->thread_ = std::thread([raw = producer.get()] { raw->run(); });
    return producer;
}

Producer::Producer(const engine::ClusterSettings& settings, Properties properties)
    : timeout_ms_(settings.accept_timeout_ms), properties_(std::move(properties)) {}

Producer::~Producer() {
    if (client_ != nullptr) rd_kafka_flush(client_.get(), farewell_ms);
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    end(client_, 0);
}

// What is still queued is given up, and whoever waits for it is told.
void Producer::end(std::shared_ptr<rd_kafka_t>& client, int wait_ms) {
    if (client == nullptr) return;
    rd_kafka_flush(client.get(), wait_ms);
    rd_kafka_purge(client.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(client.get(), probe_ms);
    client.reset();
}

Result<void> Producer::connect() {
    auto made = make_client(RD_KAFKA_PRODUCER, properties_, [this](rd_kafka_conf_t* conf) {
        rd_kafka_conf_set_opaque(conf, this);
        rd_kafka_conf_set_dr_msg_cb(conf, [](rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
            static_cast<Producer*>(self)->on_delivery(*message);
        });
        rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int error, const char*, void* self) {
            static_cast<Producer*>(self)->on_error(error);
        });
    });
    if (!made) return std::unexpected(made.error());
    client_ = std::shared_ptr<rd_kafka_t>(made->release(), ClientEnd());
    return {};
}

// librdkafka gives an idempotent producer up for good where it can no longer tell what the brokers have; then a new one begins.
Result<std::shared_ptr<rd_kafka_t>> Producer::client() {
    const std::lock_guard lock(mutex_);
    if (broken_.exchange(false)) {
        spdlog::warn("kafka: the producer could not go on and is made anew");
        end(client_, 0);
        if (auto connected = connect(); !connected) {
            broken_ = true;
            return std::unexpected(connected.error());
        }
    }
    if (client_ == nullptr) return std::unexpected(brokers_away);
    return client_;
}

Result<void> Producer::produce(rd_kafka_t& client, const Record& record, std::unique_ptr<Slot> slot) {
    auto queued = enqueue(client, record, slot.get());
    if (queued) static_cast<void>(slot.release());  // comes back with the delivery report
    return queued;
}

std::vector<Result<void>> Producer::send(const std::vector<Record>& records) {
    std::vector<Result<void>> results(records.size(), std::unexpected(brokers_away));
    if (away_ || records.empty()) return results;
    const auto client = this->client();
    if (!client) return results;
    const auto sending = std::make_shared<Sending>();
    sending->left = records.size();
    sending->results.resize(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
        if (auto produced = produce(**client, records[i], std::make_unique<Slot>(Slot{sending, i})); !produced)
            sending->settle(i, std::move(produced));
    std::unique_lock lock(sending->mutex);
    sending->changed.wait_for(lock, std::chrono::milliseconds(timeout_ms_), [&] { return sending->left == 0; });
    for (std::size_t i = 0; i < records.size(); ++i)
        results[i] = sending->results[i] ? *sending->results[i] : std::unexpected(no_answer);
    return results;
}

bool Producer::offer(const Record& record, std::size_t most) {
    if (away_ || offered_ >= most) return false;
    const auto client = this->client();
    if (!client) return false;
    ++offered_;
    if (produce(**client, record, std::make_unique<Slot>())) return true;
    --offered_;
    return false;
}

void Producer::on_delivery(const rd_kafka_message_t& message) {
    const std::unique_ptr<Slot> slot(static_cast<Slot*>(message._private));
    const bool taken = message.err == RD_KAFKA_RESP_ERR_NO_ERROR;
    ++(taken ? sent_ : failed_);
    if (taken) away_ = false;
    if (slot == nullptr) return;
    if (slot->sending == nullptr) {
        --offered_;
        return;
    }
    if (taken) return slot->sending->settle(slot->index, {});
    const bool refused = message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    slot->sending->settle(slot->index,
                          std::unexpected(refused ? sealed : kafka_error(message.err, "not acknowledged")));
}

void Producer::on_error(int error) {
    if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) away_ = true;
    if (error == RD_KAFKA_RESP_ERR__FATAL) broken_ = true;
}

void Producer::run() {
    while (!stopping_) {
        std::shared_ptr<rd_kafka_t> client;
        {
            const std::lock_guard lock(mutex_);
            client = client_;
        }
        if (client == nullptr) {
            std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
            continue;
        }
        rd_kafka_poll(client.get(), poll_ms);
        if (away_) probe();
    }
}

// Nothing tells that brokers are back, so they are asked.
void Producer::probe() {
    std::shared_ptr<rd_kafka_t> client;
    {
        const std::lock_guard lock(mutex_);
        client = client_;
    }
    const rd_kafka_metadata_t* metadata = nullptr;
    if (client == nullptr ||
        rd_kafka_metadata(client.get(), 0, nullptr, &metadata, probe_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    if (metadata->broker_cnt > 0) away_ = false;
    rd_kafka_metadata_destroy(metadata);
}

}  // namespace vitrina::cluster
