#include "evaluation/release.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "training/four_threads_test.hpp"

namespace vitrina::evaluation {
namespace {

using state::Action;

constexpr TimeMs end = 100 * day_ms;

// 240 people who view every day and buy their own five things in turn, one every third day, of sixty things.
training::History regulars(const std::function<bool(const training::HistoryEntry&)>& sent) {
    std::vector<std::vector<training::HistoryEntry>> people(240);
    for (std::uint64_t person = 0; person < people.size(); ++person) {
        Random random(7, person);
        for (std::uint32_t visit = 0; visit < 60; ++visit) {
            const TimeMs time =
                end - (60 - static_cast<TimeMs>(visit)) * day_ms + static_cast<TimeMs>(person) * minute_ms;
            const auto happened = [&](std::uint64_t item, Action action) {
                const training::HistoryEntry entry{ItemKey{item}, time, action, visit, 1};
                if (sent(entry)) people[person].push_back(entry);
            };
            happened(random.below(60), Action::view);
            if (visit % 3 == person % 3) happened((person * 7 + visit / 3 % 5 * 11) % 60, Action::buy);
        }
    }
    return training::history_of(people);
}

bool everything(const training::HistoryEntry&) { return true; }

training::Recipe quick() {
    training::Recipe recipe;
    recipe.ials.dimensions = 8;
    recipe.ials.epochs = 2;
    recipe.ranker.rounds = 20;
    return recipe;
}

training::Recipe sabotaged() {
    training::Recipe recipe = quick();
    recipe.item_item.on = recipe.covisit.on = recipe.same_order.on = recipe.ials.on = recipe.next_basket.on = false;
    recipe.kinds_together.on = recipe.session_knn.on = recipe.ranker.on = false;
    return recipe;
}

class Release : public testing::Test {
protected:
    Result<ReleasePlan> plan(const training::Recipe& recipe, const model::Manifest* in_use, bool force = false) {
        SerialExecutor executor;
        return plan_release(input(recipe, in_use, force), executor);
    }
    ReleaseInput input(const training::Recipe& recipe, const model::Manifest* in_use, bool force = false) {
        wanted = recipe;
        return {.training = {history, wanted, text},
                .placements = placements,
                .known = known,
                .in_use = in_use,
                .force = force};
    }
    static model::Manifest made_with(const training::Recipe& recipe) {
        model::Manifest manifest;
        manifest.version = "the-one-in-use";
        manifest.configuration = training::to_settings(recipe);
        return manifest;
    }

    training::History history = regulars(everything);
    training::Recipe wanted;
    training::ItemText text = [](std::uint32_t) { return std::string(); };
    KnownItem known = [](std::uint32_t) { return true; };
    std::map<std::string, recommendation::PlacementSettings> placements{
        {"home", recommendation::default_placements().at("home")}};
};

std::string refused_check(const model::Release& release) {
    for (const model::ReleaseCheck& check : release.checks)
        if (!check.passed) return check.name;
    return "";
}

TEST_F(Release, of_a_recipe_that_is_surely_worse_is_refused_and_says_why) {
    const auto in_use = made_with(quick());
    const auto planned = plan(sabotaged(), &in_use);
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(planned->release.verdict, "refused");
    EXPECT_EQ(planned->release.compared_with, "the-one-in-use");
    EXPECT_EQ(refused_check(planned->release), "recipe");
    const std::string why = refusal(planned->release);
    for (const char* part : {"the-one-in-use stays in use", "next_basket.on true → false", "--force", "release.loss"})
        EXPECT_NE(why.find(part), std::string::npos) << why;
    const auto forced = plan(sabotaged(), &in_use, true);
    ASSERT_TRUE(forced);
    EXPECT_EQ(forced->release.verdict, "forced");
    EXPECT_EQ(refused_check(forced->release), "recipe");
}

TEST_F(Release, of_a_better_recipe_passes) {
    const auto in_use = made_with(sabotaged());
    const auto planned = plan(quick(), &in_use);
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(planned->release.verdict, "released") << refusal(planned->release);
    const auto recipe = std::ranges::find(planned->release.checks, "recipe", &model::ReleaseCheck::name);
    ASSERT_NE(recipe, planned->release.checks.end());
    EXPECT_GT(recipe->low, 0.1) << recipe->says;
}

TEST_F(Release, compares_nothing_where_the_recipe_is_the_one_in_use) {
    auto seeded = quick();
    seeded.seed = 99;
    seeded.memory_mb = 1000;
    const auto in_use = made_with(seeded);
    const auto planned = plan(quick(), &in_use);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->release.verdict, "released");
    EXPECT_EQ(planned->release.checks.back().says, "the one in use");
}

TEST_F(Release, that_is_the_first_says_that_there_is_nothing_to_compare_it_with) {
    history = regulars([](const auto& entry) { return entry.time < end - 28 * day_ms || entry.item == ItemKey{3}; });
    const auto planned = plan(quick(), nullptr);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->release.verdict, "first");
    EXPECT_EQ(refused_check(planned->release), "events") << "it is said all the same";
    EXPECT_NE(planned->release.checks.back().says.find("the first release"), std::string::npos);
}

