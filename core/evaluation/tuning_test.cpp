#include "evaluation/tuning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/random.hpp"

namespace vitrina::evaluation {
namespace {

constexpr std::uint32_t shop_rows = 40;

// Answers each question with its truth at a given rank among rows of its own choice, for a share of the questions.
class Oracle final : public candidates::Source {
public:
    Oracle(double share, std::uint64_t seed) : share_(share), seed_(seed) {}
    std::string_view name() const override { return "oracle"; }
    std::vector<Scored> candidates(const features::Query& query, std::size_t limit,
                                   candidates::Scratch&) const override {
        const auto truth = static_cast<std::uint32_t>(query.now);
        Random random(seed_, truth * 1000 + static_cast<std::uint64_t>(query.context.at(0)));
        std::map<std::uint32_t, float> scores;
        for (int n = 0; n < 15; ++n)
            scores[static_cast<std::uint32_t>(random.below(shop_rows))] = static_cast<float>(random.unit());
        scores.erase(truth);
        if (random.unit() < share_) scores[truth] = 0.9f + 0.1f * static_cast<float>(random.unit());
        TopK best(limit);
        for (const auto& [row, score] : scores) best.offer({row, score});
        return best.take();
    }

private:
    double share_;
    std::uint64_t seed_;
};

class Silent final : public candidates::Source {
public:
    std::string_view name() const override { return "silent"; }
    std::vector<Scored> candidates(const features::Query&, std::size_t, candidates::Scratch&) const override {
        return {};
    }
};

std::vector<Question> questions(std::size_t count) {
    std::vector<Question> all;
    for (std::uint32_t q = 0; q < count; ++q) {
        Question question{.relevant = {q % shop_rows}, .relevant_count = 1, .unit = q};
        question.query.now = q % shop_rows;
        question.query.context = {q};
        all.push_back(question);
    }
    return all;
}

TuningSettings settings() { return {.cut_off = 3, .candidates = 10, .rows = shop_rows}; }

WeightChoice choose(const std::vector<const candidates::Source*>& sources, std::size_t count) {
    SerialExecutor executor;
    return choose_weights(sources, questions(count), settings(), executor);
}

TEST(Tuning, two_sources_that_know_different_things_are_blended) {
    const Oracle first(0.5, 1), second(0.4, 2);
    const WeightChoice choice = choose({&first, &second}, 1000);
    EXPECT_GT(choice.weights[0], 0);
    EXPECT_GT(choice.weights[1], 0);
    EXPECT_EQ(*std::ranges::max_element(choice.weights), 1.0);
    EXPECT_GT(choice.objective, choice.alone[0] + 0.005);
    EXPECT_GE(choice.candidate_coverage, choice.objective);
}

TEST(Tuning, a_source_that_only_disturbs_is_left_out) {
    const Oracle good(0.8, 1), noise(0.0, 2);
    const Silent silent;
    const WeightChoice choice = choose({&noise, &silent, &good}, 500);
    EXPECT_EQ(choice.weights, (std::vector<double>{0, 0, 1}));
    EXPECT_EQ(choice.objective, choice.alone[2]);
}

TEST(Tuning, nothing_to_choose_on_and_nothing_to_choose_from_are_no_errors) {
    const Oracle good(0.8, 1), other(0.5, 2);
    EXPECT_EQ(choose({&good, &other}, 0).weights, (std::vector<double>{1, 0}));
    EXPECT_TRUE(choose({}, 10).weights.empty());
}

TEST(Tuning, the_objective_of_a_blend_is_that_of_the_list_it_makes) {
    SerialExecutor executor;
    const Oracle good(0.8, 1);
    const auto asked = questions(300);
    const std::vector<const candidates::Source*> sources{&good};
    const std::vector<float> alone = objectives_of(good, asked, settings(), executor);
    EXPECT_NEAR(choose_weights(sources, asked, settings(), executor).objective, mean_value(alone).mean, 1e-12);
}

TEST(Tuning, what_is_excluded_is_not_offered_and_the_rest_moves_up) {
    const Oracle good(1.0, 1);
    candidates::Scratch scratch(shop_rows);
    Question question = questions(1)[0];
    const std::vector<Scored> all = allowed_candidates(good, question, 5, scratch);
    question.excluded = {all[0].row};
    const std::vector<Scored> rest = allowed_candidates(good, question, 4, scratch);
    EXPECT_TRUE(std::equal(rest.begin(), rest.end(), all.begin() + 1, all.end()));
}

TEST(Tuning, a_paired_gain_knows_its_error) {
    EXPECT_EQ(paired_gain(std::vector<float>{0, 0, 0, 0}, std::vector<float>{1, 1, 1, 1}).standard_error, 0);
    const PairedGain gain = paired_gain(std::vector<float>{0, 0, 0, 0}, std::vector<float>{1, 0, 1, 0});
    EXPECT_DOUBLE_EQ(gain.mean, 0.5);
    EXPECT_NEAR(gain.standard_error, 0.5 / std::sqrt(3.0), 1e-12);
    EXPECT_EQ(paired_gain({}, {}).mean, 0);
}

}  // namespace
}  // namespace vitrina::evaluation
