// The oracle is held to histories with planted faults: of a cluster without any it says nothing, of each fault it says what is wrong.

#include "tests/oracle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "border/records.hpp"
#include "event/codec.hpp"
#include "model/store.hpp"
#include "state/item_layout.hpp"
#include "tests/silences.hpp"

namespace vitrina::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* broken_id = "mk-broken-1.";

// A cluster that did everything right, as the border would have it.
class Oracle : public testing::Test {
protected:
    explicit Oracle(std::size_t events = 1500) : events_(events) {}
    void SetUp() override {
        found.prefix = "prefix.";
        std::vector<LogRecord> folded;
        std::size_t number = 0;
        for (LogRecord& record : made_events(events_, 11)) {
            event::Event event = event::decode(record.record.value).value();
            if (!event.provisional) {  // the id of these comes out of their order
                event.event_id = "mk-" + event.event_id + ".";
                book.events.insert(event.event_id);
            }
            record.record.value = event::encode(event);
            found.history.rows.push_back({event.visitor_id, event.event_id});
            folded.push_back(record);
            add("events", record);
            if (++number % 500 == 0) plant(record, number);
        }
        std::ranges::sort(found.history.rows);
        const auto again = std::ranges::unique(found.history.rows);
        found.history.rows.erase(again.begin(), again.end());
        found.history.rows.push_back({"visitor 1", broken_id});
        found.stores = folded_by_the_border(folded);
        const auto changes = made_item_changes(200, 11);
        for (const LogRecord& change : changes) add("item-changes", change);
        found.stores["catalog"] = catalog_by_the_border(changes);
        for (const auto& [row, event] : late(folded)) add("late", event);
        model::ModelBuilder builder({item_key("a")});
        const std::string bytes = builder.bytes();
        model::Manifest manifest;
        manifest.version = "v1";
        manifest.model_checksum = model::Model::from_bytes(bytes).value()->checksum();
        found.models.push_back({"v1", bytes, model::to_json(manifest)});
    }
    // Not of a provisional order, whose id comes out of the order.
    TopicRecord first_marked() const {
        return *std::ranges::find_if(found.topics.at("events"),
                                     [](const auto& record) { return !marks_of(record.value).empty(); });
    }
    Place add(const std::string& topic, const LogRecord& record) {
        TopicRecords& records = found.topics[topic];
        const Place place{topic, 0, static_cast<std::int64_t>(records.size())};
        records.push_back({0, place.offset, record.appended_at, record.record.key, record.record.value, true});
        if (topic == "events" || topic == "item-changes") found.history.raw.push_back(place);
        return place;
    }
    void bury(const Place& place, const LogRecord& record, const std::string& code) {
        border::DeadLetter letter{found.prefix + place.topic,
                                  place.partition,
                                  place.offset,
                                  record.appended_at,
                                  code,
                                  "why",
                                  record.record.key,
                                  record.record.value,
                                  record.record.value.size(),
                                  ""};
        add("dead-letters", {{record.record.key, border::encode(letter)}, record.appended_at});
    }
    // Garbage, a key that does not fit, and once an event that breaks an invariant.
    void plant(const LogRecord& like, std::size_t number) {
        const std::string mark = "mk-p" + std::to_string(number) + ".";
        LogRecord garbage = like, stranger = like;
        garbage.record.value = mark + "\xff\xff";
        stranger.record.key = border::text_key(fold_shop, mark);
        book.poison.insert(mark);
        bury(add("events", garbage), garbage, "corrupt_data");
        bury(add("events", stranger), stranger, "invalid_input");
        if (!book.broken.empty()) return;
        event::Event event = event::decode(like.record.value).value();
        event.visitor_id = "visitor 1";
        event.event_id = broken_id;
        const LogRecord broken{{border::text_key(fold_shop, event.visitor_id), event::encode(event)}, like.appended_at};
        book.broken.insert(broken_id);
        book.events.insert(broken_id);
        bury(add("events", broken), broken, "bug");
    }
    static std::vector<std::pair<Row, LogRecord>> late(const std::vector<LogRecord>& events) {
        Found alone;
        for (std::size_t i = 0; i < events.size(); ++i)
            alone.topics["events"].push_back({0, static_cast<std::int64_t>(i), events[i].appended_at,
                                              events[i].record.key, events[i].record.value, true});
        std::multiset<Row> rows;
        for (const Row& row : replayed(border::Border::open(fold_configuration).value(), alone, {}).late)
            rows.insert(row);
        std::vector<std::pair<Row, LogRecord>> records;
        for (const LogRecord& record : events) {
            const auto event = event::decode(record.record.value).value();
            const auto at = rows.find({event.visitor_id, event.event_id});
            if (at == rows.end()) continue;
            records.emplace_back(*at, record);
            rows.erase(at);
        }
        return records;
    }
    std::vector<std::string> verdict() const {
        return judge(border::Border::open(fold_configuration).value(), book, found);
    }

