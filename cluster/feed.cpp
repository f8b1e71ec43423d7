// Long because it is one thread's whole life with the state topics, from where it stood through reading to topics made anew.
#include "cluster/feed.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "border/keys.hpp"
#include "cluster/topics.hpp"
#include "engine/position.hpp"

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

using Reads = std::map<std::pair<std::string, std::int32_t>, Reading>;

}  // namespace

TimeMs lag_of(const Reads& reading, TimeMs now) {
    TimeMs oldest = now;
    for (const auto& [place, one] : reading)
        if (!one.at_end && one.newest > 0) oldest = std::min(oldest, std::max(one.newest, one.behind_since));
    return now - oldest;
}

// What the brokers say of the topics.
struct Feed::Found {
    std::unique_ptr<rd_kafka_topic_partition_list_t, ListEnd> list{rd_kafka_topic_partition_list_new(64)};
    Reads reading;
    PartitionCounts counts;
};

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
              return engine::Beside{.figures = encode(read_),
                                    .late = {},
                                    .dead_letters = {},
                                    .catalogue = parts_.catalog.to_write(),
                                    .outcomes = std::exchange(outcomes_, {})};
          },
          mark.position),
      contact_(parts.now()),
      states_(read_.states) {
    const auto changelog = [&](const char* store) { return changelog_name(settings_, store); };
    sources_ = {{Kind::visitors_hot, changelog("visitors-hot"), settings_.visitor_partitions},
                {Kind::visitors_cold, changelog("visitors-cold"), settings_.visitor_partitions},
                {Kind::users, changelog("users"), settings_.user_partitions},
                {Kind::items, changelog("items"), ""},
                {Kind::catalog, changelog("catalog"), ""},
                {Kind::item_success, changelog("item-success"), ""},
                {Kind::outcomes, topic_name(settings_, "outcomes"), ""},
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
    // librdkafka tells of a topic that is gone by this call-back, not by a message; it is called by whoever polls.
    auto made = make_client(RD_KAFKA_CONSUMER, properties, [this](rd_kafka_conf_t* conf) {
        rd_kafka_conf_set_opaque(conf, this);
        rd_kafka_conf_set_error_cb(conf, [](rd_kafka_t*, int error, const char* what, void* feed) {
            static_cast<Feed*>(feed)->heard(static_cast<rd_kafka_resp_err_t>(error), what);
        });
    });
    if (!made) return std::unexpected(made.error());
    client_ = std::move(*made);
    rd_kafka_poll_set_consumer(client_.get());
    return {};
}

// False while a topic is missing or the brokers are away.
bool Feed::look_up(Found& found) {
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
        if (source.kind == Kind::visitors_hot) found.counts.visitors = *count;
        if (source.kind == Kind::users) found.counts.users = *count;
        const auto partitions =
            read_partitions(source.partitions, *count,
                            source.kind == Kind::users ? "cluster.user_partitions" : "cluster.visitor_partitions");
        if (!partitions) {
            say_trouble(partitions.error().message);
            return false;
        }
        for (const std::int32_t partition : *partitions) {
            const Place place{source.topic, partition};
            if (!goes_on(place)) anew_ = fmt::format("{} {} was made anew", source.topic, partition);
            rd_kafka_topic_partition_list_add(found.list.get(), source.topic.c_str(), partition);
            found.reading[place] = {.behind_since = parts_.now()};
        }
    }
    return true;
}

// Does the partition hold what we have read of it? Brokers that do not say are asked again by reading.
bool Feed::goes_on(const Place& place) const {
    const auto known = read_.next.find(place);
    std::int64_t low = 0, high = 0;
    if (known == read_.next.end() || rd_kafka_query_watermark_offsets(client_.get(), place.first.c_str(), place.second,
                                                                      &low, &high, metadata_ms) != 0)
        return true;
    return known->second.next <= high;
}

bool Feed::same_brokers() {
    const std::unique_ptr<char, void (*)(char*)> id(
        rd_kafka_clusterid(client_.get(), metadata_ms), +[](char* text) { rd_kafka_mem_free(nullptr, text); });
    if (id == nullptr) return true;
    if (!read_.brokers.empty() && read_.brokers != id.get()) return false;
    read_.brokers = id.get();
    return true;
}

