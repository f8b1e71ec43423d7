#include "catalog/run.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::catalog {
namespace {

constexpr TimeMs night = 1'767'571'200'000;
const Run run{.id = "i-tonight", .begun_at = night};

Item mug() { return {.item_id = "MUG"}; }

ItemChange put(TimeMs time, const std::string& of_run = "", const std::string& id = "0c") {
    return {.item_id = "MUG", .changed_at = time, .change_id = id, .item = mug(), .run = of_run};
}

TEST(FeedRun, takes_away_what_it_did_not_mention_and_nobody_wrote_since) {
    EXPECT_TRUE(vanishes(mug(), {.at = night - 1}, run, night + 9));
    EXPECT_TRUE(vanishes(mug(), {}, run, night + 9)) << "of an older version of the store";
    EXPECT_FALSE(vanishes(mug(), {.at = night}, run, night + 9)) << "written while it was open";
    EXPECT_FALSE(vanishes(mug(), {.at = night - 1, .run = mark_of(run.id)}, run, night + 9)) << "mentioned";
    EXPECT_FALSE(vanishes({.item_id = "MUG", .absent = true}, {.at = night - 1}, run, night + 9)) << "away already";
}

TEST(FeedRun, a_time_that_is_still_to_come_was_written_by_a_wrong_clock) {
    EXPECT_TRUE(vanishes(mug(), {.at = night + 365 * day_ms}, run, night + hour_ms));
    EXPECT_FALSE(vanishes(mug(), {.at = night + hour_ms + minute_ms}, run, night + hour_ms))
        << "clocks differ a little";
}

TEST(FeedRun, what_is_put_since_it_began_comes_back_in_any_order) {
    const Entry old = folded({}, put(night - 5));
    EXPECT_TRUE(item_of(folded(old, absence("MUG", run)))->absent);
    for (const TimeMs time : {night, night + 1})
        for (const bool put_first : {true, false}) {
            Entry entry = old;
            if (put_first) entry = folded(entry, put(time));
            entry = folded(entry, absence("MUG", run));
            if (!put_first) entry = folded(entry, put(time));
            EXPECT_FALSE(item_of(entry)->absent) << time - night << put_first;
        }
    EXPECT_TRUE(validated(absence("MUG", run)));
}

TEST(FeedRun, a_patch_neither_keeps_an_item_nor_brings_it_back) {
    ItemChange price{.kind = ChangeKind::patch, .item_id = "MUG", .changed_at = night + 2, .change_id = "0d"};
    price.item = {.item_id = "MUG", .price = 7};
    price.fields = {Field::price};
    const Entry entry = folded(folded({}, put(night - 5)), price);
    EXPECT_TRUE(vanishes(entry.item, written_of(entry), run, night + 9));
    EXPECT_TRUE(item_of(folded(entry, absence("MUG", run)))->absent);
    EXPECT_EQ(item_of(folded(entry, absence("MUG", run)))->price, 7);
}

TEST(FeedRun, an_item_belongs_to_the_run_of_its_newest_put) {
    Entry entry = folded(folded({}, put(night + 2, "i-later")), put(night + 1, run.id));
    EXPECT_EQ(written_of(entry).run, mark_of("i-later"));
    entry = folded(entry, put(night + 3));
    EXPECT_EQ(written_of(entry).run, mark_of("i-later")) << "a put of no run takes no mention away";
    EXPECT_EQ(decode_entry(encode(entry)), entry);
    EXPECT_EQ(decode_change(encode(put(night, run.id))), put(night, run.id));
}

Census census_of(std::size_t mentioned, std::size_t forgotten, std::size_t fresh) {
    Census census;
    for (std::size_t i = 0; i < mentioned; ++i)
        census.count(mug(), {.at = night + 1, .first = night - 9, .run = mark_of(run.id)}, run, night + 9);
    for (std::size_t i = 0; i < forgotten; ++i)
        census.count(mug(), {.at = night - 9, .first = night - 9}, run, night + 9);
    for (std::size_t i = 0; i < fresh; ++i)
        census.count(mug(), {.at = night + 1, .first = night + 1, .run = mark_of(run.id)}, run, night + 9);
    return census;
}

TEST(FeedRun, ends_only_with_the_count_that_was_taken) {
    const Census census = census_of(9, 1, 0);
    EXPECT_EQ(judged(census, {.items = 9}, .3).kind, RunOutcome::Kind::ended);
    EXPECT_EQ(judged(census, {.items = 9}, .3).vanished, 1u);
    for (const std::size_t claimed : {8, 10}) {
        const RunOutcome outcome = judged(census, {.items = claimed, .force = true}, .3);
        EXPECT_EQ(outcome.kind, RunOutcome::Kind::counts_differ);
        EXPECT_NE(outcome.message.find("9 different items"), std::string::npos) << outcome.message;
    }
}

TEST(FeedRun, takes_away_more_than_a_share_of_what_was_there_only_by_force) {
    EXPECT_EQ(judged(census_of(7, 3, 0), {.items = 7}, .3).kind, RunOutcome::Kind::ended);
    const RunOutcome refused = judged(census_of(6, 4, 0), {.items = 6}, .3);
    EXPECT_EQ(refused.kind, RunOutcome::Kind::too_many);
    EXPECT_EQ(refused.vanished, 4u);
    EXPECT_EQ(refused.before, 10u);
    EXPECT_NE(refused.message.find("4 of 10 items would vanish"), std::string::npos) << refused.message;
    EXPECT_EQ(judged(census_of(6, 4, 0), {.items = 6, .force = true}, .3).kind, RunOutcome::Kind::ended);
    EXPECT_EQ(judged(census_of(0, 4, 100), {.items = 100}, .3).kind, RunOutcome::Kind::too_many)
        << "new items do not hide that all others go";
    EXPECT_EQ(judged({}, {}, .3).kind, RunOutcome::Kind::ended) << "of nothing nothing vanishes";
}

// Whatever several nodes write in whatever order it arrives: an item is absent exactly where the run's end is its newest whole word.
TEST(FeedRun, any_order_of_its_changes_gives_the_same_catalogue) {
    Random random(11);
    for (int round = 0; round < 500; ++round) {
        std::vector<ItemChange> changes{put(night - 3), absence("MUG", run)};
        const bool sent_again = random.below(2) == 0;
        if (sent_again) changes.push_back(put(night + static_cast<TimeMs>(random.below(3)), "", std::to_string(round)));
        Entry entry;
        for (std::size_t left = changes.size(); left > 0; --left) {
            const std::size_t next = random.below(left);
            entry = folded(std::move(entry), changes[next]);
            std::swap(changes[next], changes[left - 1]);
        }
        ASSERT_EQ(item_of(entry)->absent, !sent_again) << "seed 11 round " << round;
    }
}

}  // namespace
}  // namespace vitrina::catalog
