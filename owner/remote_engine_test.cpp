// Long because every call of the contract is held against the engine itself.
// The engine of another process is the same engine: everything said through the socket against the owner's own words.

#include "owner/remote_engine.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <future>
#include <thread>

#include "catalog/codec.hpp"
#include "engine/experiments.hpp"
#include "engine/temporary_shop.hpp"
#include "event/codec.hpp"
#include "owner/service.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::owner {
namespace {

using engine::Engine;
using engine::test_start;

class Remote : public ::testing::Test {
protected:
    void SetUp() override {
        shop_.configuration.training.threads = 1;
        shop_.configuration.experiments.hold_out.share = 0.5;
        shop_.configuration.exposures.features_share = 1;
        shop_.configuration.owner.connections = 2;
        shop_.configuration.owner.message_bytes = 16 << 20;
        shop_.restart();
        std::vector<catalog::Item> items;
        for (int i = 0; i < 15; ++i) items.push_back(engine::on_sale("i" + std::to_string(i)));
        shop_.engine->put_items(std::move(items));
        ASSERT_TRUE(shop_.engine->accept(engine::traffic(7, 3000)));
        start();
        remote_ = connected();
    }
    void TearDown() override {
        remote_.reset();
        service_.reset();
    }
    void start() {
        auto service = Service::start(*shop_.engine, shop_.folder());
        ASSERT_TRUE(service) << service.error().message;
        service_ = std::move(*service);
    }
    Result<std::unique_ptr<Engine>> connect(RemoteEngine::Lost on_lost = {}) const {
        return RemoteEngine::connect(shop_.folder(), shop_.configuration, std::move(on_lost));
    }
    std::unique_ptr<Engine> connected(RemoteEngine::Lost on_lost = {}) const {
        auto remote = connect(std::move(on_lost));
        EXPECT_TRUE(remote) << remote.error().message;
        return remote ? std::move(*remote) : nullptr;
    }
    Engine& own() const { return *shop_.engine; }

    engine::TemporaryShop shop_;
    std::unique_ptr<Service> service_;
    std::unique_ptr<Engine> remote_;
};

std::vector<std::string> events_of(const Engine& engine) {
    std::vector<std::string> events;
    EXPECT_TRUE(engine.each_event([&](const event::Event& event) { events.push_back(event::encode(event)); }));
    return events;
}

std::vector<std::string> items_of(const Engine& engine) {
    std::vector<std::string> items;
    engine.each_item([&](const catalog::Item& item) { items.push_back(catalog::encode(item)); });
    return items;
}

TEST_F(Remote, shows_the_same_log_and_catalogue) {
    EXPECT_GT(events_of(own()).size(), 1000u);
    EXPECT_EQ(events_of(*remote_), events_of(own()));
    EXPECT_EQ(items_of(*remote_), items_of(own()));
    EXPECT_EQ(remote_->item("i3"), own().item("i3"));
    EXPECT_EQ(remote_->item("nothing"), std::nullopt);
    EXPECT_EQ(remote_->state_digest().value(), own().state_digest().value());
    EXPECT_EQ(remote_->replayed_digest().value(), own().replayed_digest().value());
}

TEST_F(Remote, sees_one_log_however_often_it_looks) {
    const auto before = events_of(*remote_);
    ASSERT_TRUE(own().accept({engine::happened(event::EventKind::view_item, "late", {"i1"}, test_start, "new")}));
    EXPECT_EQ(events_of(*remote_), before);
    EXPECT_EQ(events_of(*connected()).size(), before.size() + 1);
}

TEST_F(Remote, stops_looking_when_told_to_and_goes_on) {
    std::size_t seen = 0;
    ASSERT_TRUE(remote_->events_while([&](const event::Event&) { return ++seen < 5; }));
    EXPECT_EQ(seen, 5u);
    EXPECT_EQ(remote_->counters().log_position, own().counters().log_position);
}

TEST_F(Remote, takes_events_and_items) {
    const std::vector<event::Event> events{
        engine::happened(event::EventKind::view_item, "ann", {"i1"}, test_start, "a1"),
        engine::happened(event::EventKind::view_item, "ann", {"i1"}, test_start, "a1")};
    const auto report = remote_->accept(events);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->accepted, 1u);
    EXPECT_EQ(report->duplicates, 1u);
    EXPECT_EQ(report->verdicts, (std::vector{state::Verdict::folded, state::Verdict::duplicate}));
    EXPECT_TRUE(own().visitor("ann")->known);
    const auto written = remote_->put_items({engine::on_sale("new"), engine::on_sale("newer")});
    ASSERT_EQ(written.size(), 2u);
    EXPECT_TRUE(written[0] && written[1]);
    EXPECT_TRUE(own().item("new").has_value());
    EXPECT_EQ(remote_->item("new"), own().item("new"));
    EXPECT_TRUE(remote_->remove_item("new"));
    EXPECT_EQ(remote_->remove_item("new").error().code, ErrorCode::not_found);
}

