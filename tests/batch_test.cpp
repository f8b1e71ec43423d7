// Everybody's recommendations out of the history are those of the embedded host that took the same events.

#include "border/batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "border/history.hpp"
#include "border/shop_states.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina {
namespace {

using Json = nlohmann::json;

constexpr int items_of_shop = 50;

// People enough that some share an account and some never sign in.
std::vector<event::Event> some_weeks(TimeMs end) {
    Random random(5);
    std::vector<event::Event> events;
    for (int e = 0; e < 3000; ++e) {
        const std::uint64_t visitor = random.below(90);
        const auto kind =
            static_cast<event::EventKind>(random.below(3) == 0 ? event::EventKind::purchase
                                                               : (random.below(4) == 0 ? event::EventKind::add_to_cart
                                                                                       : event::EventKind::view_item));
        events.push_back(engine::happened(kind, "v" + std::to_string(visitor),
                                          {"i" + std::to_string(random.below(items_of_shop))},
                                          end - 30 * day_ms + e * 14 * minute_ms, fmt::format("e{:05}", e)));
        if (visitor % 3 != 0 && random.below(3) == 0) events.back().user_id = "u" + std::to_string(visitor / 4);
    }
    return events;
}

// Two rounds of tasks, `tasks` of each, in whatever order their parts come.
struct States {
    std::vector<std::string> people, items;

    States(const engine::Engine& shop, TimeMs through, std::size_t tasks) {
        const std::string configuration = fmt::format(R"({{"through": {}}})", through);
        std::vector<event::Event> events;
        EXPECT_TRUE(shop.each_event([&](const event::Event& event) { events.push_back(event); }));
        std::ranges::sort(events, {}, [](const event::Event& e) { return std::tie(e.visitor_id, e.time, e.event_id); });
        std::vector<std::vector<border::Keyed>> shuffled(tasks);
        for (std::size_t task = tasks; task-- > 0;) {
            auto fold = border::StateFold::open(configuration).value();
            border::Packing records;
            for (const event::Event& event : events)
                if (text_hash(event.visitor_id) % tasks == task)
                    records.add(border::encode(border::HistoryRecord{0, event}));
            const std::string pieces = border::add_packed(fold, records.finish(), true).value();
            const auto parts = border::unpack(pieces).value();
            for (std::size_t at = 0; at < parts.size(); at += 2)
                shuffled[text_hash(*parts[at]) % tasks].push_back(
                    {std::string(*parts[at]), std::string(*parts[at + 1])});
        }
        for (std::vector<border::Keyed>& pieces : shuffled) merge(configuration, pieces);
    }
    void merge(const std::string& configuration, std::vector<border::Keyed>& pieces) {
        std::ranges::sort(pieces, {}, [](const border::Keyed& p) { return std::tie(p.key, p.value); });
        auto merge = border::StateMerge::open(configuration).value();
        border::Packing packing;
        for (const border::Keyed& piece : pieces) {
            packing.add(piece.key);
            packing.add(piece.value);
        }
        const std::string blocks = border::add_packed(merge, packing.finish(), true).value();
        bool of_items = false;
        const auto parts = border::unpack(blocks).value();
        for (const auto& block : parts) {
            if (block) (of_items ? items : people).emplace_back(*block);
            of_items = of_items || !block;
        }
    }
};

struct BatchOfShop : testing::Test {
    engine::TemporaryShop shop;
    std::vector<catalog::Item> catalog;
    std::string model_bytes, manifest;

