#include "cluster/feed.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "border/keys.hpp"
#include "cluster/topics.hpp"

namespace vitrina::cluster {

namespace {

using Clock = std::chrono::steady_clock;
using engine::State;

constexpr int poll_ms = 100;
constexpr int taken_together = 1000;  // before the clock is looked at
constexpr int metadata_ms = 1000;

struct MessageEnd {
    void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
struct ListEnd {
    void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};

std::optional<std::int32_t> number_in(std::string_view text) {
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

}  // namespace

Result<std::vector<std::int32_t>> read_partitions(std::string_view text, std::int32_t count, std::string_view key) {
    std::vector<std::int32_t> partitions;
    if (text.empty())
        for (std::int32_t i = 0; i < count; ++i) partitions.push_back(i);
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const auto dash = part.find('-');
        const auto first = number_in(part.substr(0, dash));
        const auto last = dash == std::string_view::npos ? first : number_in(part.substr(dash + 1));
        if (!first || !last || *first > *last || *last >= count)
            return fail(
                ErrorCode::invalid_input,
                fmt::format("{}: \"{}\" is no range of the partitions 0 to {}, as in \"0-3,7\"", key, part, count - 1));
        for (std::int32_t i = *first; i <= *last; ++i) partitions.push_back(i);
    }
    std::ranges::sort(partitions);
    partitions.erase(std::unique(partitions.begin(), partitions.end()), partitions.end());
    return partitions;
}

Result<std::unique_ptr<Feed>> Feed::open(const FeedParts& parts, const engine::Configuration& configuration,
                                         const Environment& environment, engine::CheckpointMark mark, FeedMark read) {
    std::unique_ptr<Feed> feed(new Feed(parts, configuration, std::move(mark), std::move(read)));
    if (auto connected = feed->connect(environment); !connected) return std::unexpected(connected.error());
    feed->thread_ = std::thread([raw = feed.get()] { raw->run(); });
    return feed;
}

Feed::Feed(const FeedParts& parts, const engine::Configuration& configuration, engine::CheckpointMark mark,
           FeedMark read)
    : parts_(parts),
      settings_(configuration.cluster),
      log_(configuration.log),
      read_(std::move(read)),
      position_(mark.position),
      begun_(mark.position),
      checkpoint_time_(Clock::now()),
      probe_time_(Clock::now()),
      checkpointer_(
          parts.database, parts.caches,
          [this] {
              read_.written = parts_.now();
              return engine::Beside{
                  .figures = encode(read_), .late = {}, .dead_letters = {}, .catalogue = parts_.catalog.to_write()};
          },
          mark.position),
      contact_(parts.now()) {
    const auto changelog = [&](const char* store) { return changelog_name(settings_, store); };
    sources_ = {{Kind::visitors_hot, changelog("visitors-hot"), settings_.visitor_partitions},
                {Kind::visitors_cold, changelog("visitors-cold"), settings_.visitor_partitions},
                {Kind::users, changelog("users"), settings_.user_partitions},
                {Kind::items, changelog("items"), ""},
                {Kind::catalog, changelog("catalog"), ""},
                {Kind::models, topic_name(settings_, "models"), ""}};
    for (const Source& source : sources_) kinds_[source.topic] = source.kind;
}

Feed::~Feed() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
    static_cast<void>(write_checkpoint());
    if (client_ != nullptr) rd_kafka_consumer_close(client_.get());
}

Result<void> Feed::connect(const Environment& environment) {
    Properties properties = connection_of(settings_, environment);
    properties["group.id"] = settings_.topic_prefix + "nodes";  // asked for by librdkafka, never joined
    properties["isolation.level"] = "read_committed";
    properties["enable.auto.commit"] = "false";
    properties["enable.auto.offset.store"] = "false";
    properties["enable.partition.eof"] = "true";
    properties["auto.offset.reset"] = "error";
    properties["fetch.wait.max.ms"] = "100";
    properties["queued.max.messages.kbytes"] = "65536";
    auto made = make_client(RD_KAFKA_CONSUMER, properties);
    if (!made) return std::unexpected(made.error());
    client_ = std::move(*made);
    rd_kafka_poll_set_consumer(client_.get());
    return {};
}

// False while a topic is missing or the brokers are away.
bool Feed::assign() {
    const std::unique_ptr<rd_kafka_topic_partition_list_t, ListEnd> list(rd_kafka_topic_partition_list_new(64));
    std::map<Place, Reading> reading;
    for (const Source& source : sources_) {
        const auto count = partitions_of(client_, source.topic, metadata_ms);
        if (!count) return false;
        if (*count == 0) {
            say_trouble(
                fmt::format("waiting for topic {}: `vitrina cluster init` makes the topics, the Streams application "
                            "its changelogs",
                            source.topic));
            return false;
        }
        const auto partitions =
            read_partitions(source.partitions, *count,
                            source.kind == Kind::users ? "cluster.user_partitions" : "cluster.visitor_partitions");
        if (!partitions) {
            say_trouble(partitions.error().message);
            return false;
        }
        for (const std::int32_t partition : *partitions) {
            const Place place{source.topic, partition};
            const auto known = read_.next.find(place);
            rd_kafka_topic_partition_list_add(list.get(), source.topic.c_str(), partition)->offset =
                known == read_.next.end() ? static_cast<std::int64_t>(RD_KAFKA_OFFSET_BEGINNING) : known->second;
            reading[place] = {};
        }
    }
    if (const auto error = rd_kafka_assign(client_.get(), list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        say_trouble(kafka_error(error, "cannot read the state topics").message);
        return false;
    }
    say_trouble("");
    const std::lock_guard lock(mutex_);
    reading_ = std::move(reading);
    assigned_ = true;
    contact_ = parts_.now();
    return true;
}

void Feed::run() {
    while (!stopping_ && !assign()) {
        checkpoint_if_due();
        std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
    }
    while (!stopping_) {
        for (int taken = 0; taken < taken_together && !stopping_; ++taken) {
            const std::unique_ptr<rd_kafka_message_t, MessageEnd> message(
                rd_kafka_consumer_poll(client_.get(), taken == 0 ? poll_ms : 0));
            if (message == nullptr) break;
            take(*message);
        }
        probe();
        checkpoint_if_due();
    }
}

void Feed::take(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return take_end({rd_kafka_topic_name(message.rkt), message.partition});
    if (message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return say_trouble(
            fmt::format("the state topics do not go on where {} stopped; stop this node, delete the folder's "
                        "store and start again",
                        parts_.database.folder()));
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return;  // of the connection: librdkafka tries again by itself
    const Place place{rd_kafka_topic_name(message.rkt), message.partition};
    const std::string_view key(static_cast<const char*>(message.key), message.key_len);
    std::optional<std::string_view> value;
    if (message.payload != nullptr) value.emplace(static_cast<const char*>(message.payload), message.len);
    ++records_;
    if (auto stored = store(kinds_.at(place.first), key, value); !stored) {
        if (refused_++ == 0)
            spdlog::warn("{} {} at {}: {}", place.first, place.second, message.offset, stored.error().message);
    }
    read_.next[place] = message.offset + 1;
    rd_kafka_timestamp_type_t type{};
    const TimeMs time = rd_kafka_message_timestamp(&message, &type);
    const std::lock_guard lock(mutex_);
    reading_[place].at_end = false;
    reading_[place].newest = time;
    contact_ = parts_.now();
}

void Feed::take_end(const Place& place) {
    const std::lock_guard lock(mutex_);
    reading_[place].at_end = reading_[place].was_at_end = true;
    contact_ = parts_.now();
}

Result<void> Feed::store(Kind kind, std::string_view key, std::optional<std::string_view> value) {
    if (kind == Kind::models) return key == settings_.shop ? store_model(value) : Result<void>{};
    const auto read = border::read_key(key);
    if (!read) return std::unexpected(read.error());
    if (read->shop != settings_.shop) return {};
    ++position_;
    if (kind == Kind::catalog) return parts_.catalog.take(std::string(read->rest), value);
    std::string state(value.value_or(std::string_view()));
    if (kind == Kind::items) {
        const auto item = border::item_of(*read);
        if (!item) return std::unexpected(item.error());
        parts_.caches.items.store(engine::cache_key(*item), std::make_shared<const State>(State{std::move(state), {}}),
                                  position_, false);
        return {};
    }
    const auto person = border::person_of(*read);
    if (!person) return std::unexpected(person.error());
    if (kind != Kind::users) return store_visitor(kind, *person, std::move(state));
    parts_.caches.users.store(*person, std::make_shared<const State>(State{std::move(state), {}}), position_, false);
    return {};
}

Result<void> Feed::store_visitor(Kind kind, const PersonKey& visitor, std::string value) {
    const auto known = parts_.caches.visitors.find(visitor);
    if (!known) return std::unexpected(known.error());
    State state = *known ? **known : State{};
    (kind == Kind::visitors_hot ? state.hot : state.cold) = std::move(value);
    const auto stored = std::make_shared<const State>(std::move(state));
    parts_.caches.visitors.store(visitor, stored, position_, kind == Kind::visitors_cold);
    parts_.pending.fed(visitor, stored);
    return {};
}

Result<void> Feed::store_model(std::optional<std::string_view> value) {
    if (!value) return {};
    auto published = model::decode_published(*value);
    if (!published) return std::unexpected(published.error());
    parts_.on_model(std::move(*published));
    return {};
}

void Feed::checkpoint_if_due() {
    const auto now = Clock::now();
    const bool timed = now - checkpoint_time_ >= std::chrono::milliseconds(log_.checkpoint_ms);
    const bool full =
        parts_.caches.dirty_bytes() >= log_.checkpoint_bytes || position_ - begun_ >= log_.checkpoint_events;
    bool asked = false;
    {
        const std::lock_guard lock(mutex_);
        asked = asked_;
    }
    if (timed) checkpoint_time_ = now;
    if (asked) {
        auto written = write_checkpoint();
        const std::lock_guard lock(mutex_);
        asked_ = false;
        written_ = std::move(written);
        changed_.notify_all();
    } else if ((timed || full) && position_ != begun_) {
        if (full) static_cast<void>(checkpointer_.finish());  // what is in memory must not grow without end
        if (checkpointer_.begin(position_)) begun_ = position_;
    }
}

Result<void> Feed::write_checkpoint() {
    if (auto finished = checkpointer_.finish(); !finished) return finished;
    if (position_ == checkpointer_.durable() && position_ == begun_) return {};
    checkpointer_.begin(position_);
    begun_ = position_;
    return checkpointer_.finish();
}

Result<void> Feed::checkpoint() {
    std::unique_lock lock(mutex_);
    asked_ = true;
    changed_.wait(lock, [this] { return !asked_; });
    return written_;
}

// Brokers that have nothing to say are told from brokers that are away by asking.
void Feed::probe() {
    const auto now = Clock::now();
    if (now - probe_time_ < std::chrono::milliseconds(metadata_ms)) return;
    probe_time_ = now;
    if (!partitions_of(client_, topic_name(settings_, "models"), metadata_ms)) return;
    const std::lock_guard lock(mutex_);
    contact_ = parts_.now();
}

void Feed::say_trouble(const std::string& text) {
    const std::lock_guard lock(mutex_);
    if (text == trouble_) return;
    trouble_ = text;
    if (!text.empty()) spdlog::warn("feed: {}", text);
}

FeedFigures Feed::figures() const {
    const TimeMs now = parts_.now();
    const std::lock_guard lock(mutex_);
    FeedFigures figures{.complete = assigned_,
                        .records = records_,
                        .refused = refused_,
                        .partitions = reading_.size(),
                        .lag_ms = 0,
                        .trouble = trouble_};
    TimeMs oldest = now;
    for (const auto& [place, reading] : reading_) {
        figures.complete = figures.complete && reading.was_at_end;
        if (reading.at_end) continue;
        ++figures.behind;
        if (reading.newest > 0) oldest = std::min(oldest, reading.newest);
    }
    constexpr TimeMs quiet_ms = 3 * metadata_ms;  // brokers answer within that
    if (contact_ + quiet_ms < now) oldest = std::min(oldest, contact_);
    figures.lag_ms = now - oldest;
    return figures;
}

}  // namespace vitrina::cluster