TEST_F(Remote, begins_fills_and_ends_a_run_of_the_feed) {
    const auto run = remote_->begin_item_run();
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(own().item_run(run->id), *run);
    EXPECT_EQ(remote_->item_run(run->id), *run);
    EXPECT_EQ(remote_->item_run("none").error().code, ErrorCode::not_found);
    for (const auto& put : remote_->put_items({engine::on_sale("new"), engine::on_sale("newer")}, *run))
        ASSERT_TRUE(put);
    EXPECT_EQ(remote_->put_items({engine::on_sale("new")}, {.id = "none"}).front().error().code, ErrorCode::not_found);
    const auto refused = remote_->end_item_run(*run, {.items = 1});
    ASSERT_TRUE(refused) << refused.error().message;
    EXPECT_EQ(refused->kind, catalog::RunOutcome::Kind::counts_differ);
    EXPECT_EQ(refused->seen, 2u);
    EXPECT_FALSE(refused->message.empty());
    const auto ended = remote_->end_item_run(*run, {.items = 2, .force = true});
    ASSERT_TRUE(ended) << ended.error().message;
    EXPECT_EQ(ended->kind, catalog::RunOutcome::Kind::ended);
}

TEST_F(Remote, brings_a_batch_larger_than_a_message) {
    std::vector<event::Event> events;
    for (int i = 0; i < 1500; ++i) {
        auto event = engine::happened(event::EventKind::view_item, "v" + std::to_string(i), {"i1"}, test_start);
        for (int field = 0; field < 20; ++field) event.kept["f" + std::to_string(field)] = std::string(1000, 'x');
        events.push_back(std::move(event));
    }
    const auto report = remote_->accept(events);  // some 30 MB
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->accepted, 1500u);
}

TEST_F(Remote, refuses_an_event_larger_than_a_message_and_goes_on) {
    auto event = engine::happened(event::EventKind::view_item, "large", {"i1"}, test_start);
    for (int field = 0; field < 20; ++field) event.kept["f" + std::to_string(field)] = std::string(1 << 20, 'x');
    const auto refused = remote_->accept({event});  // some 20 MB
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::exhausted);
    EXPECT_NE(refused.error().message.find("owner.message_bytes"), std::string::npos) << refused.error().message;
    EXPECT_FALSE(own().visitor("large")->known);
    EXPECT_TRUE(remote_->checkpoint());
}

// An owner whose messages may be larger than the command's: what he shows does not fit.
TEST_F(Remote, says_so_where_the_owner_shows_more_than_a_message_may_hold) {
    auto event = engine::happened(event::EventKind::view_item, "large", {"i1"}, test_start);
    for (int field = 0; field < 20; ++field) event.kept["f" + std::to_string(field)] = std::string(1000, 'x');
    ASSERT_TRUE(own().accept({event}));
    engine::Configuration narrow = shop_.configuration;
    narrow.owner.message_bytes = 1 << 14;
    const auto remote = RemoteEngine::connect(shop_.folder(), narrow);
    ASSERT_TRUE(remote) << remote.error().message;
    const auto shown = (*remote)->each_event([](const event::Event&) {});
    ASSERT_FALSE(shown);
    EXPECT_NE(shown.error().message.find("owner.message_bytes"), std::string::npos) << shown.error().message;
}

