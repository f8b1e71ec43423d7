#include "tests/cluster_load.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>

#include "border/keys.hpp"
#include "catalog/change.hpp"
#include "cluster/producer.hpp"
#include "cluster/topics.hpp"
#include "event/codec.hpp"
#include "event/json.hpp"
#include "tests/fold_log.hpp"
#include "tests/seeded_batches.hpp"

namespace vitrina::tests {
namespace {

constexpr int direct_senders = 3, senders_a_node = 2;
constexpr std::uint64_t visitors_a_sender = 20, users = 40, items = 25;
constexpr int attempts_at_most = 300;
constexpr TimeMs between_attempts_ms = 200, between_questions_ms = 100;
constexpr long http_timeout_ms = 15'000;

TimeMs now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}
void rest(TimeMs time) { std::this_thread::sleep_for(std::chrono::milliseconds(time)); }

class Diarist {
public:
    explicit Diarist(const std::string& path) : file_(std::fopen(path.c_str(), "a"), std::fclose) {}
    bool good() const { return file_ != nullptr; }
    void write(std::string_view verb, std::string_view name) {
        const std::string line = fmt::format("{} {} {}\n", now(), verb, name);
        const std::lock_guard lock(mutex_);
        std::fwrite(line.data(), 1, line.size(), file_.get());
        std::fflush(file_.get());
    }

private:
    std::mutex mutex_;
    std::unique_ptr<std::FILE, decltype(&std::fclose)> file_;
};

// librdkafka tells of a new epoch only in its log (debug=eos). What it had written before may then be written again.
class EpochSink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit EpochSink(const std::string& path) : diary_(path) {}

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const std::string_view text(message.payload.data(), message.payload.size());
        if (const auto at = text.find("All partitions drained"); at != text.npos)
            diary_.write("renumbered", text.substr(at));
    }
    void flush_() override {}
    Diarist diary_;
};

// Status of the answer, 0 where there is none.
class Http {
public:
    Http(std::string node, const std::string& key)
        : node_(std::move(node)), curl_(curl_easy_init(), curl_easy_cleanup) {
        headers_.reset(curl_slist_append(nullptr, ("Authorization: Bearer " + key).c_str()));
        headers_.reset(curl_slist_append(headers_.release(), "Content-Type: application/json"));
    }
    long send(const char* method, const std::string& path, const std::string& body) {
        const std::string url = node_ + path;
        answer.clear();
        CURL* curl = curl_.get();
        curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, http_timeout_ms);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
        curl_easy_setopt(
            curl, CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* to) {
                static_cast<std::string*>(to)->append(data, size * count);
                return size * count;
            });
        if (curl_easy_perform(curl) != CURLE_OK) return 0;
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return status;
    }
    std::string answer;

private:
    std::string node_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr, curl_slist_free_all};
};

struct Shared {
    const engine::ClusterSettings& cluster;
    const LoadSettings& settings;
    const std::atomic<bool>& stopped;
    Diarist diary;
    std::unique_ptr<cluster::Producer> producer;
};

// One shopper after the other of a few that only he sends for.
class Sender {
public:
    Sender(Shared& shared, std::string name, std::uint64_t number)
        : shared_(shared), name_(std::move(name)), random_(shared.settings.seed, number) {}
    virtual ~Sender() = default;

    void run(TimeMs pause) {
        for (number_ = 0; !shared_.stopped; ++number_) {
            const TimeMs begun = now();
            const event::Event event = next();
            send(event);
            if (number_ % 25 == 24) change(mark("c"));
            extra();
            if (const TimeMs left = begun + pause - now(); left > 0) rest(left);
        }
    }

protected:
    virtual void send(const event::Event& event) = 0;
    virtual void change(const std::string& mark) = 0;
    virtual void extra() {}

    std::string mark(const char* kind) const {
        return fmt::format("mk-{}-{}{}-{}.", shared_.settings.seed, name_, kind, number_);
    }
    event::Event next() {
        event::Event event = seeded_event(random_, number_ / 20, number_ % 20);
        event.event_id = mark("e");
        event.visitor_id = fmt::format("visitor {} {}", name_, random_.below(visitors_a_sender));
        if (!event.user_id.empty()) event.user_id = fmt::format("user {}", random_.below(users));
        for (event::EventItem& line : event.items) line.item_id = item();
        event.received_at = now();
        event.time = event.received_at - static_cast<TimeMs>(random_.below(5000));
        if (random_.below(40) == 0) event.time -= static_cast<TimeMs>(random_.below(3)) * day_ms;
        return event::validated(event).value();
    }
    std::string item() { return "item " + std::to_string(random_.below(items)); }

