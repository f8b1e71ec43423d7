#include "cluster/cluster_engine.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "border/keys.hpp"
#include "cluster/mock_kafka.hpp"
#include "cluster/shops.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina::cluster {
namespace {

using engine::happened;
using event::EventKind;

// A node on brokers inside the process. What the Streams application would write, the test writes.
class Node : public testing::Test {
protected:
    void SetUp() override {
        settings().bootstrap_servers = kafka.bootstrap();
        settings().shops_file = folder.path() + "/shops.json";
        settings().accept_timeout_ms = 5000;
        settings().stale_after_ms = 500;
        configuration.training.trends_every_ms = hour_ms;
        ASSERT_TRUE(make_shop_key(settings().shops_file, "default"));
        kafka.make_topics(settings());
        auto opened = Producer::open(settings(), process_environment);
        ASSERT_TRUE(opened) << opened.error().message;
        streams = std::move(*opened);
        open();
    }
    void open() {
        auto opened =
            ClusterEngine::open(folder.path() + "/node", configuration, {.clock = [this] { return time.load(); }});
        ASSERT_TRUE(opened) << opened.error().message;
        node = std::move(*opened);
        EXPECT_TRUE(comes_true([&] { return node->readiness().ready; })) << node->readiness().detail;
    }
    engine::ClusterSettings& settings() { return configuration.cluster; }
    void feed(const char* store, const std::string& key, const std::string& value) {
        const auto sent = streams->send({{changelog_name(settings(), store), key, value}});
        ASSERT_TRUE(sent.front()) << sent.front().error().message;
    }
    std::string visitor_key(const std::string& visitor) { return border::person_key("default", hasher()(visitor)); }
    PersonHasher hasher() { return PersonHasher(read_shop_key(settings().shops_file, "default").value()); }
    std::size_t actions(const std::string& visitor) { return node->visitor(visitor)->actions.size(); }

    TemporaryFolder folder;
    MockKafka kafka;
    engine::Configuration configuration;
    std::atomic<TimeMs> time = engine::test_start;
    std::unique_ptr<Producer> streams;
    std::unique_ptr<engine::Engine> node;
};

TEST_F(Node, sees_its_own_events_at_once_and_those_of_others_when_they_come) {
    const auto view = happened(EventKind::view_item, "ann", {"mug"}, time, "e1");
    const auto report = node->accept({view});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->accepted, 1u);
    EXPECT_EQ(actions("ann"), 1u);
    EXPECT_EQ(node->counters().node->pending_events, 1u);
    EXPECT_EQ(node->accept({view})->duplicates, 1u);

    const auto folded = state::visitor_step({}, view, hasher()).value();
    feed("visitors-hot", visitor_key("ann"), folded.state.hot);
    EXPECT_TRUE(comes_true([&] { return node->counters().node->pending_events == 0; }));
    EXPECT_EQ(actions("ann"), 1u);

    const auto other =
        state::visitor_step({}, happened(EventKind::view_item, "bob", {"mug"}, time, "e2"), hasher()).value();
    feed("visitors-hot", visitor_key("bob"), other.state.hot);
    EXPECT_TRUE(comes_true([&] { return actions("bob") == 1; }));
    feed("visitors-hot", visitor_key("bob"), "");
    EXPECT_TRUE(comes_true([&] { return actions("bob") == 0; }));
}