// The kernel tells who connected. Only root can be somebody else, and only for one system call: the folder is its own.
TEST_F(Remote, answers_nobody_of_another_user) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can be somebody else";
    constexpr uid_t stranger = 65534;
    const std::string path = shop_.folder() + "/owner.socket";
    ASSERT_EQ(::chmod(path.c_str(), 0666), 0);
    ASSERT_EQ(::chmod(shop_.folder().c_str(), 0755), 0);
    std::promise<Error> refused;
    std::thread asking([&] {
        // Of this thread alone, as the kernel has it; glibc would change all of them.
        ASSERT_EQ(::syscall(SYS_setresuid, -1, stranger, -1), 0);
        auto socket = connect_to(shop_.folder());
        ASSERT_EQ(::syscall(SYS_setresuid, -1, 0, -1), 0);
        ASSERT_TRUE(socket) << socket.error().message;
        Stream stream(std::move(*socket), {});
        const auto message = stream.receive(10 * second_ms);
        proto::Reply reply;
        ASSERT_TRUE(message && *message && reply.ParseFromString(**message));
        ASSERT_TRUE(reply.has_failure());
        refused.set_value(read(reply.failure()));
    });
    asking.join();
    auto answer = refused.get_future();
    ASSERT_EQ(answer.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    const Error error = answer.get();
    EXPECT_EQ(error.code, ErrorCode::conflict);
    EXPECT_NE(error.message.find("another user"), std::string::npos) << error.message;
    EXPECT_TRUE(remote_->checkpoint());
}

TEST_F(Remote, lets_in_only_what_validation_lets_through) {
    auto event = engine::happened(event::EventKind::view_item, "ann", {"i1"}, test_start, "a1");
    event.items[0].quantity = 0;
    EXPECT_EQ(remote_->accept({event}).error().code, ErrorCode::invalid_input);
    event.items[0].quantity = 1;
    event.received_at = 0;
    EXPECT_EQ(remote_->accept({event}).error().code, ErrorCode::invalid_input);
    catalog::Item item = engine::on_sale("new");
    item.currency = "???";
    EXPECT_EQ(remote_->put_items({item}).at(0).error().code, ErrorCode::invalid_input);
    EXPECT_EQ(remote_->current_model(), "none");
}

TEST_F(Remote, answers_as_the_owner_does) {
    ASSERT_TRUE(remote_->refresh_trends());
    auto request = engine::ask("bestsellers", "v3");
    request.requests[0].explain = true;
    request.requests.push_back(request.requests[0]);
    request.requests[1].filter = ranking::parse_filter(R"({"field": "item_id", "in": ["i1", "i2"]})").value();
    const auto here = own().recommend(request), there = remote_->recommend(request);
    ASSERT_TRUE(here && there) << there.error().message;
    ASSERT_EQ(there->size(), 2u);
    EXPECT_FALSE(there->at(0).items.empty());
    EXPECT_LE(there->at(1).items.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(engine::item_ids(there->at(i)), engine::item_ids(here->at(i)));
        if (there->at(i).items.empty()) continue;
        const auto &mine = here->at(i).items[0], &theirs = there->at(i).items[0];
        EXPECT_EQ(theirs.score, mine.score);
        EXPECT_EQ(theirs.reason.text, mine.reason.text);
        EXPECT_EQ(theirs.explained.size(), mine.explained.size());
        EXPECT_EQ(there->at(i).trace.size(), here->at(i).trace.size());
    }
    EXPECT_EQ(remote_->recommend(engine::ask("nowhere", "v3")).error().message,
              own().recommend(engine::ask("nowhere", "v3")).error().message);
}

TEST_F(Remote, learns_and_switches_models) {
    std::vector<std::string> steps;
    const auto manifest = remote_->train([&](const std::string& step, double) { steps.push_back(step); });
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_FALSE(steps.empty());
    EXPECT_EQ(remote_->models().value(), own().models().value());
    EXPECT_EQ(remote_->models()->front(), *manifest);
    EXPECT_EQ(remote_->current_model(), manifest->version);
    EXPECT_EQ(remote_->use_model(manifest->version).value(), *manifest);
    EXPECT_EQ(remote_->use_model("nothing").error().code, ErrorCode::not_found);
    EXPECT_EQ(remote_->rollback_model().error().message, own().rollback_model().error().message);
}

TEST_F(Remote, tells_what_is_known_of_a_visitor_and_of_the_whole) {
    const auto here = own().visitor("v3"), there = remote_->visitor("v3");
    ASSERT_TRUE(here && there);
    EXPECT_TRUE(there->known);
    ASSERT_EQ(there->actions.size(), here->actions.size());
    for (std::size_t i = 0; i < here->actions.size(); ++i) {
        EXPECT_EQ(there->actions[i].time, here->actions[i].time);
        EXPECT_EQ(there->actions[i].item, here->actions[i].item);
        EXPECT_EQ(there->actions[i].action, here->actions[i].action);
    }
    EXPECT_EQ(there->cart, here->cart);
    EXPECT_EQ(there->user_hash, here->user_hash);
    EXPECT_TRUE(remote_->checkpoint());
    EXPECT_EQ(remote_->counters().events, own().counters().events);
    EXPECT_EQ(remote_->counters().unmatched_refunds, own().counters().unmatched_refunds);
    EXPECT_EQ(remote_->exposures("v3", 5), own().exposures("v3", 5));
}