    Book book;
    Found found;

private:
    std::size_t events_;
};

// So long that some events come too late.
class LongOracle : public Oracle {
protected:
    LongOracle() : Oracle(12'000) {}
};

TEST_F(Oracle, says_nothing_of_a_cluster_that_did_everything_right) {
    EXPECT_THAT(verdict(), IsEmpty());
    EXPECT_GT(found.topics["dead-letters"].size(), 4u);
    EXPECT_GT(found.stores["visitors-hot"].size(), 20u);
}

TEST_F(Oracle, finds_an_acknowledged_event_that_is_lost) {
    book.events.insert("mk-acknowledged-1.");
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 acknowledged events are not in the topic: mk-acknowledged-1.")));
}

TEST_F(Oracle, finds_a_change_of_an_item_that_is_lost) {
    book.changes.insert("mk-price-7.");
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("changes of items are not in the topic: mk-price-7.")));
}

TEST_F(Oracle, finds_an_event_that_the_brokers_doubled) {
    const TopicRecord first = first_marked();
    const std::string id = *marks_of(first.value).begin();
    book.once[id] = first.time;
    std::erase_if(found.topics["events"], [&](const auto& record) {
        return record.offset != first.offset && marks_of(record.value).contains(id);
    });
    EXPECT_FALSE(testing::Value(judge_log(book, found), testing::Contains(HasSubstr("more than once"))));
    add("events", {{first.key, first.value}, first.time});
    EXPECT_THAT(judge_log(book, found),
                testing::Contains(HasSubstr("1 events that were sent once are in the topic more than once: " + id)));
}

TEST_F(Oracle, takes_a_record_written_again_only_after_the_producer_began_a_new_epoch_and_as_it_was) {
    const TopicRecord first = first_marked();
    const std::string id = *marks_of(first.value).begin();
    std::erase_if(found.topics["events"], [&](const auto& record) {
        return record.offset != first.offset && marks_of(record.value).contains(id);
    });
    book.once[id] = first.time - 10;
    add("events", {{first.key, first.value}, first.time + 5000});
    EXPECT_THAT(repeats(book, found), IsEmpty());
    book.renumbered = {first.time - 11, first.time + 5001};
    EXPECT_THAT(judge_log(book, found), testing::Contains(HasSubstr("more than once: " + id)));
    book.renumbered.push_back(first.time - 5);
    EXPECT_THAT(repeats(book, found), testing::SizeIs(1));
    EXPECT_FALSE(testing::Value(judge_log(book, found), testing::Contains(HasSubstr("more than once"))));
    found.topics["events"].back().partition = 1;
    EXPECT_THAT(judge_log(book, found), testing::Contains(HasSubstr("more than once: " + id)));
    found.topics["events"].back() = {0, 1 << 20, first.time + 5000, first.key, first.value + " ", true};
    EXPECT_THAT(judge_log(book, found), testing::Contains(HasSubstr("more than once: " + id)));
}

