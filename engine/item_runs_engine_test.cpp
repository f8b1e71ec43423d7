// Complete runs of the feed on one machine: from the first part to what is recommended afterwards.

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

class FeedRuns : public testing::Test {
protected:
    void SetUp() override { put({"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}); }

    Engine& engine() { return *shop.engine; }
    std::vector<catalog::Item> items(const std::vector<std::string>& ids) {
        std::vector<catalog::Item> all;
        for (const std::string& id : ids) all.push_back(on_sale(id));
        return all;
    }
    void put(const std::vector<std::string>& ids) {
        for (const auto& each : engine().put_items(items(ids))) ASSERT_TRUE(each);
        shop.time += minute_ms;
    }
    void mention(const catalog::Run& run, const std::vector<std::string>& ids) {
        for (const auto& each : engine().put_items(items(ids), run)) ASSERT_TRUE(each);
        shop.time += minute_ms;
    }
    catalog::RunOutcome end(const catalog::Run& run, std::size_t count, bool force = false) {
        auto outcome = engine().end_item_run(run, {.items = count, .force = force});
        EXPECT_TRUE(outcome) << outcome.error().message;
        return *outcome;
    }
    bool absent(const std::string& id) { return engine().item(id)->absent; }
    bool recommended(const std::string& id) {
        EXPECT_TRUE(engine().refresh_trends());
        auto request = ask("home", "nobody");
        request.requests[0].size = 50;
        const auto answers = engine().recommend(request);
        EXPECT_TRUE(answers);
        const auto ids = item_ids(answers->front());
        return std::ranges::find(ids, id) != ids.end();
    }

    TemporaryShop shop;
};

TEST_F(FeedRuns, what_the_feed_no_longer_has_is_not_recommended_until_it_is_sent_again) {
    ASSERT_TRUE(engine().accept({happened(event::EventKind::purchase, "ann", {"i", "j"}, shop.time)}));
    EXPECT_TRUE(recommended("j"));
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b", "c", "d", "e", "f", "g", "h"});
    EXPECT_TRUE(recommended("j")) << "nothing vanishes before the end";
    const catalog::RunOutcome outcome = end(run, 8);
    EXPECT_EQ(outcome.kind, catalog::RunOutcome::Kind::ended) << outcome.message;
    EXPECT_EQ(outcome.vanished, 2u);
    EXPECT_FALSE(recommended("i"));
    EXPECT_FALSE(recommended("j"));
    EXPECT_TRUE(recommended("a"));
    EXPECT_EQ(engine().visitor("ann")->actions.size(), 2u) << "its history stays";
    put({"j"});
    EXPECT_TRUE(recommended("j"));
    EXPECT_TRUE(absent("i"));
}

TEST_F(FeedRuns, what_was_written_while_it_was_open_stays_and_what_was_patched_does_not) {
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b", "c", "d", "e", "f", "g", "h"});
    put({"i", "new"});
    catalog::Item cheaper = *engine().item("j");
    cheaper.price = money_unit;
    ASSERT_TRUE(engine().patch_item(*engine().item("j"), cheaper, {"price"}));
    EXPECT_EQ(end(run, 8).vanished, 1u);
    EXPECT_FALSE(absent("i") || absent("new"));
    EXPECT_TRUE(absent("j"));
    catalog::Item seen_before = *engine().item("j");
    seen_before.absent = false;  // read before the run ended
    ASSERT_TRUE(engine().patch_item(seen_before, seen_before, {}));
    EXPECT_TRUE(absent("j"));
    EXPECT_EQ(engine().item("j")->price, money_unit);
}

TEST_F(FeedRuns, goes_on_after_a_kill) {
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b", "c", "d", "e"});
    shop.restart_as_killed();
    ASSERT_EQ(engine().item_run(run.id), run);
    mention(run, {"f", "g", "h", "i"});
    EXPECT_EQ(end(run, 9).vanished, 1u);
    EXPECT_TRUE(absent("j"));
    shop.restart_as_killed();
    EXPECT_TRUE(absent("j"));
    EXPECT_EQ(end(run, 9).vanished, 0u) << "ended again";
}

TEST_F(FeedRuns, counts_each_item_once_and_ends_with_the_true_count_only) {
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b", "c", "d", "e", "f", "g", "h", "h", "a"});
    for (const std::size_t wrong : {7, 10}) {
        EXPECT_EQ(end(run, wrong, true).kind, catalog::RunOutcome::Kind::counts_differ);
        EXPECT_FALSE(absent("j"));
    }
    EXPECT_EQ(end(run, 8).kind, catalog::RunOutcome::Kind::ended);
}

TEST_F(FeedRuns, a_large_part_of_the_catalogue_vanishes_by_force_only) {
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b"});
    const catalog::RunOutcome refused = end(run, 2);
    EXPECT_EQ(refused.kind, catalog::RunOutcome::Kind::too_many);
    EXPECT_EQ(refused.vanished, 8u);
    EXPECT_FALSE(absent("j"));
    EXPECT_EQ(end(run, 2, true).vanished, 8u);
    EXPECT_TRUE(absent("j"));
}

TEST_F(FeedRuns, an_older_run_that_ends_later_takes_nothing_that_the_newer_one_mentioned) {
    const catalog::Run old = *engine().begin_item_run();
    mention(old, {"a", "b", "c", "d", "e", "f", "g"});
    const catalog::Run newer = *engine().begin_item_run();
    mention(newer, {"b", "c", "d", "e", "f", "g", "h", "i", "j"});
    EXPECT_EQ(end(newer, 9).vanished, 1u);
    EXPECT_TRUE(absent("a"));
    EXPECT_EQ(end(old, 7).kind, catalog::RunOutcome::Kind::counts_differ);
    EXPECT_FALSE(absent("j"));
}

TEST_F(FeedRuns, that_are_none_or_too_old_are_told_apart) {
    const catalog::Run run = *engine().begin_item_run();
    EXPECT_EQ(engine().item_run("monday").error().code, ErrorCode::not_found);
    shop.time += 2 * day_ms;
    EXPECT_EQ(engine().item_run(run.id).error().code, ErrorCode::conflict);
}

TEST_F(FeedRuns, a_clock_that_was_wrong_keeps_nothing_for_ever) {
    const TimeMs now = shop.time;
    shop.time = now + 365 * day_ms;
    const catalog::Run wrong = *engine().begin_item_run();
    mention(wrong, {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"});
    shop.time = now;
    EXPECT_EQ(engine().item_run(wrong.id).error().code, ErrorCode::conflict);
    const catalog::Run run = *engine().begin_item_run();
    mention(run, {"a", "b", "c", "d", "e", "f", "g", "h"});
    EXPECT_EQ(end(run, 8).vanished, 2u);
}

}  // namespace
}  // namespace vitrina::engine
