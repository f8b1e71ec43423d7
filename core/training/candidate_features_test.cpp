// What the ranker reads of a candidate, on a shop small enough to count by hand. It stands here because training writes the facts
// that the features are made of.
#include "candidates/candidate_features.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.hpp"
#include "training/history.hpp"
#include "training/item_facts.hpp"

namespace vitrina::training {
namespace {

using candidates::CandidateFeatures;
using candidates::RankingCandidates;

constexpr TimeMs start = 1'700'000'000'000;

HistoryEntry bought(std::uint64_t item, std::uint32_t basket) {
    return {ItemKey{item}, start + basket * day_ms, state::Action::buy, basket, 1};
}

// Items 1 … 5; after 1 comes 2 with both people.
std::shared_ptr<const model::Model> small_model() {
    const History history =
        history_of(std::vector<std::vector<HistoryEntry>>{{bought(1, 0), bought(2, 1), bought(3, 2)},
                                                          {bought(1, 0), bought(2, 1)}},
                   std::vector<ItemKey>{ItemKey{4}, ItemKey{5}});
    SerialExecutor executor;
    model::ModelBuilder builder(history.items);
    train_item_facts(history, builder, executor);
    return *model::Model::from_bytes(builder.bytes());
}

struct Asked {
    std::shared_ptr<const model::Model> model = small_model();
    CandidateFeatures features{model, {"item_item", "popular"}, {.asked = 3, .each = 2, .most = 4}};
    std::uint32_t row(std::uint64_t item) const { return model->row(ItemKey{item}); }