TEST_F(Oracle, finds_a_record_written_again_that_counts_twice) {
    const TopicRecord first = first_marked();
    event::Event event = event::decode(first.value).value();
    event.event_id = "mk-again.";
    const LogRecord again{{first.key, event::encode(event)}, found.topics["events"].back().time};
    add("events", again);
    add("events", {again.record, again.appended_at + 5000});
    book.once[event.event_id] = again.appended_at;
    book.renumbered.push_back(again.appended_at + 1000);
    const border::Border open = border::Border::open(fold_configuration).value();
    found.stores = replayed(open, found, book.broken).stores;
    found.history.rows.push_back({event.visitor_id, event.event_id});
    EXPECT_THAT(verdict(), IsEmpty());
    Found twice = found;
    event.event_id = "mk-once-more.";
    twice.topics["events"].back().value = event::encode(event);
    found.stores = replayed(open, twice, book.broken).stores;
    EXPECT_THAT(verdict(), testing::Contains(HasSubstr("with repeated records left out, ")));
}

TEST_F(Oracle, finds_an_event_that_was_folded_twice_or_not_at_all) {
    Replayed twice = replayed(border::Border::open(fold_configuration).value(), found, book.broken);
    Found with_one_more = found;
    event::Event event = event::decode(first_marked().value).value();
    event.event_id = "mk-again.";
    with_one_more.topics["events"].push_back(
        {0, 99999, found.topics["events"].back().time, first_marked().key, event::encode(event), true});
    found.stores = replayed(border::Border::open(fold_configuration).value(), with_one_more, book.broken).stores;
    EXPECT_THAT(judge_states(twice.stores, found.stores), testing::Contains(HasSubstr("differ from the replay")));
    EXPECT_THAT(judge_states(found.stores, twice.stores), testing::Contains(HasSubstr("differ from the replay")));
}

TEST_F(Oracle, finds_one_state_that_is_off_by_one_byte_missing_or_of_nobody) {
    for (const char* store : {"visitors-hot", "visitors-cold", "users", "items", "catalog"}) {
        const auto whole = found.stores[store];
        ++found.stores[store].begin()->second.back();
        EXPECT_THAT(verdict(), ElementsAre(HasSubstr(std::string("1 states differ from the replay in ") + store)));
        found.stores[store] = whole;
        found.stores[store].erase(found.stores[store].begin());
        EXPECT_THAT(verdict(), ElementsAre(HasSubstr(std::string("1 states are missing in ") + store)));
        found.stores[store] = whole;
        found.stores[store]["default/nobody"] = "state";
        EXPECT_THAT(verdict(),
                    ElementsAre(HasSubstr(std::string("1 states that the replay does not have are in ") + store)));
        found.stores[store] = whole;
    }
}

TEST_F(Oracle, finds_dead_letters_that_are_missing_doubled_miscoded_or_of_good_records) {
    const TopicRecords whole = found.topics["dead-letters"];
    found.topics["dead-letters"].pop_back();
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 records that cannot be folded have no dead letter: events 0 at")));
    found.topics["dead-letters"] = whole;
    found.topics["dead-letters"].push_back(whole.front());
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 dead letters came twice")));
    found.topics["dead-letters"] = whole;
    const TopicRecord good = first_marked();
    bury({"events", 0, 0}, {{good.key, good.value}, good.time}, "bug");
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 dead letters are of records that can be folded: events 0 at 0")));
    found.topics["dead-letters"] = whole;
    found.topics["dead-letters"].back().value = "torn";
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 dead letters cannot be read"), HasSubstr("have no dead letter")));
}

TEST_F(Oracle, finds_poison_that_nobody_planted_and_planted_poison_that_was_folded) {
    book.poison.erase("mk-p500.");
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("2 records that cannot be folded were not planted")));
    book.poison.insert("mk-p500.");
    book.poison.insert(*marks_of(first_marked().value).begin());
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("planted records can be folded after all")));
}

TEST_F(LongOracle, finds_late_events_that_are_missing_or_doubled) {
    ASSERT_FALSE(found.topics["late"].empty());
    const TopicRecords whole = found.topics["late"];
    found.topics["late"].push_back(whole.front());
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 events are there twice in the topic of late events")));
    found.topics["late"].clear();
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("events are missing in the topic of late events")));
}

