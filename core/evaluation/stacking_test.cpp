// The stacked ranker against the blend, on a small shop whose rule is known.
#include "evaluation/stacking.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/random.hpp"
#include "ranking/stacked.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {
namespace {

class ThreeThreads final : public Executor {
public:
    void for_each_block(std::size_t blocks, const std::function<void(std::size_t)>& work) override {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 3; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t block = blocks; block-- > 0;)
                    if (block % 3 == t) work(block);
            });
    }
    std::size_t width() const override { return 3; }
};

constexpr std::uint64_t items = 80;

// Who stands on item i goes on to i + 1 where i is even and to i − 1 two steps before where it is odd: a rule of the newest
// two items, which a blend of whole histories does not see.
std::uint64_t following(std::uint64_t newest, std::uint64_t before, Random& random) {
    if (random.below(4) == 0) return random.below(items);
    return newest % 2 == 0 ? (newest + 1) % items : (before + 7) % items;
}

training::Recipe recipe() {
    training::Recipe recipe;
    recipe.content.on = recipe.ials.on = false;
    return recipe;
}

struct Shop {
    std::vector<std::vector<training::HistoryEntry>> people;
    std::vector<std::uint64_t> next;
};

Shop shop_of(std::size_t people, std::uint64_t seed) {
    Random random(seed);
    Shop shop;
    for (std::size_t p = 0; p < people; ++p) {
        std::vector<training::HistoryEntry> entries;
        std::uint64_t before = random.below(items), newest = random.below(items);
        for (std::size_t n = 6 + random.below(8); n > 0; --n) {
            entries.push_back({ItemKey{newest}, 0, state::Action::view, 0, 1});
            before = std::exchange(newest, following(newest, before, random));
        }
        shop.people.push_back(std::move(entries));
        shop.next.push_back(newest);
    }
    return shop;
}

struct Asked {
    std::shared_ptr<const model::Model> model;
    std::vector<std::unique_ptr<candidates::Source>> sources;
    std::vector<const candidates::Source*> borrowed;
    std::vector<Question> questions;
    std::vector<double> weights;

    StackingInput input() const { return {model, borrowed, weights, questions}; }
    StackingSettings settings() const {
        return {.tuning = {.cut_off = 5, .rows = model->items()},
                .limits = {},
                .shapes = {{.rounds = 16, .depth = 4, .learning_rate = 0.2},
                           {.rounds = 8, .depth = 6, .learning_rate = 0.3}}};
    }
};

Asked asked_of(std::size_t people) {
    const Shop shop = shop_of(people, 3);
    const training::History history = training::history_of(shop.people);
    SerialExecutor executor;
    Asked asked;
    const auto trained = training::train(history, recipe(), {}, executor, {.item_facts = true});
    asked.model = *model::Model::from_bytes(trained->model_bytes);
    for (const std::string_view name : {"item_item", "covisit_view_view", "popular"}) {
        asked.sources.push_back(candidates::make_source(name, asked.model));
        asked.borrowed.push_back(asked.sources.back().get());
        asked.weights.push_back(name == "popular" ? 0.1 : 1.0);
    }
    for (std::uint32_t p = 0; p < shop.people.size(); ++p) {
        Question question{.relevant_count = 1, .unit = p};
        question.relevant = {asked.model->row(ItemKey{shop.next[p]})};
        for (auto entry = shop.people[p].rbegin(); entry != shop.people[p].rend(); ++entry)
            question.query.history.push_back({asked.model->row(entry->item), state::Action::view, 0, 1, 0});
        asked.questions.push_back(std::move(question));
    }
    return asked;
}

TEST(Stacking, finds_the_rule_that_a_blend_does_not_see) {
    const Asked asked = asked_of(900);
    SerialExecutor executor;
    const auto choice = choose_stack(asked.input(), asked.settings(), executor);
    ASSERT_TRUE(choice.has_value()) << choice.error().message;
    EXPECT_TRUE(choice->worth_it);
    EXPECT_GT(choice->objective, choice->blend_objective + 2 * choice->gain.standard_error);
    EXPECT_GT(choice->candidate_coverage, 0.9);
    EXPECT_EQ(choice->forest.view().size(), choice->trees);
}

TEST(Stacking, is_the_same_on_any_number_of_threads) {
    const Asked asked = asked_of(450);
    SerialExecutor one;
    ThreeThreads three;
    const auto alone = choose_stack(asked.input(), asked.settings(), one);
    const auto together = choose_stack(asked.input(), asked.settings(), three);
    EXPECT_EQ(alone->forest.nodes, together->forest.nodes);
    EXPECT_EQ(alone->objective, together->objective);
    EXPECT_EQ(alone->trees, together->trees);
}

