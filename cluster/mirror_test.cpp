// A shop's topics, on brokers inside the process, as a folder of one machine.

#include "cluster/mirror.hpp"

#include <gtest/gtest.h>

#include <map>

#include "border/keys.hpp"
#include "catalog/change.hpp"
#include "cluster/mock_kafka.hpp"
#include "cluster/producer.hpp"
#include "cluster/shops.hpp"
#include "cluster/topic_reading.hpp"
#include "engine/embedded_engine.hpp"
#include "engine/temporary_shop.hpp"
#include "event/codec.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::cluster {
namespace {

using engine::happened;
using engine::test_start;
using event::EventKind;

class Mirror : public testing::Test {
protected:
    void SetUp() override {
        configuration.cluster.bootstrap_servers = kafka.bootstrap();
        configuration.cluster.shops_file = folder.path() + "/shops.json";
        configuration.training.trends_every_ms = hour_ms;
        configuration.experiments.hold_out.share = 0.5;
        ASSERT_TRUE(make_shop_key(configuration.cluster.shops_file, "default"));
        kafka.make_topics(configuration.cluster);
        producer = Producer::open(configuration.cluster, process_environment).value();
    }
    ShopKey key() const { return read_shop_key(configuration.cluster.shops_file, "default").value(); }
    void send(const std::string& topic, const std::string& record_key, const std::string& value) {
        const auto sent = producer->send({{topic, record_key, value}});
        ASSERT_TRUE(sent.front()) << sent.front().error().message;
    }
    void send(const event::Event& event, const std::string& shop = "default") {
        send(topic_name(configuration.cluster, "events"), border::text_key(shop, event.visitor_id),
             event::encode(event));
    }
    // An answer that was given to the visitor, as a node writes it; what it was called.
    std::string show(const std::string& visitor, std::uint64_t sequence, const std::string& arm = "vitrina") {
        engine::Exposure exposure{
            .time = test_start + static_cast<TimeMs>(sequence), .sequence = sequence, .visitor_id = visitor};
        const feedback::TokenSigner signer(key());
        exposure.shown.recommendation_id = signer.sign({.time = exposure.time, .sequence = sequence});
        exposure.shown.placement = "home";
        exposure.shown.items.resize(1);
        exposure.shown.items[0].item_id = "mug";
        exposure.shown.items[0].features = "ab";
        exposure.shown.feature_names =
            std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"age", "rank"});
        exposure.shown.arms = {{"test", arm, visitor}};
        send(topic_name(configuration.cluster, "exposures"), border::text_key("default", visitor),
             engine::encode(exposure, engine::Features::named));
        return exposure.shown.recommendation_id;
    }
    void put(const catalog::Item& item, bool present = true) {
        catalog::ItemChange change{.kind = present ? catalog::ChangeKind::put : catalog::ChangeKind::remove,
                                   .item_id = item.item_id,
                                   .changed_at = ++changed_at,
                                   .change_id = "c"};
        change.item = item;
        entries[item.item_id] = catalog::folded(entries[item.item_id], change);
        send(changelog_name(configuration.cluster, "catalog"), border::text_key("default", item.item_id),
             catalog::encode(entries[item.item_id]));
    }
    Mirrored mirrored(const MirrorOutside& outside = {}) {
        const auto done = mirror(data(), configuration, outside);
        EXPECT_TRUE(done) << done.error().message;
        return done.value_or(Mirrored{});
    }
    std::string data() const { return folder.path() + "/mirror"; }
    std::unique_ptr<engine::Engine> open() const { return engine::Engine::open(data(), configuration).value(); }

    TemporaryFolder folder;
    MockKafka kafka;
    engine::Configuration configuration;
    std::unique_ptr<Producer> producer;
    std::map<std::string, catalog::Entry> entries;
    TimeMs changed_at = test_start;
};

std::size_t events_in(const engine::Engine& engine) {
    std::size_t count = 0;
    EXPECT_TRUE(engine.each_event([&](const event::Event&) { ++count; }));
    return count;
}