bool Feed::assign() {
    Found found;
    if (!look_up(found)) return false;
    if (!same_brokers()) anew_ = "the brokers are those of another cluster";
    if (parts_.on_topics)
        if (const auto told = parts_.on_topics(found.counts); !told) {
            say_trouble(told.error().message);
            return false;
        }
    if (!anew_.empty()) begin_anew(anew_);
    if (!anew_.empty()) return false;
    for (auto& [place, reading] : found.reading) {
        const auto known = read_.next.find(place);
        // Beginning with the record that was read last: it tells whether the topic is still the same.
        rd_kafka_topic_partition_list_find(found.list.get(), place.first.c_str(), place.second)->offset =
            known == read_.next.end() ? static_cast<std::int64_t>(RD_KAFKA_OFFSET_BEGINNING)
                                      : std::max<std::int64_t>(0, known->second.next - 1);
    }
    if (const auto error = rd_kafka_assign(client_.get(), found.list.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        say_trouble(kafka_error(error, "cannot read the state topics").message);
        return false;
    }
    say_trouble("");
    const std::lock_guard lock(mutex_);
    reading_ = std::move(found.reading);
    assigned_ = true;
    contact_ = parts_.now();
    return true;
}

// Everything that is known goes, in memory and with the next checkpoint on disk; a kill on the way is noticed and mended likewise.
Result<void> Feed::forget_all() {
    if (auto written = write_checkpoint(); !written) return written;  // so that the disk names everybody
    read_.next.clear();
    read_.brokers.clear();
    const auto nothing = std::make_shared<const State>();
    const auto forget = [&](engine::Family family, engine::StateCache& cache, bool is_cold) {
        const auto stored = parts_.database.scan(family);
        for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
            const std::string_view key(stored->key().data(), stored->key().size());
            const PersonKey person = key.size() < 16
                                         ? PersonKey{0, engine::big_endian_at(key)}
                                         : PersonKey{engine::big_endian_at(key), engine::big_endian_at(key, 8)};
            cache.store(person, nothing, ++position_, is_cold);
        }
    };
    forget(engine::Family::visitors_hot, parts_.caches.visitors, true);
    forget(engine::Family::visitors_cold, parts_.caches.visitors, true);
    forget(engine::Family::users, parts_.caches.users, false);
    forget(engine::Family::items, parts_.caches.items, false);
    forget(engine::Family::item_success, parts_.caches.successes, false);
    const auto outcomes = parts_.database.scan(engine::Family::outcomes);
    for (outcomes->SeekToFirst(); outcomes->Valid(); outcomes->Next())
        outcomes_[std::string(outcomes->key().data(), outcomes->key().size())] = std::nullopt;
    parts_.catalog.forget_all();
    read_.states = {};
    ++position_;
    return write_checkpoint();
}

void Feed::begin_anew(const std::string& why) {
    spdlog::warn("feed: {}; everything is read again", why);
    {
        const std::lock_guard lock(mutex_);
        assigned_ = false;
        reading_.clear();
        states_ = {};
    }
    rd_kafka_assign(client_.get(), nullptr);
    if (const auto forgotten = forget_all(); !forgotten) return say_trouble(forgotten.error().message);
    ++rebuilds_;
    anew_.clear();
}

void Feed::run() {
    bool assigned = false;
    while (!stopping_) {
        if (!anew_.empty()) assigned = false;
        if (!assigned) {
            checkpoint_if_due();
            assigned = assign();
            if (!assigned) std::this_thread::sleep_for(std::chrono::milliseconds(poll_ms));
            continue;
        }
        for (int taken = 0; taken < taken_together && !stopping_ && anew_.empty(); ++taken) {
            const std::unique_ptr<rd_kafka_message_t, MessageEnd> message(
                rd_kafka_consumer_poll(client_.get(), taken == 0 ? poll_ms : 0));
            if (message == nullptr) break;
            take(*message);
        }
        if (std::exchange(doubted_, false)) look_for_topics();
        probe();
        checkpoint_if_due();
    }
}

void Feed::take(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return take_end({rd_kafka_topic_name(message.rkt), message.partition});
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return take_trouble(message);
    const Place place{rd_kafka_topic_name(message.rkt), message.partition};
    const std::string_view key(static_cast<const char*>(message.key), message.key_len);
    std::optional<std::string_view> value;
    if (message.payload != nullptr) value.emplace(static_cast<const char*>(message.payload), message.len);
    rd_kafka_timestamp_type_t type{};
    const TimeMs time = rd_kafka_message_timestamp(&message, &type);
    if (is_witness(place, message, time)) return;
    ++records_;
    if (auto stored = store(kinds_.at(place.first), key, value); !stored) {
        if (refused_++ == 0)
            spdlog::warn("{} {} at {}: {}", place.first, place.second, message.offset, stored.error().message);
    }
    read_.next[place] = {.next = message.offset + 1, .last = time};
    const std::lock_guard lock(mutex_);
    Reading& reading = reading_[place];
    contact_ = parts_.now();
    probe_failed_ = false;
    if (std::exchange(reading.at_end, false)) reading.behind_since = contact_;
    reading.newest = time;
}