TEST(Stacking, tells_what_each_part_adds_where_it_is_asked) {
    const Asked asked = asked_of(300);
    SerialExecutor executor;
    StackingSettings settings = asked.settings();
    settings.shapes = {{.rounds = 4, .depth = 3, .learning_rate = 0.3}};
    const auto plain = choose_stack(asked.input(), settings, executor);
    settings.ablation = true;
    const auto told = choose_stack(asked.input(), settings, executor);
    EXPECT_EQ(told->forest.nodes, plain->forest.nodes) << "asking changes nothing";
    EXPECT_TRUE(plain->ablation.empty());
    const auto gain_of = [&](std::string_view without) {
        const auto found = std::ranges::find(told->ablation, without, &Ablation::without);
        return found == told->ablation.end() ? Interval{-9, -9, -9} : found->gain;
    };
    EXPECT_GT(gain_of("next (group)").low, 0.0) << "the rule is one of order, which these columns say best";
    EXPECT_LT(gain_of("popular").low, 0.0) << "popularity knows nothing of it";
    EXPECT_GT(gain_of("covisit_view_view").value, -9);
}

TEST(Stacking, leaves_the_blend_where_there_is_too_little_to_learn_from) {
    const Asked asked = asked_of(60);
    SerialExecutor executor;
    const auto choice = choose_stack(asked.input(), asked.settings(), executor);
    ASSERT_TRUE(choice.has_value());
    EXPECT_FALSE(choice->worth_it);
    EXPECT_TRUE(choose_stack({asked.model, asked.borrowed, asked.weights, {}}, asked.settings(), executor).has_value());
}

TEST(Stacking, says_what_does_not_fit_into_its_memory_before_it_takes_it) {
    const Asked asked = asked_of(450);
    SerialExecutor one;
    ThreeThreads three;
    StackingSettings settings = asked.settings();
    // 450 questions · (1 + 60) rows at most, of values; and the answers of three sources.
    const std::size_t width = candidates::CandidateFeatures(asked.model, {"a", "b", "c"}).names().size();
    const std::size_t answers = 450 * 3 * settings.limits.asked * sizeof(Scored), values = 450 * 61 * width;
    settings.memory_bytes = answers + 24 * values;
    EXPECT_TRUE(choose_stack(asked.input(), settings, one).has_value());
    EXPECT_EQ(choose_stack(asked.input(), settings, three).error().code, ErrorCode::exhausted);
    --settings.memory_bytes;
    const auto refused = choose_stack(asked.input(), settings, one);
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(refused.error().message.find("the trees of 450 questions may need"), std::string::npos)
        << refused.error().message;
}

// The whole way through a model file: trees learned here order the candidates of the model that carries them.
TEST(Stacking, ranks_from_a_model_file_as_it_was_learned) {
    const Asked asked = asked_of(450);
    SerialExecutor executor;
    StackingSettings settings = asked.settings();
    const auto choice = choose_stack(asked.input(), settings, executor);
    ASSERT_TRUE(choice->worth_it);
    const Shop shop = shop_of(450, 3);
    const training::LearnedRanker learned{"ranker.home", &choice->forest};
    const auto trained =
        training::train(training::history_of(shop.people), recipe(), {}, executor, {.rankers = {&learned, 1}});
    const auto model = *model::Model::from_bytes(trained->model_bytes);
    const auto ranker = ranking::StackedRanker::of(model, ranking::ranker_name("home"));
    ASSERT_TRUE(ranker.has_value()) << ranker.error().message;
    ASSERT_EQ(ranker->sources(), (std::vector<std::string_view>{"item_item", "covisit_view_view", "popular"}));
    candidates::Scratch scratch(model->items());
    std::size_t hits = 0;
    for (const Question& question : asked.questions) {
        const auto list = ranker->rank(question.query, allowed_answers(asked.borrowed, question, 400, scratch));
        for (std::size_t r = 0; r < std::min<std::size_t>(5, list.size()); ++r)
            hits += list[r].row == question.relevant.front() ? 1 : 0;
    }
    EXPECT_GT(hits, asked.questions.size() / 3);
}

TEST(Stacking, refuses_trees_of_other_features) {
    const Asked asked = asked_of(60);
    training::RankingRows rows{.features = {"popular.share", "of another version"},
                               .values = {1, 2, 3, 4},
                               .relevant = {0, 1},
                               .groups = {0, 2}};
    const auto forest = training::boost(rows, {.rounds = 2}, 1);
    const Shop shop = shop_of(60, 3);
    SerialExecutor executor;
    const training::LearnedRanker learned{"ranker", &*forest};
    const auto trained =
        training::train(training::history_of(shop.people), recipe(), {}, executor, {.rankers = {&learned, 1}});
    const auto ranker = ranking::StackedRanker::of(*model::Model::from_bytes(trained->model_bytes), "ranker");
    ASSERT_FALSE(ranker.has_value());
    EXPECT_EQ(ranker.error().code, ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina::evaluation
