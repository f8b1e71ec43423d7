// The contract that every source holds to (candidates/source.hpp), run on a small random shop for each of them. It stands here
// because a source is only half of the matter: what training writes is what it must be able to read.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/random.hpp"
#include "candidates/source.hpp"
#include "training/trainer.hpp"

namespace vitrina::training {
namespace {

using candidates::make_source;
using candidates::Scratch;
using candidates::Source;

constexpr std::size_t shop_items = 60;

std::vector<HistoryEntry> random_person(Random& random) {
    std::vector<HistoryEntry> entries;
    TimeMs time = 1'700'000'000'000 + static_cast<TimeMs>(random.below(100)) * day_ms;
    for (std::uint32_t basket = 0, baskets = 1 + static_cast<std::uint32_t>(random.below(4)); basket < baskets;
         ++basket) {
        time += static_cast<TimeMs>(1 + random.below(9)) * day_ms;
        for (std::uint64_t views = random.below(6); views > 0; --views) {
            time += minute_ms;
            const auto action = random.below(4) == 0 ? state::Action::cart : state::Action::view;
            entries.push_back({ItemKey{random.below(shop_items)}, time, action, basket, 1});
        }
        for (std::uint64_t lines = random.below(5); lines > 0; --lines)
            entries.push_back(
                {ItemKey{random.below(1 + random.below(shop_items))}, time, state::Action::buy, basket, 1});
    }
    return entries;
}

std::shared_ptr<const model::Model> shop_model() {
    static const std::shared_ptr<const model::Model> model = [] {
        Random random(11);
        std::vector<std::vector<HistoryEntry>> people(120);
        for (auto& person : people) person = random_person(random);
        std::vector<ItemKey> keys;
        for (std::uint64_t i = 0; i < shop_items; ++i) keys.push_back(ItemKey{i});
        const History history = history_of(people, keys);
        SerialExecutor executor;
        const auto text = [](std::uint32_t row) {
            return (row % 2 == 0 ? "red mug " + std::to_string(row % 7) : "lamp " + std::to_string(row % 5)) +
                   "\n=category kind " + std::to_string(row % 6);
        };
        const auto trained = train(history, {}, text, executor);
        return *model::Model::from_bytes(trained->model_bytes);
    }();
    return model;
}

features::Query random_query(std::uint64_t seed) {
    Random random(seed);
    features::Query query{.now = 1'710'000'000'000};
    TimeMs age = 0;
    std::uint32_t basket = 0;
    for (std::uint64_t n = random.below(20); n > 0; --n) {
        age += static_cast<TimeMs>(random.below(static_cast<std::uint64_t>(day_ms)));
        if (random.below(5) == 0) ++basket;
        const auto action = static_cast<state::Action>(1 + random.below(5));
        query.history.push_back({static_cast<std::uint32_t>(random.below(shop_items)), action, age, 1, basket});
        if (basket == 0) query.session.push_back(query.history.back());
    }
    for (std::uint64_t n = random.below(4); n > 0; --n)
        query.context.push_back(static_cast<std::uint32_t>(random.below(shop_items)));
    return query;
}

// Everything at once, and rows that no model has.
features::Query query_with_unknown_rows() {
    features::Query query = random_query(5);
    for (auto* seen : {&query.history, &query.session}) {
        seen->insert(seen->begin(), {model::no_row, state::Action::buy, 0, 1, 0});
        seen->push_back({static_cast<std::uint32_t>(shop_items), state::Action::view, day_ms, 1, 9});
    }
    query.context = {model::no_row, static_cast<std::uint32_t>(shop_items), 3};
    query.group = {model::no_row, 4};
    return query;
}

class SourceContract : public testing::TestWithParam<std::string_view> {
protected:
    void SetUp() override {
        source_ = make_source(GetParam(), shop_model());
        ASSERT_NE(source_, nullptr) << "the random shop must train every source";
    }

    void expect_clean() const {
        EXPECT_TRUE(scratch_.touched().empty());
        for (std::uint32_t row = 0; row < scratch_.rows(); ++row) EXPECT_EQ(scratch_.score(row), 0.0f);
    }

    void expect_in_order(const std::vector<Scored>& answer, std::size_t limit) const {
        ASSERT_LE(answer.size(), limit);
        std::set<std::uint32_t> rows;
        for (std::size_t i = 0; i < answer.size(); ++i) {
            EXPECT_LT(answer[i].row, shop_items);
            EXPECT_TRUE(rows.insert(answer[i].row).second) << "row " << answer[i].row << " came twice";
            EXPECT_TRUE(std::isfinite(answer[i].score));
            EXPECT_GE(answer[i].score, 0.0f);
            EXPECT_TRUE(i == 0 || better(answer[i - 1], answer[i])) << "place " << i;
        }
    }

    std::unique_ptr<Source> source_;
    Scratch scratch_{shop_items};
};

TEST_P(SourceContract, has_the_name_it_was_asked_for) { EXPECT_EQ(source_->name(), GetParam()); }

TEST_P(SourceContract, an_empty_query_is_no_error) {
    expect_in_order(source_->candidates({}, 10, scratch_), 10);
    expect_clean();
}

TEST_P(SourceContract, rows_that_the_model_does_not_know_are_left_out) {
    expect_in_order(source_->candidates(query_with_unknown_rows(), 100, scratch_), 100);
    expect_clean();
}

TEST_P(SourceContract, a_limit_of_none_answers_nothing) {
    for (std::uint64_t seed = 0; seed < 5; ++seed)
        EXPECT_TRUE(source_->candidates(random_query(seed), 0, scratch_).empty());
    expect_clean();
}

TEST_P(SourceContract, answers_are_best_first_with_ties_by_row_and_within_the_limit) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        SCOPED_TRACE(seed);
        const std::size_t limit = 1 + seed % 13;
        expect_in_order(source_->candidates(random_query(seed), limit, scratch_), limit);
        expect_clean();
    }
}

TEST_P(SourceContract, the_same_question_has_the_same_answer_whatever_was_asked_between) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::vector<Scored> first = source_->candidates(random_query(seed), 20, scratch_);
        source_->candidates(random_query(seed + 1000), 20, scratch_);
        EXPECT_EQ(source_->candidates(random_query(seed), 20, scratch_), first);
        Scratch fresh(shop_items);
        EXPECT_EQ(source_->candidates(random_query(seed), 20, fresh), first);
    }
}

TEST_P(SourceContract, a_longer_answer_begins_with_the_shorter_one) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::vector<Scored> all = source_->candidates(random_query(seed), shop_items, scratch_);
        std::vector<Scored> few = source_->candidates(random_query(seed), 5, scratch_);
        ASSERT_EQ(few.size(), std::min<std::size_t>(5, all.size()));
        EXPECT_TRUE(std::equal(few.begin(), few.end(), all.begin()));
    }
}

TEST_P(SourceContract, a_model_without_its_sections_has_no_such_source) {
    const auto empty = *model::Model::from_bytes(model::ModelBuilder({ItemKey{1}, ItemKey{2}}).bytes());
    EXPECT_EQ(make_source(GetParam(), empty), nullptr);
}

INSTANTIATE_TEST_SUITE_P(EverySource, SourceContract, testing::ValuesIn(candidates::source_names()),
                         [](const auto& source) { return std::string(source.param); });

}  // namespace
}  // namespace vitrina::training
