#pragma once
// Sends records to topics: what was acknowledged is on the brokers (acks=all, idempotent), in the order of sending within a key.
//
// Threads: any. Lifetime: the destructor waits a moment for what is under way, then gives it up.
// Errors of `send`, one a record: unavailable where the brokers do not acknowledge in time (the record may still arrive: sending it
// again must do no harm), exhausted where the queue is full, invalid_input for a record that is too large.
// While the brokers are known to be away nothing is queued: `send` answers at once.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "cluster/kafka.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

class Producer {
public:
    // `more` goes to librdkafka as it is.
    static Result<std::unique_ptr<Producer>> open(const engine::ClusterSettings& settings,
                                                  const Environment& environment, const Properties& more = {});
    ~Producer();
    Producer(const Producer&) = delete;
    Producer& operator=(const Producer&) = delete;

    // Waits until each is acknowledged or has failed, at most `accept_timeout_ms`. One result a record, in order.
    std::vector<Result<void>> send(const std::vector<Record>& records);
    // Never waits and tells nobody; false where it was dropped at once. At most `most` are under way.
    bool offer(const Record& record, std::size_t most);

    bool away() const { return away_; }
    std::uint64_t sent() const { return sent_; }
    std::uint64_t failed() const { return failed_; }

private:
    struct Sending;
    struct Slot;
    Producer(const engine::ClusterSettings& settings, Properties properties);
    Result<void> connect();
    Result<std::shared_ptr<rd_kafka_t>> client();
    void run();
    void probe();
    void on_delivery(const rd_kafka_message_t& message);
    void on_error(int error);
    static Result<void> produce(rd_kafka_t& client, const Record& record, std::unique_ptr<Slot> slot);
    static void end(std::shared_ptr<rd_kafka_t>& client, int wait_ms);

    TimeMs timeout_ms_;
    Properties properties_;
    std::mutex mutex_;
    std::shared_ptr<rd_kafka_t> client_;
    std::atomic<bool> away_ = false, broken_ = false, stopping_ = false;
    std::atomic<std::size_t> offered_ = 0;  // under way
    std::atomic<std::uint64_t> sent_ = 0, failed_ = 0;
    std::thread thread_;
};

}  // namespace vitrina::cluster