std::int64_t times_shown(engine::Engine& engine) {
    std::int64_t count = 0;
    EXPECT_TRUE(engine.each_exposure([&](const std::string&) { ++count; }));
    return count;
}

std::size_t actions_of_all(engine::Engine& engine) {
    std::size_t count = 0;
    for (int v = 0; v < 20; ++v) count += engine.visitor("v" + std::to_string(v)).value().actions.size();
    return count;
}

std::map<std::string, engine::Trigger> who_is_in(engine::Engine& engine) {
    std::map<std::string, engine::Trigger> units;
    EXPECT_TRUE(engine.each_trigger("test", [&](const engine::Trigger& trigger) { units[trigger.unit] = trigger; }));
    return units;
}

TEST_F(Mirror, holds_what_the_topics_hold_and_goes_on_where_it_was_left) {
    put(engine::on_sale("mug"));
    put(engine::on_sale("cup"));
    const std::string id = show("ann", 1);
    event::Event click = happened(EventKind::select_item, "ann", {"mug"}, test_start + minute_ms, "click");
    click.items[0].recommendation_id = id;
    send(click);
    send(happened(EventKind::purchase, "ann", {"mug"}, test_start + 2 * minute_ms, "order"));
    Mirrored first = mirrored();
    EXPECT_EQ(first.events, 2u);
    EXPECT_EQ(first.exposures, 1u);
    EXPECT_EQ(first.items, 2u);
    EXPECT_EQ(first.refused + first.lost + first.duplicates, 0u);
    EXPECT_TRUE(is_mirror(data()));
    {
        const auto engine = open();
        std::vector<feedback::Outcome> outcomes;
        ASSERT_TRUE(engine->each_outcome([&](const feedback::Outcome& outcome) { outcomes.push_back(outcome); }));
        ASSERT_EQ(outcomes.size(), 1u);
        EXPECT_EQ(outcomes[0].recommendation_id, id);
        proto::Exposure featured;
        ASSERT_TRUE(engine->each_featured_exposure([&](const std::string& bytes) { featured.ParseFromString(bytes); }));
        EXPECT_EQ(featured.items(0).features(), "ab");
        EXPECT_EQ(engine->feature_names(featured.feature_layout()), (std::vector<std::string>{"age", "rank"}));
        EXPECT_EQ(who_is_in(*engine).at("ann").arm, "vitrina");
    }
    put(engine::on_sale("cup"), false);
    show("bob", 2);
    send(happened(EventKind::view_item, "bob", {"mug"}, test_start, "view"));
    const Mirrored second = mirrored();
    EXPECT_EQ(second.events, 1u);
    EXPECT_EQ(second.duplicates, 0u);
    EXPECT_EQ(second.exposures, 1u);
    EXPECT_EQ(second.items, 1u);
    EXPECT_EQ(open()->item("cup"), std::nullopt);
    const Mirrored third = mirrored();
    EXPECT_EQ(third.events + third.exposures + third.items + third.duplicates + third.lost, 0u);
    EXPECT_EQ(events_in(*open()), 3u);
}

TEST_F(Mirror, loses_and_doubles_nothing_when_it_is_cut_off) {
    struct CutOff {};
    for (std::uint64_t i = 0; i < 60; ++i) {
        const std::string visitor = "v" + std::to_string(i % 20);
        show(visitor, i);
        send(happened(EventKind::purchase, visitor, {"mug"}, test_start, "o" + std::to_string(i)));
    }
    for (const std::size_t cut : {1u, 3u, 5u, 4u}) {
        std::size_t calls = 0;
        MirrorOutside outside{.records_together = 9};
        outside.progress = [&](const std::string&, std::uint64_t) {
            if (++calls == cut) throw CutOff();
        };
        EXPECT_THROW(static_cast<void>(mirror(data(), configuration, outside)), CutOff);
    }
    mirrored();
    {
        const auto engine = engine::EmbeddedEngine::open(data(), configuration, {}, key()).value();
        EXPECT_EQ(times_shown(*engine), 60);
        EXPECT_EQ(actions_of_all(*engine), 60u);
        // As a kill leaves it after the records and before the note.
        for (const char* topic : {"events", "exposures"})
            ASSERT_TRUE(engine->keep({"mirrored " + topic_name(configuration.cluster, topic), "0 0 0"}));
    }
    const Mirrored again = mirrored();
    EXPECT_EQ(again.duplicates, 60u);
    EXPECT_EQ(again.events + again.exposures, 0u);
    const auto engine = open();
    EXPECT_EQ(times_shown(*engine), 60);
    EXPECT_EQ(actions_of_all(*engine), 60u);
    EXPECT_EQ(engine->state_digest().value(), engine->replayed_digest().value());
}