TEST_F(Oracle, finds_records_and_rows_of_the_history_that_are_missing_or_doubled) {
    const History whole = found.history;
    found.history.raw.pop_back();
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 records of the log are not in the raw files: item-changes")));
    found.history = whole;
    found.history.raw.push_back(whole.raw.front());
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 records of the log are in two raw files: events 0 at 0")));
    found.history = whole;
    found.history.rows.pop_back();
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 events are missing in the history: mk-broken-1. of visitor 1")));
    found.history = whole;
    found.history.rows.push_back(whole.rows.front());
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 events are there twice in the history")));
    found.history = whole;
    found.history.rows.push_back({"nobody", "nothing"});
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("1 events that nobody sent are in the history")));
}

TEST_F(Oracle, finds_a_model_that_is_torn_changed_or_without_its_manifest) {
    ModelFile& file = found.models.front();
    const ModelFile whole = file;
    file.bytes.resize(file.bytes.size() / 2);
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("model v1 is damaged")));
    file = whole;
    ++file.bytes[file.bytes.size() - 1];
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("model v1")));
    file = whole;
    file.manifest.resize(5);
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("the manifest of model v1 is unreadable")));
    model::ModelBuilder other({item_key("b")});
    file = {"v1", other.bytes(), whole.manifest};
    EXPECT_THAT(verdict(), ElementsAre(HasSubstr("model v1 is not the one that its manifest names")));
}

state::ItemState item_with_neighbours(std::size_t count) {
    state::ItemState item;
    item.fixed.views = 7;
    item.fixed.neighbours_seen = 3200;
    for (std::size_t i = 0; i < count; ++i) item.neighbours.push_back({static_cast<ItemKey>(i + 1), 100, 5});
    return item;
}

TEST(OracleItems, are_the_same_to_the_byte_or_within_the_bound_of_a_list_that_overflowed) {
    const state::ItemState full = item_with_neighbours(32), few = item_with_neighbours(31);
    const auto changed = [](state::ItemState item, const auto& change) {
        change(item);
        return encode(item);
    };
    EXPECT_TRUE(same_item(encode(few), encode(few)));
    EXPECT_TRUE(same_item(encode(full), changed(full, [](auto& item) { item.neighbours[3].count = 104; })));
    EXPECT_TRUE(
        same_item(encode(full), changed(full, [](auto& item) { item.neighbours[31] = {ItemKey{99}, 100, 40}; })));
    EXPECT_FALSE(same_item(encode(full), changed(full, [](auto& item) { item.neighbours[3].count = 106; })));
    EXPECT_FALSE(
        same_item(encode(full), changed(full, [](auto& item) { item.neighbours[31] = {ItemKey{99}, 140, 5}; })));
    EXPECT_FALSE(same_item(encode(full), changed(full, [](auto& item) { ++item.fixed.views; })));
    EXPECT_FALSE(same_item(encode(few), changed(few, [](auto& item) { item.neighbours[3].count = 101; })));
    EXPECT_FALSE(same_item(encode(few), "no item"));
}

TEST(Marks, are_found_in_any_bytes_and_only_whole_ones) {
    EXPECT_THAT(marks_of(std::string_view("\0\xff mk-a-1.mk-b2.mk-c mk-.x", 25)), ElementsAre("mk-a-1.", "mk-b2."));
    EXPECT_THAT(marks_of("mk-cut"), IsEmpty());
    EXPECT_THAT(marks_of("mk-mk-d."), ElementsAre("mk-d.", "mk-mk-d."));
}

TEST(Silences, are_the_longest_wait_of_any_stream_as_far_as_it_lies_between_two_faults) {
    const std::map<std::string, std::vector<TimeMs>> pulses{{"a", {0, 100, 200, 5200, 5300}},
                                                            {"b", {0, 1000, 2000, 3000, 9000}}};
    EXPECT_EQ(longest_silence(pulses, 150, 5000), (Silence{4800, "a"}));
    EXPECT_EQ(longest_silence(pulses, 3000, 8000), (Silence{5000, "b"}));
    EXPECT_EQ(longest_silence(pulses, 5250, 8000), (Silence{2750, "b"}));
    EXPECT_EQ(longest_silence({{"dead", {0, 10}}}, 5, 1000), (Silence{990, "dead"}));
}

}  // namespace
}  // namespace vitrina::tests