TEST_F(Node, knows_what_became_of_recommendations_as_the_folds_tell_it) {
    feedback::Change claim;
    claim.transaction_id = "o-1";
    claim.claimant = {true, hasher()("ann")};
    claim.outcome = feedback::Outcome{.transaction_id = "o-1", .item_id = "mug", .quantity = 1};
    const auto tell = [&](const std::string& value) {
        const auto sent = streams->send(
            {{topic_name(settings(), "outcomes"), border::text_key("default", feedback::outcome_key(claim)), value}});
        ASSERT_TRUE(sent.front()) << sent.front().error().message;
    };
    const auto lines = [&] {
        std::string told;
        EXPECT_TRUE(node->each_outcome([&](const feedback::Outcome& one) { told += one.item_id + " "; }));
        return told;
    };
    tell(feedback::encode(*claim.outcome));
    const feedback::SuccessDelta click{item_key("mug"), {20'000, 7, 0}, {.clicks = 1}};
    feed("item-success", border::item_key("default", click.item), feedback::success_step("", {&click, 1}).value());
    EXPECT_TRUE(comes_true([&] { return lines() == "mug "; }));

    // The user's claim on the line counts before the visitor's, until he takes it back.
    claim.claimant = {false, hasher()("user")};
    claim.outcome->item_id = "cup";
    tell(feedback::encode(*claim.outcome));
    EXPECT_TRUE(comes_true([&] { return lines() == "cup "; }));
    node.reset();
    open();
    EXPECT_EQ(lines(), "cup ");
    tell("");
    EXPECT_TRUE(comes_true([&] { return lines() == "mug "; }));
    std::int64_t clicks = 0;
    EXPECT_TRUE(node->each_success([&](ItemKey item, const std::string& state) {
        EXPECT_EQ(item, click.item);
        for (const auto& row : feedback::success_rows(state).value()) clicks += row.counts.clicks;
    }));
    EXPECT_EQ(clicks, 1);
}

TEST_F(Node, a_damaged_folder_is_refused_with_the_advice_to_delete_it_and_then_fills_itself) {
    const auto folded =
        state::visitor_step({}, happened(EventKind::view_item, "ann", {"mug"}, time, "e1"), hasher()).value();
    feed("visitors-hot", visitor_key("ann"), folded.state.hot);
    ASSERT_TRUE(comes_true([&] { return actions("ann") == 1; }));
    node.reset();
    std::ofstream(folder.path() + "/node/store/CURRENT") << "garbage";
    const auto refused =
        ClusterEngine::open(folder.path() + "/node", configuration, {.clock = [this] { return time.load(); }});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("delete it and start again"), std::string::npos) << refused.error().message;
    std::filesystem::remove_all(folder.path() + "/node");
    open();
    EXPECT_EQ(actions("ann"), 1u);
}

TEST_F(Node, goes_on_where_the_last_checkpoint_stood) {
    const auto folded =
        state::visitor_step({}, happened(EventKind::view_item, "ann", {"mug"}, time, "e1"), hasher()).value();
    feed("visitors-hot", visitor_key("ann"), folded.state.hot);
    EXPECT_TRUE(comes_true([&] { return actions("ann") == 1; }));
    const auto digest = node->state_digest();
    ASSERT_TRUE(digest);
    node.reset();
    open();
    EXPECT_EQ(actions("ann"), 1u);
    EXPECT_EQ(node->counters().node->feed_records, 0u) << "nothing is read twice";
    EXPECT_EQ(node->state_digest().value(), *digest);
}

TEST_F(Node, shows_its_own_change_of_an_item_at_once_and_the_fold_of_all_when_it_comes) {
    ASSERT_TRUE(node->put_items({engine::on_sale("mug", "Red mug")}).front());
    ASSERT_TRUE(node->item("mug"));
    catalog::Item cheaper = *node->item("mug");
    cheaper.price = money_unit;
    ASSERT_TRUE(node->patch_item(*node->item("mug"), cheaper, {"price"}));
    EXPECT_EQ(node->item("mug")->price, money_unit);

    // Another node hid it later; the fold of everything comes back.
    catalog::ItemChange put{
        .kind = catalog::ChangeKind::put, .item_id = "mug", .changed_at = time + 5, .change_id = "other"};
    put.item = engine::on_sale("mug", "Blue mug");
    const auto entry = catalog::folded({}, catalog::validated(put).value());
    feed("catalog", border::text_key("default", "mug"), catalog::encode(entry));
    EXPECT_TRUE(comes_true([&] { return node->item("mug")->title == "Blue mug"; }));
    EXPECT_EQ(node->item("mug")->price, 2 * money_unit);

    ++time;
    time += 10;
    ASSERT_TRUE(node->remove_item("mug"));
    EXPECT_FALSE(node->item("mug"));
    EXPECT_EQ(node->remove_item("mug").error().code, ErrorCode::not_found);
    node.reset();
    open();
    EXPECT_TRUE(node->item("mug")) << "the removal never came back, so the feed's entry counts";
}

// What the Streams application makes of a change that somebody sent.
catalog::ItemChange put_at(const std::string& id, TimeMs time, const std::string& run = "") {
    catalog::ItemChange put{.item_id = id, .changed_at = time, .change_id = "0"};
    put.item = engine::on_sale(id);
    put.run = run;
    return catalog::validated(put).value();
}

TEST_F(Node, what_a_complete_run_did_not_mention_is_absent_until_it_is_put_again) {
    for (const auto& put : node->put_items({engine::on_sale("a"), engine::on_sale("b"), engine::on_sale("c"),
                                            engine::on_sale("d"), engine::on_sale("e")}))
        ASSERT_TRUE(put);
    time += minute_ms / 2;
    const auto run = node->begin_item_run();
    ASSERT_TRUE(run);
    for (const auto& put : node->put_items({engine::on_sale("a"), engine::on_sale("b"), engine::on_sale("c")}, *run))
        ASSERT_TRUE(put);
    // Another node took a part, and the Streams application has folded it.
    feed("catalog", border::text_key("default", "d"), catalog::encode(catalog::folded({}, put_at("d", time, run->id))));
    const auto outcome = node->end_item_run(*run, {.items = 4});
    ASSERT_TRUE(outcome) << outcome.error().message;
    EXPECT_EQ(outcome->kind, catalog::RunOutcome::Kind::ended) << outcome->message;
    EXPECT_EQ(outcome->vanished, 1u);
    EXPECT_TRUE(node->item("e")->absent);
    EXPECT_FALSE(node->item("d")->absent);
    time += second_ms;
    ASSERT_TRUE(node->put_items({engine::on_sale("e")}).front());
    EXPECT_FALSE(node->item("e")->absent);
}

TEST_F(Node, the_end_of_a_run_hides_nothing_that_another_node_acknowledged_and_this_one_has_not_read) {
    for (const auto& put :
         node->put_items({engine::on_sale("a"), engine::on_sale("b"), engine::on_sale("c"), engine::on_sale("d")}))
        ASSERT_TRUE(put);
    const auto old = put_at("d", time);
    time += minute_ms / 2;
    const auto run = node->begin_item_run();
    for (const auto& put : node->put_items({engine::on_sale("a"), engine::on_sale("b"), engine::on_sale("c")}, *run))
        ASSERT_TRUE(put);
    EXPECT_EQ(node->end_item_run(*run, {.items = 3})->vanished, 1u);
    EXPECT_TRUE(node->item("d")->absent) << "nobody told this node";
    // It was put at another node while the run was open; the fold has both changes, in either order.
    const auto end = catalog::absence("d", *run), put = put_at("d", time);
    const auto one = catalog::folded(catalog::folded(catalog::folded({}, old), put), end);
    const auto other = catalog::folded(catalog::folded(catalog::folded({}, end), old), put);
    EXPECT_EQ(catalog::encode(one), catalog::encode(other));
    feed("catalog", border::text_key("default", "d"), catalog::encode(one));
    EXPECT_TRUE(comes_true([&] { return !node->item("d")->absent; }));
}

TEST_F(Node, a_run_that_lacks_items_or_takes_too_much_changes_nothing) {
    node.reset();
    configuration.item_runs.wait_ms = 1;
    open();
    for (const auto& put : node->put_items({engine::on_sale("a"), engine::on_sale("b")})) ASSERT_TRUE(put);
    time += second_ms;
    const auto run = node->begin_item_run();
    ASSERT_TRUE(node->put_items({engine::on_sale("a")}, *run).front());
    const auto lacking = node->end_item_run(*run, {.items = 2});
    ASSERT_TRUE(lacking) << lacking.error().message;
    EXPECT_EQ(lacking->kind, catalog::RunOutcome::Kind::counts_differ);
    EXPECT_EQ(node->end_item_run(*run, {.items = 1})->kind, catalog::RunOutcome::Kind::too_many);
    EXPECT_FALSE(node->item("b")->absent);
    EXPECT_EQ(node->end_item_run(*run, {.items = 1, .force = true})->vanished, 1u);
}

TEST_F(Node, every_node_of_the_shop_knows_a_run_and_a_clock_behind_takes_nothing_out_of_it) {
    const auto run = node->begin_item_run();
    node.reset();
    configuration.item_runs.wait_ms = 1;
    open();
    ASSERT_EQ(node->item_run(run->id), *run);
    time -= 2 * second_ms;
    ASSERT_TRUE(node->put_items({engine::on_sale("a")}, *run).front());
    time += 2 * second_ms;
    EXPECT_EQ(node->end_item_run(*run, {.items = 1})->vanished, 0u);
    EXPECT_EQ(node->item_run("i-nobody").error().code, ErrorCode::not_found);
}

TEST_F(Node, without_brokers_no_run_ends) {
    for (const auto& put : node->put_items({engine::on_sale("a"), engine::on_sale("b")})) ASSERT_TRUE(put);
    time += second_ms;
    const auto run = node->begin_item_run();
    ASSERT_TRUE(node->put_items({engine::on_sale("a")}, *run).front());
    kafka.go_away();
    time += 10 * second_ms;
    EXPECT_TRUE(comes_true([&] { return node->readiness().stale; }));
    const auto refused = node->end_item_run(*run, {.items = 1, .force = true});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(node->item("b")->absent);
}

TEST_F(Node, without_brokers_answers_go_on_and_events_are_refused_for_later) {
    ASSERT_TRUE(node->put_items({engine::on_sale("mug")}).front());
    kafka.go_away();
    auto request = engine::ask("home", "ann");
    request.live = true;
    const auto refused = node->accept({happened(EventKind::view_item, "ann", {"mug"}, time, "e1")});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(node->recommend(request));
    time += 60 * second_ms;
    EXPECT_TRUE(comes_true([&] { return node->readiness().stale; }));
    EXPECT_TRUE(node->readiness().ready);
    EXPECT_TRUE(comes_true([&] {
        static_cast<void>(node->recommend(request));
        return node->counters().exposures_dropped > 0;
    }));
    kafka.come_back();
    EXPECT_TRUE(comes_true(
        [&] { return node->accept({happened(EventKind::view_item, "ann", {"mug"}, time, "e2")}).has_value(); }));
    EXPECT_TRUE(comes_true([&] { return !node->readiness().stale; })) << node->readiness().detail;
}

TEST_F(Node, an_event_that_does_not_come_back_makes_it_stale) {
    ASSERT_TRUE(node->accept({happened(EventKind::view_item, "ann", {"mug"}, time, "e1")}));
    time += second_ms;
    EXPECT_TRUE(comes_true([&] { return node->readiness().stale; }));
    EXPECT_NE(node->readiness().detail.find("has not come back"), std::string::npos) << node->readiness().detail;
}

TEST_F(Node, refuses_what_others_do) {
    for (const auto& error : {node->may_train().error(), node->train({}).error(), node->use_model("v").error(),
                              node->rollback_model().error(), node->each_event([](const event::Event&) {}).error(),
                              node->replayed_digest().error()})
        EXPECT_EQ(error.code, ErrorCode::conflict) << error.message;
}

TEST_F(Node, takes_no_folder_of_one_machine_and_none_of_another_shop) {
    node.reset();
    auto other = configuration;
    other.cluster.shop = "other";
    ASSERT_TRUE(make_shop_key(settings().shops_file, "other"));
    feed("items", border::item_key("default", item_key("mug")), "");
    open();
    ASSERT_TRUE(comes_true([&] { return node->counters().node->feed_records == 1; }));
    node.reset();
    EXPECT_EQ(ClusterEngine::open(folder.path() + "/node", other).error().code, ErrorCode::conflict);
    EXPECT_EQ(engine::Engine::open(folder.path() + "/node", {}).error().code, ErrorCode::conflict);
    ASSERT_TRUE(engine::Engine::open(folder.path() + "/shop", {}));
    EXPECT_EQ(ClusterEngine::open(folder.path() + "/shop", configuration).error().code, ErrorCode::conflict);
}

TEST_F(Node, counts_who_has_a_state_and_keeps_the_count_over_a_restart) {
    const auto folded =
        state::visitor_step({}, happened(EventKind::view_item, "ann", {"mug"}, time, "e1"), hasher()).value();
    feed("visitors-hot", visitor_key("ann"), folded.state.hot);
    feed("visitors-hot", visitor_key("bob"), folded.state.hot);
    feed("items", border::item_key("default", item_key("mug")), "state");
    EXPECT_TRUE(comes_true([&] { return node->counters().visitors == 2 && node->counters().items_with_state == 1; }));
    feed("visitors-hot", visitor_key("bob"), "");
    EXPECT_TRUE(comes_true([&] { return node->counters().visitors == 1; }));
    node.reset();
    open();
    EXPECT_EQ(node->counters().visitors, 1u);
}

TEST_F(Node, forgets_everything_and_reads_again_where_the_state_topics_are_others) {
    const auto folded =
        state::visitor_step({}, happened(EventKind::view_item, "ann", {"mug"}, time, "e1"), hasher()).value();
    feed("visitors-hot", visitor_key("ann"), folded.state.hot);
    catalog::ItemChange put{
        .kind = catalog::ChangeKind::put, .item_id = "mug", .changed_at = time, .change_id = "other"};
    put.item = engine::on_sale("mug", "Blue mug");
    feed("catalog", border::text_key("default", "mug"),
         catalog::encode(catalog::folded({}, catalog::validated(put).value())));
    EXPECT_TRUE(comes_true([&] { return actions("ann") == 1 && node->item("mug"); }));
    node.reset();

    MockKafka others;
    settings().bootstrap_servers = others.bootstrap();
    others.make_topics(settings());
    streams = Producer::open(settings(), process_environment).value();
    feed("visitors-hot", visitor_key("bob"), folded.state.hot);
    open();
    EXPECT_EQ(node->counters().node->feed_rebuilds, 1u);
    EXPECT_EQ(actions("ann"), 0u) << "she is not in the topics";
    EXPECT_EQ(actions("bob"), 1u);
    EXPECT_FALSE(node->item("mug"));
    EXPECT_EQ(node->counters().visitors, 1u);
    node.reset();
    open();
    EXPECT_EQ(node->counters().node->feed_rebuilds, 0u);
    EXPECT_EQ(actions("ann"), 0u);
    node.reset();
}

TEST_F(Node, an_event_of_anothers_visitor_is_sent_and_not_waited_for) {
    node.reset();
    settings().visitor_partitions = "0";
    open();
    engine::Peers* const peers = node->peers();
    ASSERT_NE(peers, nullptr);
    std::string other = "v";
    while (!peers->elsewhere({.visitor_id = other, .user_id = {}})) other += "v";
    ASSERT_TRUE(node->accept({happened(EventKind::view_item, other, {"mug"}, time, "e1")}));
    EXPECT_EQ(node->counters().node->pending_events, 0u);
    time += minute_ms;
    EXPECT_FALSE(node->readiness().stale) << node->readiness().detail;
}

TEST_F(Node, a_folder_that_was_left_alone_for_too_long_is_filled_anew) {
    feed("items", border::item_key("default", item_key("mug")), "");
    ASSERT_TRUE(comes_true([&] { return node->counters().node->feed_records == 1; }));
    node.reset();
    time += day_ms;
    open();
    EXPECT_TRUE(comes_true([&] { return node->counters().node->feed_records == 1; }));
}

}  // namespace
}  // namespace vitrina::cluster