TEST_F(Remote, tells_who_came_into_an_experiment) {
    recommendation::Request home;
    home.placement = "home";
    for (int i = 0; i < 30; ++i) {
        engine::RecommendationRequest request;
        request.visitor_id = "v" + std::to_string(i);
        request.live = true;
        request.requests = {home};
        ASSERT_TRUE(own().recommend(request));
    }
    const auto trial = engine::trial_named(own(), "hold_out");
    ASSERT_TRUE(trial);
    const auto told = [&](Engine& engine) {
        std::vector<std::string> triggers;
        EXPECT_TRUE(engine.each_trigger(trial->plan.id, [&](const engine::Trigger& trigger) {
            triggers.push_back(trigger.unit + ' ' + trigger.arm + ' ' + std::to_string(trigger.first));
        }));
        return triggers;
    };
    EXPECT_EQ(told(own()).size(), 30u);
    EXPECT_EQ(told(*remote_), told(own()));
    const auto exposed = [](Engine& engine) {
        std::vector<std::string> exposures;
        EXPECT_TRUE(engine.each_exposure([&](const std::string& bytes) { exposures.push_back(bytes); }));
        return exposures;
    };
    EXPECT_EQ(exposed(own()).size(), 30u);
    EXPECT_EQ(exposed(*remote_), exposed(own()));
}

TEST_F(Remote, has_the_owners_experiments_whatever_the_command_is_configured_with) {
    experiment::Trial trial;
    trial.plan = {"a", "layer", 0.25, 0.75, 0.5, {{"control", 0.5}, {"new", 0.5}}};
    trial.unit = experiment::Unit::user;
    trial.until = test_start + day_ms;
    service_.reset();
    shop_.configuration.experiments = {.hold_out = {}, .trials = {trial}};
    shop_.restart();
    start();
    const auto remote = RemoteEngine::connect(shop_.folder(), engine::Configuration(), {});
    ASSERT_TRUE(remote) << remote.error().message;
    const auto told = [](const Engine& engine) {
        std::vector<std::string> trials;
        for (const experiment::Trial& one : engine::trials_of(engine))
            trials.push_back(fmt::format("{} {} {} {} {} {} {} {} {}", one.plan.id, one.plan.layer_from,
                                         one.plan.layer_to, one.plan.ramp, one.plan.arms.size(), one.plan.arms[0].share,
                                         one.until, one.window_ms, one.unit == experiment::Unit::user));
        return trials;
    };
    EXPECT_EQ(told(own()).size(), 1u);
    EXPECT_EQ(told(**remote), told(own()));
}

TEST_F(Remote, tells_what_became_of_recommendations) {
    engine::RecommendationRequest request;
    request.visitor_id = "ann";
    request.requests.resize(1);
    request.requests[0].placement = "home";
    const auto answer = own().recommend(request);
    ASSERT_TRUE(answer);
    event::Event click, order;
    click.kind = event::EventKind::select_item;
    click.visitor_id = order.visitor_id = "ann";
    click.received_at = order.received_at = own().now();
    click.items.resize(1);
    click.items[0].item_id = "i1";
    order.items = click.items;
    click.items[0].recommendation_id = answer->front().recommendation_id;
    order.kind = event::EventKind::purchase;
    order.transaction_id = "o1";
    ASSERT_TRUE(own().accept({*event::validated(click), *event::validated(order)}));
    std::vector<feedback::Outcome> outcomes, remote;
    ASSERT_TRUE(own().each_outcome([&](const feedback::Outcome& one) { outcomes.push_back(one); }));
    ASSERT_TRUE(remote_->each_outcome([&](const feedback::Outcome& one) { remote.push_back(one); }));
    EXPECT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(remote, outcomes);
    std::size_t counted = 0;
    ASSERT_TRUE(remote_->each_success([&](ItemKey item, const std::string&) {
        EXPECT_EQ(item, item_key("i1"));
        ++counted;
    }));
    EXPECT_EQ(counted, 1u);
}