    Shared& shared_;
    std::string name_;
    Random random_;
    std::uint64_t number_ = 0;
};

class DirectSender final : public Sender {
public:
    using Sender::Sender;

private:
    bool sent(const std::string& topic, const std::string& key, const std::string& value) {
        return shared_.producer->send({{cluster::topic_name(shared_.cluster, topic), key, value}}).front().has_value();
    }
    void send(const event::Event& event) override {
        const std::string key = border::text_key(fold_shop, event.visitor_id), value = event::encode(event);
        if (random_.below(20) != 0) {
            shared_.diary.write("sent-once", event.event_id);
        } else {
            again_ = {key, value};
        }
        if (!sent("events", key, value)) return rest(between_attempts_ms);
        shared_.diary.write("acked", event.event_id);
        shared_.diary.write("pulse", "acknowledged " + name_);
        if (!again_.key.empty() && random_.below(10) == 0) sent("events", again_.key, again_.value);
    }
    void change(const std::string& mark) override {
        catalog::ItemChange change{.item_id = item(), .change_id = mark};
        change.kind = random_.below(4) == 0 ? catalog::ChangeKind::patch : catalog::ChangeKind::put;
        change.changed_at = now() - static_cast<TimeMs>(random_.below(5000));
        change.item = {.item_id = change.item_id, .title = "title " + mark};
        change.item.price = static_cast<MoneyMicros>(1 + random_.below(90)) * money_unit;
        if (change.kind == catalog::ChangeKind::patch) change.fields = {catalog::Field::title, catalog::Field::price};
        if (sent("item-changes", border::text_key(fold_shop, change.item_id), catalog::encode(change)))
            shared_.diary.write("changed", mark);
    }
    void extra() override {
        if (number_ == 50 && name_ == "direct-0" && !shared_.settings.broken_event.empty()) break_it();
        if (number_ % 60 == 59) poison(mark("p"));
    }
    void break_it() {
        event::Event event = next();
        event.event_id = shared_.settings.broken_event;
        shared_.diary.write("broken", event.event_id);
        const std::string key = border::text_key(fold_shop, event.visitor_id), value = event::encode(event);
        while (!shared_.stopped && !sent("events", key, value)) rest(between_attempts_ms);
        shared_.diary.write("acked", event.event_id);
    }
    void poison(const std::string& mark) {
        shared_.diary.write("planted", mark);
        event::Event event = next();
        event.event_id = mark;
        const std::string key = border::text_key(fold_shop, event.visitor_id);
        switch (random_.below(5)) {
            case 0: sent("events", key, mark + "\xff\x01 garbage"); break;
            case 1: sent("events", border::text_key(fold_shop, "somebody else"), event::encode(event)); break;
            case 2: sent("events", key, mark + std::string(920'000, 'x')); break;
            case 3: sent("events", "No Shop/" + mark, event::encode(event)); break;
            default: sent("item-changes", border::text_key(fold_shop, item()), mark + "\xff"); break;
        }
    }
    struct Again {
        std::string key, value;
    } again_;
};

class NodeSender final : public Sender {
public:
    NodeSender(Shared& shared, const std::string& name, std::uint64_t number, const std::string& node)
        : Sender(shared, name, number), http_(node, shared.settings.secret_key) {}

private:
    // Sends again what was not acknowledged, as a shop would.
    bool insist(const char* method, const std::string& path, const std::string& body) {
        for (int attempt = 0; attempt < attempts_at_most && !shared_.stopped; ++attempt) {
            const long status = http_.send(method, path, body);
            if (status == 200) return true;
            if (status >= 400 && status < 500 && status != 429)
                std::fprintf(stderr, "%s answered %ld to %s: %s\n", path.c_str(), status, body.c_str(),
                             http_.answer.c_str());
            if (status >= 400 && status < 500) return false;
            rest(between_attempts_ms);
        }
        return false;
    }
    void send(const event::Event& event) override {
        if (!insist("POST", "/v1/events", event::json_line(event))) return;
        shared_.diary.write("acked", event.event_id);
        shared_.diary.write("pulse", "acknowledged " + name_);
    }
    void change(const std::string& mark) override {
        const std::string body =
            fmt::format(R"({{"title": "title {}", "price": {}, "currency": "EUR"}})", mark, 1 + random_.below(90));
        if (insist("PUT", "/v1/items/item%20" + std::to_string(random_.below(items)), body))
            shared_.diary.write("changed", mark);
    }
    Http http_;
};

void ask(Shared& shared, const std::string& node, const std::string& name) {
    Http http(node, shared.settings.secret_key);
    while (!shared.stopped) {
        const long status = http.send("POST", "/v1/recommendations",
                                      R"({"visitor_id": "visitor direct-0 1", "requests": [{"placement": "home"}]})");
        if (status == 200) shared.diary.write("pulse", "answered " + name);
        rest(between_questions_ms);
    }
}

// When each partition of the changelog of visitors last had news.
void watch(Shared& shared) {
    cluster::Properties properties = cluster::connection_of(shared.cluster, cluster::process_environment);
    properties["group.id"] = "watch";
    properties["isolation.level"] = "read_committed";
    properties["enable.auto.commit"] = "false";
    const auto client = cluster::make_client(RD_KAFKA_CONSUMER, properties);
    if (!client) return;
    const std::string topic = cluster::changelog_name(shared.cluster, "visitors-hot");
    std::int32_t count = 0;
    while (!shared.stopped && (count = cluster::partitions_of(*client, topic, 5000).value_or(0)) == 0) rest(500);
    rd_kafka_poll_set_consumer(client->get());
    auto* list = rd_kafka_topic_partition_list_new(count);
    for (std::int32_t i = 0; i < count; ++i)
        rd_kafka_topic_partition_list_add(list, topic.c_str(), i)->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_assign(client->get(), list);
    rd_kafka_topic_partition_list_destroy(list);
    std::map<std::int32_t, TimeMs> told;
    while (!shared.stopped) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(client->get(), 200);
        if (message == nullptr) continue;
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && now() - told[message->partition] >= 20) {
            shared.diary.write("pulse", fmt::format("folded partition-{}", message->partition));
            told[message->partition] = now();
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_consumer_close(client->get());
}

}  // namespace

Result<void> load(const engine::ClusterSettings& cluster, const LoadSettings& settings,
                  const std::atomic<bool>& stopped) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    Shared shared{cluster, settings, stopped, Diarist(settings.book), nullptr};
    if (!shared.diary.good()) return fail(ErrorCode::io, "cannot write " + settings.book);
    spdlog::default_logger()->sinks().push_back(std::make_shared<EpochSink>(settings.book));
    spdlog::set_level(spdlog::level::debug);
    auto producer = cluster::Producer::open(cluster, cluster::process_environment,
                                            {{"message.max.bytes", "1000000"}, {"debug", "eos"}});
    if (!producer) return std::unexpected(producer.error());
    shared.producer = std::move(*producer);
    std::vector<std::unique_ptr<Sender>> senders;
    for (int i = 0; i < direct_senders; ++i)
        senders.push_back(std::make_unique<DirectSender>(shared, fmt::format("direct-{}", i), senders.size()));
    for (std::size_t node = 0; node < settings.nodes.size(); ++node)
        for (int i = 0; i < senders_a_node; ++i)
            senders.push_back(std::make_unique<NodeSender>(shared, fmt::format("node-{}-{}", node + 1, i),
                                                           senders.size(), settings.nodes[node]));
    const TimeMs pause =
        second_ms * static_cast<TimeMs>(senders.size()) / static_cast<TimeMs>(settings.events_a_second);
    std::vector<std::jthread> threads;
    for (const auto& sender : senders) threads.emplace_back([&] { sender->run(pause); });
    for (std::size_t node = 0; node < settings.nodes.size(); ++node)
        threads.emplace_back([&, node] { ask(shared, settings.nodes[node], fmt::format("node-{}", node + 1)); });
    threads.emplace_back([&] { watch(shared); });
    return {};
}

}  // namespace vitrina::tests
