#include "feedback/training_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.hpp"

namespace vitrina::feedback {
namespace {

constexpr TimeMs start = 1'770'000'000'000;

ShownAnswer answer(const std::string& id, TimeMs time, const std::vector<std::string>& items) {
    ShownAnswer shown{.recommendation_id = id,
                      .visitor_id = "ann",
                      .placement = "home",
                      .variant = "default",
                      .model_version = "m1",
                      .time = time,
                      .layout = 7,
                      .items = {}};
    for (const std::string& item : items)
        shown.items.push_back({item, static_cast<std::int32_t>(shown.items.size()), "\1\2"});
    return shown;
}

Touch touch(const std::string& id, const std::string& item, Stage stage, TimeMs time) {
    Touch one;
    one.recommendation_id = id;
    one.item_id = item;
    one.stage = stage;
    one.time = time;
    return one;
}

Outcome bought(const std::string& id, const std::string& item, TimeMs time, std::int64_t quantity = 1) {
    Outcome one;
    one.recommendation_id = id;
    one.item_id = item;
    one.transaction_id = "o" + item;
    one.credit = Credit::click;
    one.quantity = quantity;
    one.money = quantity * 3 * money_unit;
    one.time = time;
    return one;
}

std::string text(const TrainingRows& rows, TimeMs now) {
    std::string all;
    for (const TrainingRow& row : rows.mature(now))
        all += row.answer->recommendation_id + row.item->item_id + (row.success.clicked ? "c" : "") +
               (row.success.carted ? "a" : "") + (row.success.bought ? "b" : "") +
               std::to_string(row.success.money / money_unit) + " ";
    return all;
}

TEST(TrainingRows, join_what_was_shown_with_what_became_of_it) {
    TrainingRows rows(day_ms);
    rows.show(answer("r2", start + 1, {"x"}));
    rows.show(answer("r1", start, {"mug", "cup", "jug"}));
    rows.touch(touch("r1", "cup", Stage::clicked, start + 5));
    rows.touch(touch("r1", "jug", Stage::carted, start + 6));
    rows.touch(touch("r1", "mug", Stage::viewed, start + 6));
    rows.touch(touch("elsewhere", "mug", Stage::clicked, start + 6));
    rows.outcome(bought("r1", "jug", start + 9, 2));
    EXPECT_EQ(text(rows, start + 2 * day_ms), "r1mug0 r1cupc0 r1jugcab6 r2x0 ");
    EXPECT_EQ(rows.answered("r1"), start);
    EXPECT_EQ(rows.answered("r3"), -1);
}

TEST(TrainingRows, wait_until_they_are_mature_and_count_nothing_behind_their_horizon) {
    TrainingRows rows(day_ms);
    rows.show(answer("r1", start, {"mug", "cup"}));
    rows.touch(touch("r1", "mug", Stage::clicked, start + day_ms));
    rows.touch(touch("r1", "cup", Stage::clicked, start + day_ms + 1));
    EXPECT_EQ(text(rows, start + day_ms - 1), "");
    EXPECT_EQ(text(rows, start + day_ms), "r1mugc0 r1cup0 ");
}

TEST(TrainingRows, know_no_purchase_that_was_given_back) {
    TrainingRows rows(day_ms);
    rows.show(answer("r1", start, {"mug"}));
    rows.touch(touch("r1", "mug", Stage::clicked, start + 1));
    rows.outcome(bought("r1", "mug", start + 2, 2));
    EXPECT_EQ(text(rows, start + day_ms), "r1mugcab6 ");
    rows.outcome(bought("r1", "mug", start + 2, 1));
    EXPECT_EQ(text(rows, start + day_ms), "r1mugcab3 ");
    rows.outcome(bought("r1", "mug", start + 2, 0));
    EXPECT_EQ(text(rows, start + day_ms), "r1mugc0 ");
}

TEST(TrainingRows, come_out_the_same_however_their_records_are_repeated_and_ordered) {
    using Record = std::function<void(TrainingRows&)>;
    std::vector<Record> records;
    for (int a = 0; a < 20; ++a) {
        const std::string id = "r" + std::to_string(a % 17);
        records.push_back([=](TrainingRows& to) { to.show(answer(id, start + a % 17, {"mug", "cup"})); });
    }
    const std::size_t shows = records.size();
    for (int a = 0; a < 60; ++a)
        records.push_back([=](TrainingRows& to) {
            to.touch(touch("r" + std::to_string(a % 23), a % 2 == 0 ? "mug" : "cup",
                           a % 3 == 0 ? Stage::carted : Stage::clicked, start + a));
        });
    std::string expected;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random(seed);
        // What was shown is known before it is clicked: the host reads exposures first.
        const auto shuffle = [&](std::size_t from, std::size_t to) {
            for (std::size_t i = to; i > from + 1; --i)
                std::swap(records[i - 1], records[from + random.below(i - from)]);
        };
        shuffle(0, shows);
        shuffle(shows, records.size());
        TrainingRows rows(day_ms);
        for (const Record& record : records) record(rows);
        for (std::size_t again = 0; again < 30; ++again) records[random.below(records.size())](rows);
        if (seed == 0) expected = text(rows, start + 2 * day_ms);
        EXPECT_EQ(text(rows, start + 2 * day_ms), expected) << "seed " << seed;
    }
    EXPECT_NE(expected.find("cupc"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::feedback