TEST_F(Release, with_a_recipe_in_use_that_nobody_can_read_compares_nothing_and_says_so) {
    auto in_use = made_with(quick());
    in_use.configuration.push_back({"of_tomorrow.on", "true"});
    const auto planned = plan(sabotaged(), &in_use);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->release.verdict, "released");
    EXPECT_NE(planned->release.checks.back().says.find("of_tomorrow.on"), std::string::npos);
}

TEST_F(Release, is_refused_where_the_input_is_not_what_it_was) {
    const auto in_use = made_with(quick());
    const auto refused_for = [&](const training::History& now) {
        history = now;
        const auto planned = plan(quick(), &in_use);
        EXPECT_TRUE(planned);
        return planned ? refused_check(planned->release) : "";
    };
    EXPECT_EQ(refused_for(regulars(everything)), "");
    EXPECT_EQ(refused_for(regulars(
                  [](const auto& entry) { return entry.action != Action::buy || entry.time < end - 3 * day_ms; })),
              "kinds of events");
    EXPECT_EQ(refused_for(
                  regulars([](const auto& entry) { return entry.time < end - 28 * day_ms || entry.basket % 3 == 0; })),
              "events");
    known = [](std::uint32_t row) { return row < 30; };
    EXPECT_EQ(refused_for(regulars([](const auto& entry) {
                  const bool early = entry.time < end - 28 * day_ms;
                  return !early || entry.item < ItemKey{30};
              })),
              "known items");
    EXPECT_EQ(refused_for(regulars(everything)), "") << "as many were unknown before";
}

TEST_F(Release, of_a_young_or_quiet_shop_passes_because_nothing_can_be_told) {
    const auto in_use = made_with(quick());
    history = regulars([](const auto& entry) { return entry.time > end - 20 * day_ms; });
    auto planned = plan(quick(), &in_use);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->release.verdict, "released") << refusal(planned->release);
    history = regulars([](const auto& entry) { return entry.item == ItemKey{7} && entry.basket < 40; });
    planned = plan(quick(), &in_use);
    ASSERT_TRUE(planned);
    EXPECT_EQ(planned->release.verdict, "released") << refusal(planned->release);
}

TEST_F(Release, is_refused_where_the_new_model_has_hardly_anything_to_say) {
    SerialExecutor executor;
    const auto learned = [&](const training::Recipe& recipe) {
        auto trained = training::train(history, recipe, text, executor);
        EXPECT_TRUE(trained);
        return model::Model::from_bytes(std::move(trained->model_bytes)).value();
    };
    const PlacementChoice choice;
    model::Release first;
    auto in_use = made_with(quick());
    in_use.figures = review_answers({learned(quick()), choice}, input(quick(), nullptr), first, executor);
    ASSERT_EQ(in_use.figures.size(), 2u);
    EXPECT_GT(in_use.figures[0].value, 0.5);
    EXPECT_GT(in_use.figures[1].value, 40);
    EXPECT_EQ(first.verdict, "first");
    model::Release same, silent;
    review_answers({learned(quick()), choice}, input(quick(), &in_use), same, executor);
    EXPECT_EQ(same.verdict, "released");
    training::Recipe nothing = sabotaged();
    nothing.content.on = nothing.popular.on = false;
    review_answers({learned(nothing), choice}, input(nothing, &in_use), silent, executor);
    EXPECT_EQ(silent.verdict, "refused");
    EXPECT_NE(refusal(silent).find("release.coverage_share"), std::string::npos) << refusal(silent);
}

TEST_F(Release, is_planned_alike_on_any_number_of_threads) {
    const auto in_use = made_with(sabotaged());
    SerialExecutor one;
    training::FourThreads four;
    const auto alone = plan_release(input(quick(), &in_use), one),
               together = plan_release(input(quick(), &in_use), four);
    ASSERT_TRUE(alone && together);
    EXPECT_EQ(alone->release, together->release);
}

TEST(Comparison, counts_placements_alike_and_people_once) {
    const PairedValues wide{.task = "a", .current = {1, 1, 1, 1}, .candidate = {2, 2, 2, 2}, .unit = {0, 1, 2, 3}};
    const PairedValues narrow{.task = "b", .current = {1, 0}, .candidate = {0, 0}, .unit = {3, 9}};
    SerialExecutor executor;
    const auto compared = compare_values({wide, narrow}, {.resamples = 200}, executor);
    ASSERT_EQ(compared.changes.size(), 2u);
    EXPECT_EQ(compared.changes[0].change, (Interval{1, 1, 1}));
    EXPECT_EQ(compared.changes[1].change.value, -1);
    EXPECT_NEAR(compared.all.change.value, (2 - 1.5) / 1.5, 1e-12);
    EXPECT_TRUE(compare_values({}, {}, executor).changes.empty());
}

}  // namespace
}  // namespace vitrina::evaluation
