#include "cluster/migration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "border/keys.hpp"
#include "catalog/change.hpp"
#include "catalog/codec.hpp"
#include "cluster/shops.hpp"
#include "cluster/topics.hpp"
#include "engine/database.hpp"
#include "engine/event_log.hpp"
#include "engine/shop_key.hpp"
#include "event/codec.hpp"

namespace vitrina::cluster {

namespace {

constexpr int wait_ms = 60'000;
constexpr int metadata_ms = 10'000;
constexpr int attempts_at_most = 5;

using KafkaError = std::unique_ptr<rd_kafka_error_t, decltype(&rd_kafka_error_destroy)>;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;
using Group = std::unique_ptr<rd_kafka_consumer_group_metadata_t, decltype(&rd_kafka_consumer_group_metadata_destroy)>;

KafkaError owned(rd_kafka_error_t* error) { return {error, rd_kafka_error_destroy}; }

// One offset of the migration's own group, kept under partition 0 of a topic: how much of it was sent.
List progress_of(const std::string& topic, std::int64_t offset) {
    List list(rd_kafka_topic_partition_list_new(1), rd_kafka_topic_partition_list_destroy);
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset = offset;
    return list;
}

// Sends records and progress together.
class Transactions {
public:
    static Result<Transactions> begin(const engine::ClusterSettings& settings, const MigrationOutside& outside) {
        Transactions made;
        made.group_ = fmt::format("{}migrate-{}", settings.topic_prefix, settings.shop);
        Properties properties = connection_of(settings, outside.environment);
        Properties reading = properties;
        properties["transactional.id"] = made.group_;
        properties["partitioner"] = "murmur2";
        properties["compression.codec"] = "lz4";
        properties["linger.ms"] = "20";
        properties["queue.buffering.max.messages"] =
            std::to_string(std::max<std::size_t>(100'000, 2 * outside.events_together));
        for (const auto& [key, value] : outside.more) properties[key] = value;
        auto producer = make_client(RD_KAFKA_PRODUCER, properties);
        if (!producer) return std::unexpected(producer.error());
        made.producer_ = std::move(*producer);
        reading["group.id"] = made.group_;
        reading["isolation.level"] = "read_committed";  // waits for what a killed one left undecided
        auto reader = make_client(RD_KAFKA_CONSUMER, reading);
        if (!reader) return std::unexpected(reader.error());
        made.reader_ = std::move(*reader);
        if (const auto error = owned(rd_kafka_init_transactions(made.producer_.get(), wait_ms)))
            return std::unexpected(said(*error, "the brokers take no transactions"));
        return made;
    }

    // Into a topic that is not there a transaction fails with words about offsets, after five attempts.
    Result<void> require(const std::string& topic) const {
        const auto partitions = partitions_of(reader_, topic, metadata_ms);
        if (!partitions) return std::unexpected(partitions.error());
        if (*partitions > 0) return {};
        return fail(ErrorCode::not_found,
                    fmt::format("there is no topic {}; `vitrina cluster init` makes the topics, then migrate", topic));
    }

    // 0 where nothing was sent yet.
    Result<std::int64_t> sent(const std::string& topic) const {
        const List list = progress_of(topic, RD_KAFKA_OFFSET_INVALID);
        const auto error = rd_kafka_committed(reader_.get(), list.get(), wait_ms);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
            return std::unexpected(kafka_error(error, "cannot read how far the migration came"));
        return std::max<std::int64_t>(0, list->elems[0].offset);
    }

    // All of it, or nothing and an error.
    Result<void> send(const std::vector<Record>& records, const std::string& topic, std::int64_t progress) {
        for (int attempt = 1; true; ++attempt) {
            const auto error = try_to_send(records, topic, progress);
            if (error == nullptr) return {};
            const bool again = rd_kafka_error_txn_requires_abort(error.get()) != 0 && attempt < attempts_at_most &&
                               owned(rd_kafka_abort_transaction(producer_.get(), wait_ms)) == nullptr;
            if (!again)
                return std::unexpected(said(*error, "the brokers did not take the events; migrate again to go on"));
        }
    }

private:
    static Error said(const rd_kafka_error_t& error, const std::string& what) {
        return {ErrorCode::unavailable, fmt::format("{}: {}", what, rd_kafka_error_string(&error))};
    }

    KafkaError try_to_send(const std::vector<Record>& records, const std::string& topic, std::int64_t progress) {
        if (auto error = owned(rd_kafka_begin_transaction(producer_.get()))) return error;
        for (const Record& record : records) {
            auto queued = enqueue(*producer_, record, nullptr);
            while (!queued && queued.error().code == ErrorCode::exhausted) {
                rd_kafka_poll(producer_.get(), 10);
                queued = enqueue(*producer_, record, nullptr);
            }
            if (!queued) break;  // the commit fails for the same reason, and says it
            rd_kafka_poll(producer_.get(), 0);
        }
        const Group group(rd_kafka_consumer_group_metadata_new(group_.c_str()),
                          rd_kafka_consumer_group_metadata_destroy);
        const List list = progress_of(topic, progress);
        if (auto error = owned(rd_kafka_send_offsets_to_transaction(producer_.get(), list.get(), group.get(), wait_ms)))
            return error;
        return owned(rd_kafka_commit_transaction(producer_.get(), wait_ms));
    }

    Transactions() = default;
    std::string group_;
    Client producer_, reader_;
};

struct Catalogue {
    std::vector<catalog::Item> items;
    std::int64_t hash = 0;  // of all entries, never 0
};

Result<Catalogue> read_catalogue(const engine::Database& database) {
    Catalogue catalogue;
    std::uint64_t hash = 1;
    const auto stored = database.scan(engine::Family::catalogue);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        const std::string_view bytes(stored->value().data(), stored->value().size());
        auto item = catalog::decode(bytes);
        if (!item) return std::unexpected(item.error());
        catalogue.items.push_back(std::move(*item));
        hash = text_hash(bytes, hash);
    }
    if (!stored->status().ok()) return std::unexpected(engine::to_error(stored->status(), "cannot read the catalogue"));
    catalogue.hash = static_cast<std::int64_t>(hash >> 1) | 1;
    return catalogue;
}

Result<std::uint64_t> send_items(Transactions& transactions, const engine::Database& database,
                                 const engine::ClusterSettings& settings, TimeMs now) {
    const std::string topic = topic_name(settings, "item-changes");
    const auto catalogue = read_catalogue(database);
    if (!catalogue) return std::unexpected(catalogue.error());
    const auto sent = transactions.sent(topic);
    if (!sent) return std::unexpected(sent.error());
    if (*sent == catalogue->hash || catalogue->items.empty()) return 0;
    std::vector<Record> records;
    for (const catalog::Item& item : catalogue->items) {
        catalog::ItemChange change{
            .kind = catalog::ChangeKind::put, .item_id = item.item_id, .changed_at = now, .change_id = "migration"};
        change.item = item;
        records.push_back({topic, border::text_key(settings.shop, item.item_id), catalog::encode(change)});
    }
    if (auto done = transactions.send(records, topic, catalogue->hash); !done) return std::unexpected(done.error());
    return records.size();
}

Result<Migrated> send_events(Transactions& transactions, const engine::Database& database,
                             const engine::ClusterSettings& settings, engine::Position end,
                             const MigrationOutside& outside) {
    const std::string topic = topic_name(settings, "events");
    const auto before = transactions.sent(topic);
    if (!before) return std::unexpected(before.error());
    Migrated migrated{.events_before = static_cast<std::uint64_t>(*before)};
    std::vector<Record> records;
    engine::Position last = migrated.events_before;
    const auto send = [&]() -> Result<void> {
        if (records.empty()) return {};
        if (auto done = transactions.send(records, topic, static_cast<std::int64_t>(last)); !done) return done;
        migrated.events += records.size();
        records.clear();
        if (outside.progress) outside.progress(last, end);
        return {};
    };
    const auto read = engine::EventLog::each(
        database, migrated.events_before, [&](engine::Position position, event::Event& event) -> Result<void> {
            records.push_back({topic, border::text_key(settings.shop, event.visitor_id), event::encode(event)});
            last = position;
            return records.size() < outside.events_together ? Result<void>{} : send();
        });
    if (!read) return std::unexpected(read.error());
    if (auto done = send(); !done) return std::unexpected(done.error());
    return migrated;
}

}  // namespace

Result<void> carry_key(const std::string& folder, const engine::Configuration& configuration) {
    auto database = engine::Database::open(folder, {.exposures_keep_ms = configuration.exposures.keep_ms});
    if (!database) return std::unexpected(database.error());
    const auto key = engine::shop_key(**database);
    if (!key) return std::unexpected(key.error());
    return keep_shop_key(configuration.cluster.shops_file, configuration.cluster.shop, *key);
}

Result<Migrated> migrate(const std::string& folder, const engine::Configuration& configuration, TimeMs now,
                         const MigrationOutside& outside) {
    const engine::ClusterSettings& settings = configuration.cluster;
    auto database = engine::Database::open(folder, {.exposures_keep_ms = configuration.exposures.keep_ms});
    if (!database) return std::unexpected(database.error());
    const auto key = engine::shop_key(**database);
    if (!key) return std::unexpected(key.error());
    if (auto kept = keep_shop_key(settings.shops_file, settings.shop, *key); !kept)
        return std::unexpected(kept.error());
    const auto log = engine::EventLog::open(**database);
    if (!log) return std::unexpected(log.error());
    auto transactions = Transactions::begin(settings, outside);
    if (!transactions) return std::unexpected(transactions.error());
    for (const char* topic : {"item-changes", "events"})
        if (auto there = transactions->require(topic_name(settings, topic)); !there)
            return std::unexpected(there.error());
    const auto items = send_items(*transactions, **database, settings, now);
    if (!items) return std::unexpected(items.error());
    auto migrated = send_events(*transactions, **database, settings, log->end(), outside);
    if (migrated) migrated->items = *items;
    return migrated;
}

}  // namespace vitrina::cluster