    float value(const RankingCandidates& candidates, std::uint64_t item, std::string_view name) const {
        const auto column = std::ranges::find(features.names(), name) - features.names().begin();
        const auto r = std::ranges::find(candidates.rows, row(item)) - candidates.rows.begin();
        return candidates.values.at(static_cast<std::size_t>(r) * features.names().size() +
                                    static_cast<std::size_t>(column));
    }
    features::Seen seen(std::uint64_t item, std::uint32_t basket) const {
        return {row(item), state::Action::buy, basket * day_ms, 1, basket};
    }
};

TEST(CandidateFeatures, say_what_the_sources_said) {
    const Asked asked;
    const std::vector<std::vector<Scored>> answers{{{asked.row(2), 4}, {asked.row(3), 1}, {asked.row(5), 0.5f}},
                                                   {{asked.row(5), 8}, {asked.row(2), 6}}};
    const auto candidates = asked.features.make({}, answers);
    EXPECT_EQ(candidates.rows, (std::vector<std::uint32_t>{asked.row(2), asked.row(5), asked.row(3)}));
    EXPECT_EQ(asked.value(candidates, 3, "item_item.share"), 0.25f);
    EXPECT_EQ(asked.value(candidates, 3, "item_item.rank"), 2.0f);
    EXPECT_EQ(asked.value(candidates, 3, "popular.share"), 0.0f);
    EXPECT_EQ(asked.value(candidates, 3, "popular.rank"), 4.0f) << "one behind what was asked";
    EXPECT_EQ(asked.value(candidates, 5, "item_item.rank"), 3.0f)
        << "no candidate of that source, but it has its score";
    EXPECT_EQ(asked.value(candidates, 5, "item_item.score"), 0.5f);
    EXPECT_EQ(asked.value(candidates, 2, "sources.naming"), 2.0f);
    EXPECT_EQ(asked.value(candidates, 2, "sources.share"), 1.75f);
}

TEST(CandidateFeatures, are_the_same_where_only_some_are_wanted) {
    const Asked asked;
    const std::vector<std::vector<Scored>> answers{{{asked.row(2), 4}, {asked.row(3), 1}}, {{asked.row(1), 1}}};
    const features::Query query{.history = {asked.seen(1, 0), asked.seen(3, 1)}};
    const auto all = asked.features.make(query, answers);
    const auto some = asked.features.make(query, answers, std::vector{asked.row(3), asked.row(5), asked.row(2)});
    EXPECT_EQ(some.rows, (std::vector{asked.row(3), asked.row(2)})) << "no source named 5";
    for (const std::uint64_t item : {2, 3})
        for (const std::string& name : asked.features.names())
            EXPECT_EQ(asked.value(some, item, name), asked.value(all, item, name)) << name;
}

TEST(CandidateFeatures, know_what_follows_the_newest_items) {
    const Asked asked;
    const std::vector<std::vector<Scored>> answers{{{asked.row(2), 4}, {asked.row(3), 1}}, {{asked.row(1), 1}}};
    const auto candidates = asked.features.make({.history = {asked.seen(1, 0)}}, answers);
    EXPECT_NEAR(asked.value(candidates, 2, "next.newest"), 2 / 2.5, 1e-6);
    EXPECT_NEAR(asked.value(candidates, 3, "next.newest"), 0.5 / 2.5, 1e-6);
    EXPECT_EQ(asked.value(candidates, 2, "back.newest"), 0.0f);
    const auto after_two = asked.features.make({.history = {asked.seen(2, 0)}}, answers);
    EXPECT_NEAR(asked.value(after_two, 1, "back.newest"), 2 / 2.5, 1e-6);
    EXPECT_EQ(asked.value(after_two, 1, "next.newest"), 0.0f);
    // The page counts as the newest item.
    const auto page = asked.features.make({.history = {asked.seen(3, 0)}, .context = {asked.row(1)}}, answers);
    EXPECT_NEAR(asked.value(page, 2, "next.newest"), 2 / 2.5, 1e-6);
}

TEST(CandidateFeatures, know_the_persons_own_past) {
    const Asked asked;
    const std::vector<std::vector<Scored>> answers{{{asked.row(1), 4}, {asked.row(2), 1}}, {{asked.row(4), 1}}};
    // Newest first: basket 1 ago holds item 1 twice, 3 ago holds 1 and 2.
    const features::Query query{
        .history = {asked.seen(3, 0), asked.seen(1, 1), asked.seen(1, 1), asked.seen(2, 3), asked.seen(1, 3)}};
    const auto candidates = asked.features.make(query, answers);
    EXPECT_EQ(asked.value(candidates, 1, "own.actions"), 3.0f);
    EXPECT_EQ(asked.value(candidates, 1, "own.baskets"), 0.5f);
    EXPECT_EQ(asked.value(candidates, 1, "own.age"), 2.0f);
    EXPECT_EQ(asked.value(candidates, 1, "own.days"), 1.0f);
    EXPECT_EQ(asked.value(candidates, 1, "own.baskets_ago"), 1.0f);
    EXPECT_EQ(asked.value(candidates, 1, "own.due"), 1.0f) << "two baskets waited, and two are usual";
    EXPECT_EQ(asked.value(candidates, 2, "own.due"), 0.0f);
    EXPECT_EQ(asked.value(candidates, 4, "own.actions"), 0.0f);
    EXPECT_EQ(asked.value(candidates, 4, "own.age"), 1000.0f);
    EXPECT_EQ(asked.value(candidates, 4, "item.people"), 0.0f);
    EXPECT_EQ(asked.value(candidates, 1, "item.people"), std::log1p(2.0f));
    EXPECT_EQ(asked.value(candidates, 1, "person.items"), 3.0f);
    EXPECT_EQ(asked.value(candidates, 1, "person.actions"), 5.0f);
    EXPECT_NEAR(asked.value(candidates, 1, "person.repeats"), 0.4, 1e-6);
}

TEST(CandidateFeatures, are_finite_whatever_is_asked) {
    const Asked asked;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        features::Query query;
        for (std::uint64_t n = random.below(700); n > 0; --n)
            query.history.push_back({static_cast<std::uint32_t>(random.below(7)),
                                     state::Action{static_cast<std::uint8_t>(1 + random.below(5))},
                                     static_cast<TimeMs>(random.below(1'000'000'000'000)), 1,
                                     static_cast<std::uint32_t>(random.below(4))});
        for (std::uint64_t n = random.below(4); n > 0; --n)
            query.context.push_back(static_cast<std::uint32_t>(random.below(7)));
        std::vector<std::vector<Scored>> answers(2);
        for (auto& answer : answers)
            for (std::uint32_t row = 0; row < random.below(6); ++row)
                answer.push_back({row, static_cast<float>(random.below(2))});
        const auto candidates = asked.features.make(query, answers);
        EXPECT_EQ(candidates.values.size(), candidates.rows.size() * asked.features.names().size());
        EXPECT_TRUE(std::ranges::all_of(candidates.values, [](float value) { return std::isfinite(value); }));
    }
}

}  // namespace
}  // namespace vitrina::training