TEST_F(Remote, reads_what_a_ranker_learns_from) {
    ASSERT_TRUE(own().train());
    engine::RecommendationRequest request;
    request.live = true;
    request.requests.resize(1);
    request.requests[0].placement = "home";
    for (int person = 0; person < 20; ++person) {
        request.visitor_id = "v" + std::to_string(person);
        ASSERT_TRUE(own().recommend(request));
    }
    std::uint64_t layout = 0;
    const auto featured = [&](Engine& engine) {
        std::vector<std::string> exposures;
        EXPECT_TRUE(engine.each_featured_exposure([&](const std::string& bytes) { exposures.push_back(bytes); }));
        for (const std::string& bytes : exposures) {
            proto::Exposure exposure;
            EXPECT_TRUE(exposure.ParseFromString(bytes));
            layout = exposure.feature_layout();
        }
        return exposures;
    };
    EXPECT_GT(featured(own()).size(), 0u);
    EXPECT_EQ(featured(*remote_), featured(own()));
    EXPECT_GT(own().feature_names(layout).size(), 20u);
    EXPECT_EQ(remote_->feature_names(layout), own().feature_names(layout));
    EXPECT_TRUE(remote_->feature_names(layout + 1).empty());
}

TEST_F(Remote, says_once_and_always_that_the_owner_is_gone) {
    std::vector<std::string> told;
    const auto remote = connected([&](const Error& error) { told.push_back(error.message); });
    service_.reset();
    EXPECT_EQ(remote->checkpoint().error().code, ErrorCode::unavailable);
    EXPECT_EQ(remote->item("i1"), std::nullopt);
    EXPECT_EQ(remote->accept({}).value().accepted, 0u);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_NE(told[0].find("is gone"), std::string::npos);
    EXPECT_EQ(connect().error().code, ErrorCode::not_found);
    start();
    EXPECT_TRUE(connected()->checkpoint());
}

TEST_F(Remote, takes_no_more_commands_than_configured) {
    const auto second = connected();
    const auto third = connect();
    ASSERT_FALSE(third);
    EXPECT_EQ(third.error().code, ErrorCode::exhausted);
    EXPECT_NE(third.error().message.find("owner.connections"), std::string::npos);
}

TEST_F(Remote, outlives_what_cannot_be_read) {
    auto socket = connect_to(shop_.folder());
    ASSERT_TRUE(socket);
    Stream stream(std::move(*socket), {});
    ASSERT_TRUE(stream.receive());
    for (const std::string& nonsense : {std::string("\xff\xff\xff"), std::string(), std::string("\x1a\x05")}) {
        ASSERT_TRUE(stream.send(nonsense));
        proto::Reply reply;
        ASSERT_TRUE(reply.ParseFromString(stream.receive().value().value()));
        EXPECT_EQ(read(reply.failure()).code, ErrorCode::corrupt_data);
    }
    EXPECT_TRUE(remote_->checkpoint());
}

TEST_F(Remote, serves_many_commands_while_events_come) {
    std::vector<std::future<std::size_t>> looks;
    for (int i = 0; i < 2; ++i) {
        Engine* engine = i == 0 ? remote_.get() : nullptr;
        looks.push_back(std::async(std::launch::async, [this, engine] {
            const auto mine = engine ? nullptr : connected();
            return events_of(engine ? *engine : *mine).size();
        }));
    }
    const std::size_t before = own().counters().log_position;
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(
            own().accept({engine::happened(event::EventKind::view_item, "w" + std::to_string(i), {"i1"}, test_start)}));
    for (auto& look : looks) {
        const std::size_t seen = look.get();
        EXPECT_GE(seen, before);
        EXPECT_LE(seen, before + 50);
    }
}

TEST(RemoteEngine, refuses_an_owner_of_another_version) {
    engine::TemporaryShop shop;
    auto listener = Listener::open(shop.folder());
    ASSERT_TRUE(listener);
    std::thread owner([&] {
        Stream stream(Descriptor(::accept(listener->number(), nullptr, nullptr)), {});
        proto::Reply reply;
        reply.mutable_hello()->set_protocol(protocol + 1);
        reply.mutable_hello()->set_version("99.0");
        EXPECT_TRUE(stream.send(reply.SerializeAsString()));
        EXPECT_TRUE(stream.receive());
    });
    const auto refused = RemoteEngine::connect(shop.folder(), {});
    owner.join();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_NE(refused.error().message.find("99.0"), std::string::npos);
}

}  // namespace
}  // namespace vitrina::owner