TEST_F(Mirror, takes_an_exposure_once_and_the_arm_of_the_earliest_whatever_the_order) {
    show("ann", 7, "new");
    show("ann", 7, "new");
    show("ann", 3, "old");
    show("ann", 9, "new");
    EXPECT_EQ(mirrored().exposures, 3u);
    show("ann", 9, "new");
    EXPECT_EQ(mirrored().exposures, 0u);
    const auto engine = open();
    const engine::Trigger ann = who_is_in(*engine).at("ann");
    EXPECT_EQ(ann.arm, "old");
    EXPECT_EQ(ann.first, test_start + 3);
    EXPECT_TRUE(ann.mixed);
}

TEST_F(Mirror, leaves_out_what_is_not_the_shops_and_says_so) {
    send(happened(EventKind::view_item, "ann", {"mug"}, test_start, "ours"));
    send(happened(EventKind::view_item, "ann", {"mug"}, test_start, "theirs"), "other-shop");
    send(topic_name(configuration.cluster, "events"), border::text_key("default", "ann"), "no event");
    send(topic_name(configuration.cluster, "exposures"), border::text_key("default", "ann"), "no exposure");
    engine::Exposure forged{.time = test_start, .visitor_id = "ann"};
    forged.shown.recommendation_id = feedback::TokenSigner(ShopKey{}).sign({.time = test_start});
    forged.shown.placement = "home";
    send(topic_name(configuration.cluster, "exposures"), border::text_key("default", "ann"), engine::encode(forged));
    const Mirrored done = mirrored();
    EXPECT_EQ(done.events, 1u);
    EXPECT_EQ(done.exposures, 0u);
    EXPECT_EQ(done.refused, 3u);
    EXPECT_EQ(mirrored().refused, 0u);
}

TEST_F(Mirror, of_another_shop_or_a_shop_with_a_log_of_its_own_is_refused) {
    mirrored();
    engine::Configuration other = configuration;
    other.cluster.topic_prefix = "other.";
    kafka.make_topics(other.cluster);
    const auto another = mirror(data(), other, {});
    ASSERT_FALSE(another);
    EXPECT_EQ(another.error().code, ErrorCode::conflict);
    EXPECT_NE(another.error().message.find("other."), std::string::npos) << another.error().message;
    const std::string shop = folder.path() + "/shop";
    engine::Engine::open(shop, {}).value().reset();
    const auto refused = mirror(shop, configuration, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_FALSE(is_mirror(shop));
}

TEST_F(Mirror, of_a_topic_that_was_made_anew_is_refused) {
    send(happened(EventKind::view_item, "ann", {"mug"}, test_start, "e1"));
    mirrored();
    auto engine = engine::EmbeddedEngine::open(data(), configuration, {}, key()).value();
    ASSERT_TRUE(engine->keep({"mirrored " + topic_name(configuration.cluster, "events"), "7 7 7"}));
    engine.reset();
    const auto refused = mirror(data(), configuration, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find("new folder"), std::string::npos) << refused.error().message;
}

TEST(Offsets, are_written_and_read_and_nothing_else_is) {
    EXPECT_EQ(offsets_from(to_text({3, 0, 12})), (Offsets{3, 0, 12}));
    EXPECT_EQ(offsets_from(""), Offsets{});
    for (const char* text : {"x", "-1", "3 x", "3,4", "99999999999999999999"}) EXPECT_FALSE(offsets_from(text)) << text;
}

}  // namespace
}  // namespace vitrina::cluster
