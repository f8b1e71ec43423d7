#include "tests/cluster_found.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "catalog/change.hpp"
#include "catalog/codec.hpp"
#include "cluster/kafka.hpp"
#include "cluster/topics.hpp"
#include "engine/database.hpp"
#include "engine/state_cache.hpp"

namespace vitrina::tests {
namespace {

constexpr int wait_ms = 60'000;
constexpr const char* stores[] = {"visitors-hot", "visitors-cold",    "users",         "items",
                                  "catalog",      "visitor-shoppers", "user-shoppers", "item-success"};

std::string text(const void* bytes, std::size_t length) {
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), length);
}

Result<std::string> whole_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) return fail(ErrorCode::io, "cannot read " + path.string());
    return bytes.str();
}

using Message = std::unique_ptr<rd_kafka_message_t, decltype(&rd_kafka_message_destroy)>;

Result<TopicRecords> read_assigned(rd_kafka_t& client, std::int32_t partitions) {
    TopicRecords records;
    for (std::int32_t ended = 0; ended < partitions;) {
        const Message message(rd_kafka_consumer_poll(&client, wait_ms), rd_kafka_message_destroy);
        if (message == nullptr) return fail(ErrorCode::unavailable, "a minute without a record");
        if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) ++ended;
        if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        records.push_back({message->partition, message->offset, rd_kafka_message_timestamp(message.get(), nullptr),
                           text(message->key, message->key_len), text(message->payload, message->len),
                           message->payload != nullptr});
    }
    std::ranges::stable_sort(records, [](const auto& a, const auto& b) { return a.partition < b.partition; });
    return records;
}

void take_line(std::string_view verb, const std::string& name, TimeMs time, Diary& diary) {
    if (verb == "acked") diary.book.events.insert(name);
    if (verb == "changed") diary.book.changes.insert(name);
    if (verb == "sent-once") diary.book.once[name] = time;
    if (verb == "planted") diary.book.poison.insert(name);
    if (verb == "broken") diary.book.broken.insert(name);
    if (verb == "renumbered") diary.book.renumbered.push_back(time);
    if (verb == "fault") diary.faults.push_back({time, name});
    if (verb == "pulse") diary.pulses[name.substr(0, name.find(' '))][name.substr(name.find(' ') + 1)].push_back(time);
}

}  // namespace

