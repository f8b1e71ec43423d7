#include "border/history.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "base/random.hpp"
#include "border/flat_block.hpp"
#include "border/packing.hpp"
#include "event/codec.hpp"
#include "training/history.hpp"

namespace vitrina::border {
namespace {

constexpr TimeMs noon = 1'767'268'800'000;  // 2026-01-01T12:00Z

Border opened() {
    return Border::open(R"({"shops": {"default": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}})")
        .value();
}

event::Event viewed(const std::string& id, TimeMs time, const std::string& item = "MUG") {
    event::Event event;
    event.event_id = id;
    event.time = event.received_at = time;
    event.visitor_id = "v1";
    event.items = {{.item_id = item}};
    return event;
}

struct Given {
    event::Event event;
    Standing standing = Standing::new_record;
};

VisitorHistory::Answer history_of(const std::vector<Given>& given) {
    std::vector<std::pair<SortedRecord, Standing>> sorted;
    for (const Given& one : given)
        sorted.emplace_back(
            history_record(opened(), "default/v1", event::encode(one.event), one.event.received_at).value(),
            one.standing);
    std::ranges::sort(sorted, {}, [](const auto& one) { return one.first.sorting_key; });
    VisitorHistory history;
    VisitorHistory::Answer all;
    const auto take = [&](VisitorHistory::Answer answer) {
        for (HistoryRow& row : answer.rows) all.rows.push_back(std::move(row));
        for (const std::int32_t day : answer.disturbed) all.disturbed.push_back(day);
    };
    for (const auto& [record, standing] : sorted)
        take(history.add(record.sorting_key, standing, standing == Standing::witness ? "" : record.record).value());
    take(history.finish().value());
    return all;
}

std::vector<std::string> ids_of(const VisitorHistory::Answer& answer) {
    std::vector<std::string> ids;
    for (const HistoryRow& row : answer.rows) ids.push_back(row.event_id);
    return ids;
}

TimeMs session_of(const HistoryRow& row) { return decode_history_record(row.record)->session_start; }

TEST(History, sorts_records_of_a_visitor_by_time_and_id_and_never_mixes_two_visitors) {
    std::vector<std::string> keys{sorting_key("a/v", -5, "x"), sorting_key("a/v", 7, "a"), sorting_key("a/v", 7, "b"),
                                  sorting_key("a/v", 1'000'000, ""), sorting_key("a/vv", -9, "x")};
    EXPECT_TRUE(std::ranges::is_sorted(keys));
    EXPECT_EQ(read_sorting_key(keys[0])->time, -5);
    EXPECT_EQ(read_sorting_key(keys[4])->group, "a/vv");
    EXPECT_EQ(read_sorting_key(keys[2])->event_id, "b");
    EXPECT_EQ(read_sorting_key("").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(read_sorting_key(keys[0].substr(0, 6)).error().code, ErrorCode::corrupt_data);
}

TEST(History, holds_each_event_once_over_all_days_and_keeps_the_first) {
    const auto answer = history_of({{viewed("a", noon)}, {viewed("b", noon + 1)}, {viewed("a", noon + 3 * day_ms)}});
    EXPECT_EQ(ids_of(answer), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(answer.rows[0].time, noon);
    EXPECT_EQ(answer.rows[0].day, history_day(noon));
}

TEST(History, ends_a_session_after_thirty_idle_minutes_and_names_it_by_its_beginning) {
    const auto answer = history_of(
        {{viewed("a", noon)}, {viewed("b", noon + session_idle_ms)}, {viewed("c", noon + 2 * session_idle_ms + 1)}});
    EXPECT_EQ(session_of(answer.rows[1]), noon);
    EXPECT_EQ(session_of(answer.rows[2]), noon + 2 * session_idle_ms + 1);
}

TEST(History, names_the_days_that_a_late_event_disturbs) {
    const TimeMs midnight = noon + 12 * hour_ms;
    const Given evening{viewed("a", midnight - 5 * minute_ms), Standing::old_record};
    const Given night{viewed("b", midnight + 40 * minute_ms), Standing::witness};
    EXPECT_TRUE(history_of({evening, night}).disturbed.empty());
    // It closes the pause before the night, so the night belongs to the session of the evening now.
    const Given late{viewed("c", midnight + 20 * minute_ms)};
    EXPECT_EQ(history_of({evening, late, night}).disturbed, std::vector<std::int32_t>{history_day(midnight)});
    // It is what the night holds under a later time.
    const Given earlier{viewed("b", midnight - 6 * minute_ms)};
    EXPECT_EQ(history_of({evening, earlier, night}).disturbed, std::vector<std::int32_t>{history_day(midnight)});
}

TEST(History, refuses_strange_shops_wrong_keys_disorder_and_garbage) {
    const Border border = opened();
    const std::string event = event::encode(viewed("a", noon));
    EXPECT_EQ(history_record(border, "other/v1", event, noon).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(history_record(border, "default/v2", event, noon).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(history_record(border, "default/v1", "garbage", noon).error().code, ErrorCode::corrupt_data);
    const auto first = history_record(border, "default/v1", event, noon);
    const auto second = history_record(border, "default/v1", event::encode(viewed("b", noon + 1)), noon);
    VisitorHistory history;
    EXPECT_TRUE(history.add(second->sorting_key, Standing::new_record, second->record));
    EXPECT_EQ(history.add(first->sorting_key, Standing::new_record, first->record).error().code,
              ErrorCode::corrupt_data);
    for (std::size_t cut = 0; cut < first->record.size(); ++cut)
        EXPECT_FALSE(decode_history_record(first->record.substr(0, cut))) << cut;
    Packing packing;
    packing.add("key");
    EXPECT_EQ(add_packed(history, packing.finish(), true).error().code, ErrorCode::corrupt_data);
}

// Events of some days, sent again with other times; the days in some order, each alone with the others as witnesses, give in the
// end what all at once give.
TEST(History, of_days_processed_alone_is_that_of_all_at_once) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        Random random(seed);
        std::vector<event::Event> log;
        for (int n = 0; n < 60; ++n)
            log.push_back(viewed("e" + std::to_string(random.below(45)),
                                 noon + static_cast<TimeMs>(random.below(4 * 24 * 6)) * 10 * minute_ms));
        std::map<std::int32_t, std::vector<HistoryRow>> days;
        std::set<std::int32_t> redo;
        std::size_t taken = 0;
        while (taken < log.size() || !redo.empty()) {
            // New records arrive a few at a time; their days are written anew.
            const std::size_t end = std::min(log.size(), taken + 1 + random.below(9));
            for (std::size_t n = taken; n < end; ++n) redo.insert(history_day(log[n].time));
            const std::set<std::int32_t> written = std::exchange(redo, {});
            std::vector<Given> given;
            for (const auto& [day, rows] : days)
                for (const HistoryRow& row : rows)
                    given.push_back({decode_history_record(row.record)->event,
                                     written.contains(day) ? Standing::old_record : Standing::witness});
            for (std::size_t n = taken; n < end; ++n) given.push_back({log[n]});
            const auto answer = history_of(given);
            for (const std::int32_t day : answer.disturbed)
                if (!written.contains(day)) redo.insert(day);
            for (const std::int32_t day : written) days.erase(day);
            for (const HistoryRow& row : answer.rows) days[row.day].push_back(row);
            taken = end;
        }
        std::vector<Given> all;
        for (const event::Event& event : log) all.push_back({event});
        const auto whole = history_of(all);
        std::size_t place = 0;
        for (const auto& [day, rows] : days)
            for (const HistoryRow& row : rows) {
                ASSERT_LT(place, whole.rows.size()) << "seed " << seed;
                EXPECT_EQ(row.event_id, whole.rows[place].event_id) << "seed " << seed;
                EXPECT_EQ(row.record, whole.rows[place].record) << "seed " << seed;
                ++place;
            }
        EXPECT_EQ(place, whole.rows.size()) << "seed " << seed;
    }
}

TEST(History, keeps_of_events_with_one_id_the_one_that_training_would_keep) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        Random random(seed);
        training::HistoryBuilder all([](const std::string& id) { return vitrina::item_key(id); });
        training::HistoryBuilder once([](const std::string& id) { return vitrina::item_key(id); });
        std::vector<Given> given;
        for (int n = 0; n < 40; ++n) {
            event::Event event = viewed("e" + std::to_string(random.below(12)),
                                        noon + static_cast<TimeMs>(random.below(3)), "i" + std::to_string(n % 7));
            event.received_at = noon + static_cast<TimeMs>(random.below(2));
            given.push_back({event});
        }
        for (const Given& one : given) all.add(one.event);
        for (const HistoryRow& row : history_of(given).rows) once.add(decode_history_record(row.record)->event);
        const auto a = all.build(noon + day_ms), b = once.build(noon + day_ms);
        EXPECT_EQ(a.items, b.items) << seed;
        EXPECT_EQ(a.item, b.item) << seed;
        EXPECT_EQ(a.time, b.time) << seed;
    }
}

TEST(History, refuses_times_that_are_none) {
    for (const TimeMs time : {times_max + 1, -times_max - 1, std::numeric_limits<TimeMs>::max()}) {
        EXPECT_FALSE(read_sorting_key(sorting_key("default/v1", time, "e"))) << time;
        HistoryRecord record{noon, viewed("e", noon)};
        EXPECT_TRUE(decode_history_record(encode(record)));
        record.event.time = time;
        EXPECT_FALSE(decode_history_record(encode(record))) << time;
        EXPECT_FALSE(decode_history_record(encode({time, viewed("e", noon)}))) << time;
    }
}

TEST(History, has_one_encoding_of_a_block) {
    constexpr BlockName name{1, 1, "block"};
    const auto block = [&](std::uint32_t padding) {
        return BlockWriter(name).array(std::vector<std::uint32_t>{7, padding}).finish();
    };
    const auto reads = [&](std::uint32_t padding) {
        std::string bytes = block(padding);
        bytes[block_head_bytes] = 1;  // one number, and four bytes of padding
        const std::uint64_t checksum = text_hash(std::string_view(bytes).substr(block_head_bytes));
        std::memcpy(bytes.data() + 8, &checksum, sizeof checksum);
        BlockReader reader(bytes, name);
        return reader.number<std::uint32_t>() == 7 && reader.finish();
    };
    EXPECT_TRUE(reads(0));
    EXPECT_FALSE(reads(1u << 24));
}

}  // namespace
}  // namespace vitrina::border
