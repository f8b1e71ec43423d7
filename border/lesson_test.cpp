#include "border/lesson.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "border/history.hpp"
#include "border/ials_blocks.hpp"
#include "border/neighbour_rows.hpp"
#include "catalog/codec.hpp"
#include "catalog/learning_text.hpp"
#include "model/published.hpp"
#include "training/trainer.hpp"
#include <limits>

namespace vitrina::border {
namespace {

constexpr TimeMs start = 1'767'225'600'000;  // 2026-01-01
constexpr TimeMs through = start + 60 * day_ms;
const std::string configuration =
    R"({"settings": {"ials.dimensions": "12", "ials.epochs": "3", "seed": "7"}, "through": )" +
    std::to_string(through) + R"(, "now": )" + std::to_string(through + 5000) + R"(, "weights": false})";

std::vector<event::Event> random_events(std::uint64_t seed, std::size_t people) {
    Random random(seed);
    std::vector<event::Event> events;
    for (std::size_t p = 0; p < people; ++p) {
        TimeMs time = start + static_cast<TimeMs>(random.below(50)) * day_ms;
        for (std::uint64_t e = 1 + random.below(6); e > 0; --e) {
            event::Event event;
            event.kind = random.below(3) == 0 ? event::EventKind::purchase : event::EventKind::view_item;
            event.visitor_id = "v" + std::to_string(p);
            if (random.below(4) == 0) event.user_id = "u" + std::to_string(p / 2);
            event.event_id = "e" + std::to_string(random.below(10));
            event.time = event.received_at = time += static_cast<TimeMs>(random.below(100)) * minute_ms;
            if (event.kind == event::EventKind::purchase)
                event.transaction_id = "o" + std::to_string(random.below(1u << 30));
            event.items.push_back({.item_id = "i" + std::to_string(random.below(1 + random.below(300)))});
            events.push_back(std::move(event));
        }
    }
    return events;
}

std::vector<catalog::Item> items() {
    std::vector<catalog::Item> all;
    for (int i = 0; i < 200; ++i) {
        catalog::Item item;
        item.item_id = "i" + std::to_string(i);
        item.title = "thing of kind " + std::to_string(i % 9);
        if (i % 5 == 0) item.group_id = "g" + std::to_string(i % 25);
        all.push_back(std::move(item));
    }
    return all;
}

Lesson with_items() {
    Lesson lesson = Lesson::open(configuration).value();
    for (const catalog::Item& item : items()) EXPECT_TRUE(lesson.add_item(catalog::encode(item)));
    return lesson;
}

Lesson with_events(const std::vector<event::Event>& events) {
    Lesson lesson = with_items();
    for (const event::Event& event : events) EXPECT_TRUE(lesson.add_record(encode(HistoryRecord{0, event})));
    return lesson;
}

using Blocks = std::vector<std::string>;

std::vector<std::string_view> views(const Blocks& blocks) { return {blocks.begin(), blocks.end()}; }

std::string basis_of(const Blocks& factors) {
    Blocks grams;
    for (const std::string& block : factors) grams.push_back(gram(block).value());
    return basis(views(grams)).value();
}

Blocks turned_by(const Blocks& factors, const std::string& basis) {
    Blocks all;
    for (const std::string& block : factors) all.push_back(turned(block, basis).value());
    return all;
}

Blocks solved_against(const Blocks& still, const Blocks& pairs) {
    const training::IalsRecipe recipe = read_lesson_configuration(configuration)->recipe.ials;
    HalfStep step = HalfStep::open(recipe, basis_of(still)).value();
    for (const std::string& block : still) EXPECT_TRUE(step.add(block));
    Blocks all;
    for (const std::string& block : pairs) {
        const HalfStep::Solved solved = step.solve(block).value();
        EXPECT_EQ(solved.gram, gram(solved.factors).value());
        all.push_back(solved.factors);
    }
    return all;
}

TEST(Lesson, gives_the_bytes_that_training_the_same_events_gives) {
    const auto events = random_events(1, 800);
    Lesson lesson = with_events(events);
    ASSERT_TRUE(lesson.assembled());
    const auto model = lesson.trained();
    ASSERT_TRUE(model) << model.error().message;

    catalog::Catalog catalog;
    for (const catalog::Item& item : items()) ASSERT_TRUE(catalog.put(item));
    training::HistoryBuilder builder([&](const std::string& id) { return catalog::learning_key(catalog, id); });
    for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) builder.add_item(catalog.learning_key(slot));
    for (const event::Event& event : events) builder.add(event);
    const training::History history = builder.build(through - 1);
    SerialExecutor executor;
    training::Recipe recipe;
    recipe.ials.dimensions = 12;
    recipe.ials.epochs = 3;
    recipe.seed = 7;
    const auto text = [&](std::uint32_t row) { return catalog::learning_text(catalog, history.items[row]); };
    const auto expected = training::train(history, recipe, text, executor, {.item_facts = recipe.ranker.on});
    ASSERT_TRUE(expected) << expected.error().message;
    EXPECT_TRUE(expected->model_bytes == model->bytes);
}

TEST(Lesson, in_pieces_gives_the_bytes_of_one_call) {
    const auto events = random_events(2, 9000);  // three blocks of people
    Lesson whole = with_events(events);
    const std::string history = whole.assembled().value();
    const auto expected = whole.trained();

    Lesson parts = with_items();
    ASSERT_TRUE(parts.take_history(history));
    ASSERT_GT(parts.people_blocks(), 1u);
    Blocks people_pairs, item_pairs, people, item_factors;
    for (std::size_t b = 0; b < parts.people_blocks(); ++b) people_pairs.push_back(parts.people_pairs(b));
    for (std::size_t b = 0; b < parts.item_blocks(); ++b) item_pairs.push_back(parts.item_pairs(b));
    for (std::size_t b = 0; b < parts.item_blocks(); ++b) item_factors.push_back(parts.first_item_factors(b));
    for (int epoch = 0; epoch < 3; ++epoch) {
        people = solved_against(item_factors, people_pairs);
        item_factors = solved_against(people, item_pairs);
    }
    const std::string last = basis_of(item_factors);
    item_factors = turned_by(item_factors, last);
    Blocks rows;
    for (std::size_t relation = 0; relation < std::size(training::relations); ++relation)
        for (std::size_t b = 0; b < parts.covisit_blocks(); ++b) rows.push_back(parts.covisit_rows(relation, b));
    const Lesson::Prepared prepared{views(item_factors), last, views(rows)};
    Lesson last_task = with_items();
    ASSERT_TRUE(last_task.take_history(history));
    const auto model = last_task.trained(prepared);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_TRUE(model->bytes == expected->bytes);
    EXPECT_EQ(model->manifest, expected->manifest);
    EXPECT_EQ(model->version.substr(0, 16), "20260302T000005Z");
}

TEST(Lesson, refuses_neighbours_that_are_of_another_history) {
    Lesson lesson = with_events(random_events(5, 50));
    ASSERT_TRUE(lesson.assembled());
    Blocks rows;
    for (std::size_t relation = 0; relation < std::size(training::relations); ++relation)
        for (std::size_t b = 0; b < lesson.covisit_blocks(); ++b) rows.push_back(lesson.covisit_rows(relation, b));
    const auto trained_from = [&](const Blocks& blocks) { return lesson.trained({{}, {}, views(blocks)}); };
    EXPECT_TRUE(trained_from(rows));
    EXPECT_FALSE(trained_from(Blocks(rows.begin() + 1, rows.end())));
    Blocks other = rows;
    other[0] = encode_rows({{1}, {0}, {1.0f}});  // one row for all items
    EXPECT_FALSE(trained_from(other));
    model::SparseBlock far = decode_rows(rows[0]).value();
    ASSERT_FALSE(far.columns.empty());
    far.columns[0] = 1u << 30;
    other[0] = encode_rows(far);
    EXPECT_FALSE(trained_from(other));
    far.values[0] = std::numeric_limits<float>::infinity();
    EXPECT_FALSE(decode_rows(encode_rows(far)));
    far.values.pop_back();
    EXPECT_FALSE(decode_rows(encode_rows(far)));
}

TEST(Lesson, knows_no_order_of_records_and_counts_duplicates_once) {
    auto events = random_events(3, 200);
    const auto once = with_events(events).assembled().value();
    const std::size_t count = events.size();
    for (std::size_t e = 0; e < count; e += 3) events.push_back(events[e]);
    std::ranges::reverse(events);
    auto again = decode_history(with_events(events).assembled().value());
    EXPECT_EQ(again->events, events.size());
    EXPECT_TRUE(encode(again->history, count) == once);
}

TEST(Lesson, chooses_weights_for_its_placements) {
    std::string with_weights = configuration;
    with_weights.replace(with_weights.find("false"), 5, "true");
    Lesson lesson = Lesson::open(with_weights).value();
    for (const event::Event& event : random_events(4, 1200))
        ASSERT_TRUE(lesson.add_record(encode(HistoryRecord{0, event})));
    ASSERT_TRUE(lesson.assembled());
    const auto model = lesson.trained();
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_FALSE(model::manifest_from_json(model->manifest)->weights.empty());
}

TEST(Lesson, of_a_model_makes_the_record_that_tells_of_it) {
    Lesson lesson = with_events(random_events(6, 40));
    ASSERT_TRUE(lesson.assembled());
    const auto model = lesson.trained();
    const auto record = published_model(model->manifest, "/models/default/v1/model.vit", model->bytes.size());
    ASSERT_TRUE(record) << record.error().message;
    const auto read = model::decode_published(*record);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->path, "/models/default/v1/model.vit");
    EXPECT_EQ(read->manifest.version, model->version);
    EXPECT_FALSE(published_model("{", "/a", model->bytes.size()));
    EXPECT_FALSE(published_model(model->manifest, "a", model->bytes.size()));
    EXPECT_EQ(published_model(model->manifest, "/a", 7).error().code, ErrorCode::corrupt_data);
}