Result<TopicRecords> read_topic(const engine::ClusterSettings& settings, const std::string& full_name) {
    cluster::Properties properties = cluster::connection_of(settings, cluster::process_environment);
    properties["group.id"] = "oracle";
    properties["isolation.level"] = "read_committed";
    properties["enable.partition.eof"] = "true";
    properties["enable.auto.commit"] = "false";
    const auto client = cluster::make_client(RD_KAFKA_CONSUMER, properties);
    if (!client) return std::unexpected(client.error());
    const auto count = cluster::partitions_of(*client, full_name, wait_ms);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return TopicRecords{};
    rd_kafka_poll_set_consumer(client->get());
    auto* list = rd_kafka_topic_partition_list_new(*count);
    for (std::int32_t i = 0; i < *count; ++i)
        rd_kafka_topic_partition_list_add(list, full_name.c_str(), i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_assign(client->get(), list);
    rd_kafka_topic_partition_list_destroy(list);
    auto records = read_assigned(**client, *count);
    rd_kafka_consumer_close(client->get());
    return records;
}

Result<Found> read_cluster(const engine::ClusterSettings& settings) {
    Found found;
    found.prefix = settings.topic_prefix;
    for (const char* name : {"events", "item-changes", "dead-letters", "late"}) {
        auto records = read_topic(settings, cluster::topic_name(settings, name));
        if (!records) return std::unexpected(records.error());
        found.topics[name] = std::move(*records);
    }
    const auto read_newest = [&](const char* store, const std::string& topic) -> Result<void> {
        const auto records = read_topic(settings, topic);
        if (!records) return std::unexpected(records.error());
        auto& states = found.stores[store];
        for (const TopicRecord& record : *records) {
            if (record.has_value)
                states[record.key] = record.value;
            else
                states.erase(record.key);
        }
        std::erase_if(states, [](const auto& state) { return state.second.empty(); });
        return {};
    };
    for (const char* store : stores)
        if (auto read = read_newest(store, cluster::changelog_name(settings, store)); !read)
            return std::unexpected(read.error());
    if (auto read = read_newest("outcomes", cluster::topic_name(settings, "outcomes")); !read)
        return std::unexpected(read.error());
    return found;
}

namespace {

using Places = std::unique_ptr<rd_kafka_topic_partition_list_t, decltype(&rd_kafka_topic_partition_list_destroy)>;

// How many records the folds have still to read; nothing where the brokers do not say.
std::optional<std::int64_t> unfolded(const cluster::Client& client, const engine::ClusterSettings& settings) {
    const Places places(rd_kafka_topic_partition_list_new(8), rd_kafka_topic_partition_list_destroy);
    for (const char* name :
         {"events", "item-changes", "user-facts", "item-deltas", "shopper-records", "success-deltas"}) {
        const std::string topic = cluster::topic_name(settings, name);
        const std::int32_t count = cluster::partitions_of(client, topic, wait_ms).value_or(0);
        for (std::int32_t i = 0; i < count; ++i) rd_kafka_topic_partition_list_add(places.get(), topic.c_str(), i);
    }
    if (rd_kafka_committed(client.get(), places.get(), wait_ms) != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
    std::int64_t left = 0;
    for (int i = 0; i < places->cnt; ++i) {
        const rd_kafka_topic_partition_t& place = places->elems[i];
        std::int64_t low = 0, high = 0;
        const auto error =
            rd_kafka_query_watermark_offsets(client.get(), place.topic, place.partition, &low, &high, wait_ms);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
        left += std::max<std::int64_t>(0, high - std::max<std::int64_t>(place.offset, 0));
    }
    return left;
}

}  // namespace

Result<void> until_folded(const engine::ClusterSettings& settings, TimeMs patience_ms) {
    cluster::Properties properties = cluster::connection_of(settings, cluster::process_environment);
    properties["group.id"] = settings.topic_prefix + "folds";
    const auto client = cluster::make_client(RD_KAFKA_CONSUMER, properties);
    if (!client) return std::unexpected(client.error());
    std::optional<std::int64_t> left;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
    while (std::chrono::steady_clock::now() < end) {
        left = unfolded(*client, settings);
        if (left == 0) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return fail(ErrorCode::unavailable, fmt::format("the folds have still {} records to read", left.value_or(-1)));
}

Result<Stores> stored_states(const std::string& folder) {
    const auto database = engine::Database::open(folder);
    if (!database) return std::unexpected(database.error());
    using engine::Family;
    const std::pair<Family, const char*> families[] = {{Family::visitors_hot, "visitors-hot"},
                                                       {Family::visitors_cold, "visitors-cold"},
                                                       {Family::users, "users"},
                                                       {Family::items, "items"},
                                                       {Family::item_success, "item-success"}};
    Stores found;
    for (const auto& [family, name] : families) {
        const auto stored = (*database)->scan(family);
        for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
            const auto state = engine::stored_state({stored->value().data(), stored->value().size()});
            if (!state) return std::unexpected(state.error());
            if (!state->empty()) found[name][border::text_key(fold_shop, stored->key().ToString())] = *state;
        }
    }
    return found;
}

namespace {

void add_entry(const catalog::Entry& entry, std::map<std::string, std::string>& items) {
    if (const auto item = catalog::item_of(entry)) items[item->item_id] = catalog::encode(*item);
}

}  // namespace

Result<std::map<std::string, std::string>> stored_items(const std::string& folder, bool of_a_node) {
    const auto database = engine::Database::open(folder);
    if (!database) return std::unexpected(database.error());
    std::map<std::string, std::string> items;
    const auto stored = (*database)->scan(engine::Family::catalogue);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        const std::string value = stored->value().ToString();
        if (of_a_node) {
            const auto entry = catalog::decode_entry(value);
            if (!entry) return std::unexpected(entry.error());
            add_entry(*entry, items);
        } else {
            const auto item = catalog::decode(value);
            if (!item) return std::unexpected(item.error());
            items[item->item_id] = catalog::encode(*item);
        }
    }
    return items;
}

Result<std::map<std::string, std::string>> items_of(const std::map<std::string, std::string>& entries) {
    std::map<std::string, std::string> items;
    for (const auto& [key, bytes] : entries) {
        const auto entry = catalog::decode_entry(bytes);
        if (!entry) return std::unexpected(entry.error());
        add_entry(*entry, items);
    }
    return items;
}

Result<History> read_history(const std::string& path) {
    const auto all = whole_file(path);
    if (!all) return std::unexpected(all.error());
    History history;
    std::istringstream lines(*all);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream parts(line);
        std::string kind, first, second, third;
        std::getline(parts, kind, '\t');
        std::getline(parts, first, '\t');
        std::getline(parts, second, '\t');
        if (kind == "raw" && std::getline(parts, third, '\t'))
            history.raw.push_back({first, std::stoi(second), std::stoll(third)});
        else if (kind == "row")
            history.rows.push_back({first, second});
        else
            return fail(ErrorCode::corrupt_data, path + " has the line " + line);
    }
    return history;
}

Result<std::vector<ModelFile>> read_models(const std::string& folder) {
    std::vector<ModelFile> models;
    std::error_code none;
    for (const auto& version : std::filesystem::directory_iterator(folder, none)) {
        const auto bytes = whole_file(version.path() / "model.vit"),
                   manifest = whole_file(version.path() / "manifest.json");
        models.push_back({version.path().filename(), bytes.value_or(""), manifest.value_or("")});
    }
    return models;
}

Result<Diary> read_diary(const std::string& path) {
    const auto all = whole_file(path);
    if (!all) return std::unexpected(all.error());
    Diary diary;
    std::istringstream lines(*all);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream parts(line);
        TimeMs time = 0;
        std::string verb, name;
        if (!(parts >> time >> verb)) return fail(ErrorCode::corrupt_data, path + " has the line " + line);
        std::getline(parts >> std::ws, name);
        diary.ended = std::max(diary.ended, time);
        take_line(verb, name, time, diary);
    }
    for (auto& [kind, streams] : diary.pulses)
        for (auto& [stream, times] : streams) std::ranges::sort(times);
    return diary;
}

}  // namespace vitrina::tests
