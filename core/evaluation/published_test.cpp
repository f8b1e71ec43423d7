// The evaluation of published files from end to end, on small random shops of every shape.
#include "evaluation/published.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/random.hpp"

namespace vitrina::evaluation {
namespace {

// Blocks on three threads, in whatever order they come.
class ThreeThreads final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < width(); ++t)
            threads.emplace_back([&, t] {
                for (std::size_t block = blocks; block-- > 0;)
                    if (block % width() == t) work(block);
            });
    }
    std::size_t width() const override { return 3; }
};

Interactions read(Shape shape, std::string_view train, std::string_view test = {}) {
    InteractionReader reader(shape);
    for (const auto& [part, text] : {std::pair{Part::train, train}, {Part::test, test}}) {
        reader.begin(part);
        reader.take(text);
        reader.end();
    }
    return *reader.finish();
}

// People of three tastes walk through their items in order, so that there is something to learn.
std::string random_file(Shape shape, std::size_t people, std::uint64_t seed) {
    Random random(seed);
    std::string text;
    for (std::size_t p = 0; p < people; ++p) {
        if (shape != Shape::sessions) text += "u" + std::to_string(p) + (shape == Shape::baskets ? "\t" : " ");
        const std::uint64_t taste = random.below(3) * 20, start = random.below(20), length = 4 + random.below(6);
        for (std::uint64_t n = 0; n < length; ++n) {
            const std::uint64_t item = random.below(5) == 0 ? random.below(60) : taste + (start + n) % 20;
            if (n > 0) text += shape == Shape::baskets ? (n + 1 == length ? "\t" : n % 2 == 0 ? "|" : " ") : " ";
            text += "i" + std::to_string(item);
        }
        text += "\n";
    }
    return text;
}

PublishedRequest request(Shape shape, std::size_t people = 300) {
    PublishedRequest asked;
    asked.data = read(shape, random_file(shape, people, 5));
    asked.trials = 10;
    asked.resamples = 50;
    return asked;
}

double value_of(const ModelReport& model, std::string_view metric) {
    const auto found = std::ranges::find(model.metrics, metric, &Measured::metric);
    return found == model.metrics.end() ? -1 : found->interval.value;
}

class Published : public testing::TestWithParam<Shape> {};

TEST_P(Published, learns_what_random_and_popularity_do_not_know) {
    SerialExecutor executor;
    const auto report = evaluate_published(request(GetParam()), executor);
    ASSERT_TRUE(report) << report.error().message;
    ASSERT_GE(report->models.size(), 5u);
    EXPECT_EQ(report->models[0].name, "vitrina");
    EXPECT_EQ(report->models[1].name, "popularity");
    EXPECT_EQ(report->models[2].name, "personal popularity");
    EXPECT_EQ(report->models[3].name, "random");
    const std::string metric =
        GetParam() == Shape::sequences || GetParam() == Shape::baskets ? "recall@10" : "recall@20";
    EXPECT_GT(value_of(report->models[0], metric), value_of(report->models[1], metric));
    EXPECT_GT(value_of(report->models[0], metric), value_of(report->models[3], metric));
    EXPECT_FALSE(report->models[0].validation.empty());
    for (const Measured& m : report->models[0].metrics) {
        EXPECT_LE(m.interval.low, m.interval.value);
        EXPECT_GE(m.interval.high, m.interval.value);
    }
}

TEST_P(Published, gives_the_same_report_on_any_number_of_threads) {
    SerialExecutor serial;
    ThreeThreads threads;
    const PublishedRequest asked = request(GetParam(), 120);
    EXPECT_EQ(to_json(*evaluate_published(asked, serial)), to_json(*evaluate_published(asked, threads)));
}

TEST_P(Published, the_smallest_data_is_measured_or_refused_but_never_a_crash) {
    SerialExecutor executor;
    const std::vector<std::string> files =
        GetParam() == Shape::baskets
            ? std::vector<std::string>{"u\ta\ta\n", "u\ta|a|a\ta\n", "u\ta\tb\nv\tb\ta\n", "u\ta b c|a\td\n"}
            : std::vector<std::string>{"u a\n", "u a b\n", "u a a a a\n", "u a b c\nv a b c\n", "u a b c d e f g h\n"};
    for (const std::string& file : files) {
        PublishedRequest asked;
        asked.data = read(GetParam(), file);
        asked.trials = 5;
        const auto report = evaluate_published(asked, executor);
        if (report) {
            EXPECT_GE(report->models.size(), 4u) << file;
        } else {
            EXPECT_EQ(report.error().code, ErrorCode::invalid_input) << file;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(EveryShape, Published,
                         testing::Values(Shape::user_items, Shape::sequences, Shape::sessions, Shape::baskets),
                         [](const auto& shape) {
                             std::string name(name_of(shape.param));
                             std::ranges::replace(name, '-', '_');
                             return name;
                         });

TEST(PublishedReport, json_has_the_documented_form) {
    SerialExecutor executor;
    const auto json = nlohmann::json::parse(to_json(*evaluate_published(request(Shape::sequences, 60), executor)));
    EXPECT_EQ(json.at("chosen"), "vitrina");
    EXPECT_TRUE(json.at("protocol").is_object());
    EXPECT_EQ(json.at("protocol").at("shape"), "sequences");
    for (const auto& model : json.at("models")) {
        EXPECT_TRUE(model.at("name").is_string());
        EXPECT_TRUE(model.at("train_seconds").is_number());
        EXPECT_TRUE(model.at("peak_memory_mb").is_number());
        for (const auto& [metric, interval] : model.at("metrics").items()) {
            EXPECT_NE(metric.find("@10"), std::string::npos);
            EXPECT_LE(interval.at("low"), interval.at("value"));
            EXPECT_LE(interval.at("value"), interval.at("high"));
        }
    }
}

TEST(PublishedReport, the_chart_stands_by_itself_and_names_every_model) {
    Report report;
    report.models.push_back({.name = "vitrina", .metrics = {{"recall@20", {0.2, 0.1, 0.3}}}});
    report.models.push_back({.name = "a <b> & \"c\"", .metrics = {{"recall@20", {0.1, 0.05, 0.15}}}});
    const std::string svg = to_svg(report);
    EXPECT_TRUE(svg.starts_with("<svg xmlns="));
    EXPECT_NE(svg.find("a &lt;b&gt; &amp; &quot;c&quot;"), std::string::npos);
    EXPECT_NE(svg.find("0.2000 [0.1000, 0.3000]"), std::string::npos);
    EXPECT_EQ(svg.find("href"), std::string::npos);
    EXPECT_TRUE(to_svg({}).ends_with("</svg>\n"));
}

TEST(PublishedReport, the_table_shows_values_with_intervals_and_validation_beside_the_test) {
    Report report;
    report.protocol.emplace_back("shape", std::string("sessions"));
    report.models.push_back({.name = "vitrina",
                             .metrics = {{"hr@20", {0.5376, 0.5319, 0.5428}}},
                             .validation = {{"hr@20", {0.5, 0.4, 0.6}}}});
    const std::string table = to_table(report);
    EXPECT_NE(table.find("0.5376 [0.5319, 0.5428]"), std::string::npos);
    EXPECT_NE(table.find("on validation"), std::string::npos);
    EXPECT_NE(table.find("shape: sessions"), std::string::npos);
    EXPECT_EQ(to_table({}), "nothing was measured\n");
}

}  // namespace
}  // namespace vitrina::evaluation