// Is it a record that was read before? Then it must be the one that we know.
bool Feed::is_witness(const Place& place, const rd_kafka_message_t& message, TimeMs time) {
    const auto known = read_.next.find(place);
    if (known == read_.next.end() || message.offset >= known->second.next) return false;
    if (message.offset + 1 == known->second.next && time != known->second.last)
        anew_ = fmt::format("{} {} was made anew", place.first, place.second);
    return true;
}

void Feed::take_trouble(const rd_kafka_message_t& message) {
    if (message.err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return heard(message.err, rd_kafka_message_errstr(&message));
    const Place place{message.rkt == nullptr ? "" : rd_kafka_topic_name(message.rkt), message.partition};
    // What is read from its beginning cannot fail to go on: said of the topic as it was before.
    if (read_.next.contains(place))
        anew_ = fmt::format("{} {} does not go on where it was read", place.first, place.second);
}

void Feed::heard(rd_kafka_resp_err_t error, const char* what) {
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
        doubted_ = true;
    else  // of the connection: librdkafka tries again by itself
        spdlog::warn("feed: {}", what);
}

// A broker that has just started may say too that it does not know a topic; the cluster knows.
void Feed::look_for_topics() {
    for (const Source& source : sources_) {
        const auto count = partitions_of(client_, source.topic, metadata_ms);
        if (count && *count == 0) anew_ = fmt::format("{} was deleted", source.topic);
    }
}

void Feed::take_end(const Place& place) {
    const std::lock_guard lock(mutex_);
    reading_[place].at_end = reading_[place].was_at_end = true;
    contact_ = parts_.now();
    probe_failed_ = false;
}

Result<void> Feed::store(Kind kind, std::string_view key, std::optional<std::string_view> value) {
    if (kind == Kind::models) return key == settings_.shop ? store_model(value) : Result<void>{};
    const auto read = border::read_key(key);
    if (!read) return std::unexpected(read.error());
    if (read->shop != settings_.shop) return {};
    ++position_;
    if (kind == Kind::catalog) return parts_.catalog.take(std::string(read->rest), value);
    std::string state(value.value_or(std::string_view()));
    if (kind == Kind::outcomes) {
        outcomes_[std::string(read->rest)] = state.empty() ? std::nullopt : std::optional(std::move(state));
        return {};
    }
    if (kind == Kind::items || kind == Kind::item_success) return store_item(kind, *read, std::move(state));
    const auto person = border::person_of(*read);
    if (!person) return std::unexpected(person.error());
    return kind == Kind::users ? store_one(parts_.caches.users, *person, std::move(state))
                               : store_visitor(kind, *person, std::move(state));
}

void Feed::count(std::uint64_t StateCounts::* of, bool before, bool after) {
    if (before == after) return;
    after ? ++(read_.states.*of) : --(read_.states.*of);
    const std::lock_guard lock(mutex_);
    states_ = read_.states;
}

Result<void> Feed::store_item(Kind kind, const border::Key& key, std::string value) {
    const auto item = border::item_of(key);
    if (!item) return std::unexpected(item.error());
    engine::StateCache& cache = kind == Kind::items ? parts_.caches.items : parts_.caches.successes;
    return store_one(cache, engine::cache_key(*item), std::move(value));
}

Result<void> Feed::store_one(engine::StateCache& cache, const PersonKey& key, std::string value) {
    const auto known = cache.find(key);
    if (!known) return std::unexpected(known.error());
    const bool was = *known && !(*known)->hot.empty();
    if (&cache == &parts_.caches.users) count(&StateCounts::users, was, !value.empty());
    if (&cache == &parts_.caches.items) count(&StateCounts::items, was, !value.empty());
    cache.store(key, std::make_shared<const State>(State{std::move(value), {}}), position_, false);
    return {};
}

Result<void> Feed::store_visitor(Kind kind, const PersonKey& visitor, std::string value) {
    const auto known = parts_.caches.visitors.find(visitor);
    if (!known) return std::unexpected(known.error());
    State state = *known ? **known : State{};
    if (kind == Kind::visitors_hot) count(&StateCounts::visitors, !state.hot.empty(), !value.empty());
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
    const bool reached = partitions_of(client_, topic_name(settings_, "models"), metadata_ms).has_value();
    const std::lock_guard lock(mutex_);
    probe_failed_ = !reached;
    if (reached) contact_ = parts_.now();
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
                        .rebuilds = rebuilds_,
                        .states = states_,
                        .lag_ms = 0,
                        .trouble = trouble_};
    for (const auto& [place, reading] : reading_) {
        figures.complete = figures.complete && reading.was_at_end;
        if (!reading.at_end) ++figures.behind;
    }
    figures.lag_ms = lag_of(reading_, now);
    // Only brokers that were asked and did not answer are away: a process that stood still has not asked.
    if (probe_failed_) figures.lag_ms = std::max(figures.lag_ms, now - contact_);
    return figures;
}

}  // namespace vitrina::cluster
