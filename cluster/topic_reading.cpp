#include "cluster/topic_reading.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

namespace vitrina::cluster {

namespace {

constexpr int metadata_ms = 10'000, silence_ms = 60'000;

using Message = std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)>;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;

struct Span {
    std::int64_t low = 0, high = 0;
};

Result<Span> span_of(const Client& client, const std::string& topic, std::int32_t partition) {
    Span span;
    const auto error =
        rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition, &span.low, &span.high, metadata_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return std::unexpected(kafka_error(error, "cannot ask where " + topic + " ends"));
    return span;
}

class Reading {
public:
    Reading(Client client, const ReadTopic& topic, const ReadOutside& outside)
        : client_(std::move(client)), topic_(topic), outside_(outside), next_(topic.next) {}
    ~Reading() { rd_kafka_consumer_close(client_.get()); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    // Where it goes on, and where it will end.
    Result<void> begin() {
        const auto count = partitions_of(client_, topic_.name, metadata_ms);
        if (!count) return std::unexpected(count.error());
        if (*count == 0)
            return fail(ErrorCode::not_found,
                        fmt::format("there is no topic {}; `vitrina cluster init` makes the topics", topic_.name));
        const auto partitions = static_cast<std::size_t>(*count);
        const bool first = next_.empty();
        next_.resize(first ? partitions : next_.size());
        if (next_.size() != partitions) return another("has other partitions than when it was last read");
        for (std::int32_t partition = 0; partition < *count; ++partition)
            if (auto known = look_at(partition, first); !known) return known;
        return assign();
    }

    Result<ReadCounts> read() {
        while (open_ > 0) {
            const Message message(rd_kafka_consumer_poll(client_.get(), silence_ms), rd_kafka_message_destroy);
            if (message == nullptr)
                return fail(ErrorCode::unavailable,
                            fmt::format("the brokers said nothing of {} for a minute", topic_.name));
            if (auto taken = take(*message); !taken) return std::unexpected(taken.error());
        }
        if (auto done = outside_.done_with(next_); !done) return std::unexpected(done.error());
        return counts_;
    }

private:
    std::unexpected<Error> another(const std::string& why) const {
        return fail(ErrorCode::conflict,
                    fmt::format("{} {}: it is another topic now; begin with a new folder", topic_.name, why));
    }

    Result<void> look_at(std::int32_t partition, bool first) {
        const auto span = span_of(client_, topic_.name, partition);
        if (!span) return std::unexpected(span.error());
        std::int64_t& next = next_[static_cast<std::size_t>(partition)];
        if (next > span->high) return another("ends before what was read of it");
        if (!first && next < span->low) counts_.lost += static_cast<std::uint64_t>(span->low - next);
        next = std::max(next, span->low);
        ends_.push_back(span->high);
        return {};
    }

    Result<void> assign() {
        const List list(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())),
                        rd_kafka_topic_partition_list_destroy);
        for (std::size_t partition = 0; partition < next_.size(); ++partition) {
            if (next_[partition] >= ends_[partition]) continue;
            rd_kafka_topic_partition_list_add(list.get(), topic_.name.c_str(), static_cast<std::int32_t>(partition))
                ->offset = next_[partition];
            ++open_;
        }
        rd_kafka_poll_set_consumer(client_.get());
        const auto error = rd_kafka_assign(client_.get(), list.get());
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
        return std::unexpected(kafka_error(error, "cannot read " + topic_.name));
    }

    // Of the connection librdkafka tries again by itself, and silence ends it; what concerns the topic is final.
    Result<void> take(const rd_kafka_message_t& message) {
        if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return end(message);
        if (message.err == RD_KAFKA_RESP_ERR__TRANSPORT || message.err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
            return {};
        if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return std::unexpected(kafka_error(message.err, "cannot read " + topic_.name));
        const auto partition = static_cast<std::size_t>(message.partition);
        if (message.offset >= ends_[partition]) return close(partition);
        if (auto visited = outside_.visit(record_of(message)); !visited) return visited;
        ++counts_.records;
        next_[partition] = message.offset + 1;
        if (message.offset + 1 == ends_[partition])
            if (auto closed = close(partition); !closed) return closed;
        return counts_.records % topic_.together == 0 ? outside_.done_with(next_) : Result<void>{};
    }

    // Behind the last record there may be marks of transactions, which are no records.
    Result<void> end(const rd_kafka_message_t& message) {
        const auto partition = static_cast<std::size_t>(message.partition);
        next_[partition] = std::max(next_[partition], std::min(message.offset, ends_[partition]));
        return close(partition);
    }

    Result<void> close(std::size_t partition) {
        if (ends_[partition] != closed_) --open_;
        ends_[partition] = closed_;
        return {};
    }

    static ReadRecord record_of(const rd_kafka_message_t& message) {
        ReadRecord record{.key = {static_cast<const char*>(message.key), message.key_len},
                          .value = std::nullopt,
                          .time = rd_kafka_message_timestamp(&message, nullptr)};
        if (message.payload != nullptr) record.value.emplace(static_cast<const char*>(message.payload), message.len);
        return record;
    }

    static constexpr std::int64_t closed_ = -1;  // as the end of a partition that is read
    Client client_;
    const ReadTopic& topic_;
    const ReadOutside& outside_;
    Offsets next_, ends_;
    ReadCounts counts_;
    std::size_t open_ = 0;
};

}  // namespace

std::string to_text(const Offsets& offsets) { return fmt::format("{}", fmt::join(offsets, " ")); }

Result<Offsets> offsets_from(std::string_view text) {
    Offsets offsets;
    const char* const last = text.data() + text.size();
    for (const char* at = text.data(); at < last; ++at) {
        std::int64_t offset = -1;
        const auto [end, error] = std::from_chars(at, last, offset);
        if (error != std::errc() || offset < 0 || (end < last && *end != ' '))
            return fail(ErrorCode::corrupt_data, "offsets of a topic cannot be read");
        offsets.push_back(offset);
        at = end;
    }
    return offsets;
}

Result<ReadCounts> read_on(const Properties& connection, const ReadTopic& topic, const ReadOutside& outside) {
    Properties properties = connection;
    properties["group.id"] = "vitrina-reading";  // asked for by librdkafka, never joined
    properties["isolation.level"] = "read_committed";
    properties["enable.auto.commit"] = "false";
    properties["enable.partition.eof"] = "true";
    properties["auto.offset.reset"] = "error";
    properties["queued.max.messages.kbytes"] = "65536";
    auto client = make_client(RD_KAFKA_CONSUMER, properties);
    if (!client) return std::unexpected(client.error());
    Reading reading(std::move(*client), topic, outside);
    if (auto begun = reading.begin(); !begun) return std::unexpected(begun.error());
    return reading.read();
}

}  // namespace vitrina::cluster