    void SetUp() override {
        for (int i = 0; i < items_of_shop; ++i) {
            catalog.push_back(engine::on_sale("i" + std::to_string(i), "thing of kind " + std::to_string(i % 9)));
            if (i % 5 == 0) catalog.back().group_id = "g" + std::to_string(i % 10);
            if (i % 7 == 0) catalog.back().availability = catalog::Availability::out_of_stock;
        }
        for (const auto& put : shop.engine->put_items(catalog)) ASSERT_TRUE(put);
        ASSERT_TRUE(shop.engine->accept(some_weeks(shop.time)));
        const auto learned = shop.engine->train();
        ASSERT_TRUE(learned) << learned.error().message;
        manifest = model::to_json(*learned);
        std::ifstream file(shop.folder() + "/models/" + learned->version + "/model.vit", std::ios::binary);
        model_bytes.assign(std::istreambuf_iterator<char>(file), {});
        ASSERT_FALSE(model_bytes.empty());
        shop.restart();  // its counts are those of now then
    }
    std::vector<Json> answers(const std::string& people, const std::string& placement, const States& states) {
        auto batch = border::Batch::open(fmt::format(R"({{"placement": "{}", "now": {}, "people": "{}", "size": 8}})",
                                                     placement, shop.time.load(), people));
        EXPECT_TRUE(batch) << batch.error().message;
        for (const catalog::Item& item : catalog) EXPECT_TRUE(batch->add_item(item));
        for (const std::string& block : states.items) EXPECT_TRUE(batch->add_item_states(block));
        for (std::size_t at = 0; at < model_bytes.size(); at += 1000)
            EXPECT_TRUE(batch->add_model_bytes(std::string_view(model_bytes).substr(at, 1000)));
        EXPECT_TRUE(batch->take_manifest(manifest));
        std::vector<Json> all;
        for (const std::string& block : states.people) {
            const auto said = batch->answers(block);
            EXPECT_TRUE(said) << said.error().message;
            for (std::size_t from = 0, to = 0; (to = said->find('\n', from)) != std::string::npos; from = to + 1)
                all.push_back(Json::parse(said->substr(from, to - from)));
        }
        std::ranges::sort(all);
        return all;
    }
    // What the embedded host says to the person of a line.
    void expect_embedded(const Json& line) {
        engine::RecommendationRequest ask = engine::ask(line["placement"], line.value("visitor_id", ""));
        ask.user_id = line.value("user_id", "");
        ask.requests[0].size = 8;
        ask.requests[0].locale = "en";
        const auto answers = shop.engine->recommend(ask);
        ASSERT_TRUE(answers) << answers.error().message;
        const recommendation::Recommendation& answer = answers->front();
        EXPECT_EQ(line["model_version"], answer.model_version);
        ASSERT_EQ(line["items"].size(), answer.items.size()) << line;
        for (std::size_t i = 0; i < answer.items.size(); ++i) {
            const Json& said = line["items"][i];
            EXPECT_EQ(said["item_id"], answer.items[i].item_id) << line;
            EXPECT_EQ(said["score"], Json(answer.items[i].score)) << line;
            EXPECT_EQ(said["source"], answer.items[i].source);
            EXPECT_EQ(said["reason"]["text"], answer.items[i].reason.text);
        }
    }
};

TEST_F(BatchOfShop, answers_everybody_as_the_embedded_host_answers_each) {
    const States one(*shop.engine, shop.time, 1), many(*shop.engine, shop.time, 3);
    for (const char* placement : {"home", "buy_again"}) {
        const auto everybody = answers("everybody", placement, one);
        EXPECT_EQ(everybody, answers("everybody", placement, many));
        const auto users = std::ranges::count_if(everybody, [](const Json& line) { return line.contains("user_id"); });
        EXPECT_GT(users, 10);
        EXPECT_GT(everybody.size() - static_cast<std::size_t>(users), 20U);
        for (const Json& line : everybody) expect_embedded(line);
        EXPECT_EQ(answers("users", placement, one).size(), static_cast<std::size_t>(users));
    }
    const auto visitors = answers("visitors", "home", many);
    EXPECT_EQ(visitors.size(), 90U);
    for (const Json& line : visitors) expect_embedded(line);
}

TEST_F(BatchOfShop, refuses_what_is_not_whole_or_does_not_fit) {
    for (const char* wrong :
         {"", "[]", R"({"placement": "home"})", R"({"placement": "garden", "now": 5})",
          R"({"placement": "product", "now": 5})", R"({"placement": "home", "now": 5, "size": 0})",
          R"({"placement": "home", "now": 5, "people": "nobody"})", R"({"placement": "home", "now": 5, "x": 1})"})
        EXPECT_EQ(border::Batch::open(wrong).error().code, ErrorCode::invalid_input) << wrong;
    auto batch = border::Batch::open(R"({"placement": "home", "now": 5, "memory_mb": 1})").value();
    EXPECT_EQ(batch.add_item_states("garbage").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(batch.add_model_bytes(std::string(600'000, 'x')).error().code, ErrorCode::exhausted);
    EXPECT_EQ(batch.take_manifest(manifest).error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(batch.answers("garbage").error().code, ErrorCode::corrupt_data);

    EXPECT_EQ(border::StateFold::open("{}").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(border::StateFold::open(R"({"through": 5, "fold": {"facts": 0}})").error().code,
              ErrorCode::invalid_input);
    auto fold = border::StateFold::open(R"({"through": 5})").value();
    const auto record = [](TimeMs time) {
        return border::encode(border::HistoryRecord{
            0, engine::happened(event::EventKind::view_item, "v", {"i"}, engine::test_start + time, "e")});
    };
    EXPECT_EQ(fold.add("garbage").error().code, ErrorCode::corrupt_data);
    EXPECT_TRUE(fold.add(record(2)));
    EXPECT_EQ(fold.add(record(1)).error().code, ErrorCode::corrupt_data);
    auto merge = border::StateMerge::open(R"({"through": 5})").value();
    for (const char* key : {"garbage", "user/short", "item/short", "visitor/0123456789abcdef"})
        EXPECT_FALSE(border::StateMerge(merge).add(key, "\1garbage")) << key;
    EXPECT_FALSE(border::add_packed(merge, "garbage", true));
}

}  // namespace
}  // namespace vitrina