TEST(Lesson, says_what_does_not_fit_into_its_memory_before_it_takes_it) {
    const auto bounded = [](int megabytes) {
        std::string said = configuration;
        return said.replace(said.rfind('}'), 1, R"(, "memory_mb": )" + std::to_string(megabytes) + "}");
    };
    const auto says = [](const Error& error) {
        EXPECT_EQ(error.code, ErrorCode::exhausted);
        EXPECT_NE(error.message.find("memory_mb"), std::string::npos) << error.message;
        EXPECT_NE(error.message.find("spark.executor.memoryOverhead"), std::string::npos) << error.message;
    };
    Lesson free = with_events(random_events(2, 9000));
    const std::string history = free.assembled().value();
    const auto expected = free.trained();
    ASSERT_TRUE(expected);

    Lesson small = Lesson::open(bounded(1)).value();
    Result<void> added;
    for (const event::Event& event : random_events(2, 9000))
        if (added) added = small.add_record(encode(HistoryRecord{0, event}));
    ASSERT_FALSE(added);
    says(added.error());
    says(small.take_history(history).error());

    Lesson middle = Lesson::open(bounded(6)).value();
    ASSERT_TRUE(middle.take_history(history));
    const auto refused = middle.trained();
    ASSERT_FALSE(refused);
    says(refused.error());

    Lesson large = with_items();  // the bound says nothing about the model
    large = Lesson::open(bounded(500)).value();
    for (const catalog::Item& item : items()) ASSERT_TRUE(large.add_item(catalog::encode(item)));
    ASSERT_TRUE(large.take_history(history));
    EXPECT_EQ(large.trained()->manifest, expected->manifest);

    const training::IalsRecipe twelve = read_lesson_configuration(configuration)->recipe.ials;
    Matrix factors(block_rows, 12);
    const std::string block = encode_factors(factors, 12);
    HalfStep step = HalfStep::open(twelve, basis_of({block}), 1).value();
    Result<void> stood;
    for (int b = 0; stood && b < 10; ++b) stood = step.add(block);
    ASSERT_FALSE(stood);
    says(stood.error());
}

TEST(Lesson, refuses_bytes_that_are_cut_or_do_not_fit) {
    Lesson lesson = with_events(random_events(5, 40));
    const std::string history = lesson.assembled().value();
    for (std::size_t cut = 0; cut < history.size(); cut += 5)
        EXPECT_EQ(decode_history(history.substr(0, cut)).error().code, ErrorCode::corrupt_data) << cut;
    const std::string factors = lesson.first_item_factors(0), pairs = lesson.people_pairs(0);
    for (std::size_t cut = 0; cut < factors.size(); cut += 7) EXPECT_FALSE(gram(factors.substr(0, cut))) << cut;
    for (std::size_t cut = 0; cut < pairs.size(); cut += 7) EXPECT_FALSE(decode_pairs(pairs.substr(0, cut))) << cut;
    const std::string by = basis_of({factors});
    const training::IalsRecipe twelve = read_lesson_configuration(configuration)->recipe.ials;
    EXPECT_EQ(HalfStep::open({}, by).error().code, ErrorCode::corrupt_data);
    HalfStep once = HalfStep::open(twelve, by).value(), twice = HalfStep::open(twelve, by).value();
    EXPECT_TRUE(once.add(factors) && twice.add(factors) && twice.add(factors));
    EXPECT_EQ(once.add(pairs).error().code, ErrorCode::corrupt_data);
    EXPECT_TRUE(once.solve(pairs));
    EXPECT_EQ(twice.solve(pairs).error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(lesson.trained({views({factors, factors}), by}).error().code, ErrorCode::corrupt_data);
    EXPECT_FALSE(Lesson::open("{}"));
    EXPECT_FALSE(Lesson::open(R"({"settings": {"ials.depth": "1"}, "through": 1, "now": 1})"));
}

TEST(IalsBlocks, refuses_numbers_that_are_none_before_a_solver_meets_them) {
    const float odd[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e19f};
    for (const float number : odd) {
        Matrix factors(2, 2);
        factors[1][1] = number;
        const std::string bytes = encode_factors(factors, 2);
        EXPECT_FALSE(gram(bytes)) << number;
    }
    const std::vector<std::uint64_t> offsets{0, 1};
    const std::vector<std::uint32_t> others{0};
    for (const float weight : {odd[0], odd[1], -1.0f}) {
        const std::vector<float> weights{weight};
        EXPECT_FALSE(decode_pairs(encode_pairs({offsets, others, weights}, 1, 1.0))) << weight;
    }
    const std::vector<float> weights{1};
    EXPECT_FALSE(decode_pairs(encode_pairs({offsets, others, weights}, 1, -1.0)));
    EXPECT_TRUE(decode_pairs(encode_pairs({offsets, others, weights}, 1, 1.0)));
}

}  // namespace
}  // namespace vitrina::border
