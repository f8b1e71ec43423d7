#include "training/session_knn.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/random.hpp"
#include "candidates/session_knn.hpp"

namespace vitrina::training {
namespace {

using Items = std::vector<std::uint32_t>;

constexpr std::uint32_t shop_items = 15;

// One session a person, a day apart, items without repeats in a row.
std::vector<Items> random_sessions(std::uint64_t seed) {
    Random random(seed);
    std::vector<Items> sessions(40);
    for (Items& session : sessions)
        for (std::uint64_t n = 2 + random.below(6); n > 0; --n) {
            const auto item = static_cast<std::uint32_t>(random.below(shop_items));
            if (session.empty() || session.back() != item) session.push_back(item);
        }
    std::erase_if(sessions, [](const Items& session) { return session.size() < 2; });
    return sessions;
}

History history_of_sessions(const std::vector<Items>& sessions) {
    std::vector<std::vector<HistoryEntry>> people;
    for (std::size_t s = 0; s < sessions.size(); ++s) {
        people.emplace_back();
        for (const std::uint32_t item : sessions[s])
            people.back().push_back({ItemKey{item}, static_cast<TimeMs>(s + 1) * day_ms, state::Action::view, 0, 1});
    }
    std::vector<ItemKey> keys;
    for (std::uint64_t i = 0; i < shop_items; ++i) keys.push_back(ItemKey{i});
    return history_of(people, keys);
}

// The formulas of candidates/session_knn.hpp, session by session.
std::map<std::uint32_t, double> naive(const std::vector<Items>& sessions, const SessionKnnRecipe& recipe,
                                      const Items& newest_first) {
    struct Neighbour {
        std::size_t session;
        double similarity;
        std::size_t match_age;
    };
    std::map<std::uint32_t, std::vector<std::size_t>> holding;  // newest first
    for (std::size_t s = sessions.size(); s-- > 0;)
        for (const std::uint32_t item : std::set(sessions[s].begin(), sessions[s].end())) holding[item].push_back(s);
    std::map<std::size_t, Neighbour> found;
    for (std::size_t age = 0; age < newest_first.size(); ++age) {
        const auto& all = holding[newest_first[age]];
        for (std::size_t n = 0; n < std::min<std::size_t>(all.size(), recipe.sessions_an_item); ++n) {
            Neighbour& neighbour = found.try_emplace(all[n], all[n], 0.0, age).first->second;
            neighbour.similarity += std::exp(-static_cast<double>(age) / recipe.position_decay);
        }
    }
    std::vector<Neighbour> best;
    for (auto& [s, neighbour] : found) {
        neighbour.similarity *= std::exp(-static_cast<double>(sessions.size() - 1 - s) / recipe.recency_days) /
                                std::sqrt(sessions[s].size());
        best.push_back(neighbour);
    }
    std::ranges::sort(best, std::greater<>(), &Neighbour::similarity);
    best.resize(std::min<std::size_t>(best.size(), recipe.neighbours));
    std::map<std::uint32_t, double> scores;
    for (const Neighbour& n : best) {
        const Items& items = sessions[n.session];
        const auto last = std::find(items.rbegin(), items.rend(), newest_first[n.match_age]);
        const auto match = static_cast<double>(items.rend() - last - 1);
        for (std::size_t at = 0; at < items.size(); ++at)
            scores[items[at]] += n.similarity * std::exp(-static_cast<double>(n.match_age) / recipe.match_age) *
                                 std::exp(-std::abs(static_cast<double>(at) - match) / recipe.match_distance) *
                                 (1 + recipe.idf * std::log(static_cast<double>(sessions.size()) /
                                                            static_cast<double>(holding[items[at]].size())));
    }
    double highest = 0;
    for (const auto& [item, score] : scores) highest = std::max(highest, score);
    for (std::size_t age = 0; age < newest_first.size(); ++age)
        scores[newest_first[age]] +=
            recipe.reminder_weight * (highest > 0 ? highest : 1) * std::pow(recipe.reminder_decay, age);
    scores[newest_first[0]] *= recipe.newest_weight;
    return scores;
}

TEST(SessionKnn, agrees_with_the_formulas_session_by_session) {
    const SessionKnnRecipe recipe{.sessions_an_item = 9,
                                  .neighbours = 8,
                                  .position_decay = 2,
                                  .recency_days = 11,
                                  .match_distance = 1.5,
                                  .match_age = 3,
                                  .idf = 0.7,
                                  .newest_weight = 0.6};
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::vector<Items> sessions = random_sessions(seed);
        const History history = history_of_sessions(sessions);
        model::ModelBuilder builder(history.items);
        train_session_knn(history, recipe, builder);
        const auto model = *model::Model::from_bytes(builder.bytes());
        const auto source = candidates::make_session_knn(model);
        Random random(seed + 100);
        Items asked;
        while (asked.size() < 1 + seed % 4) {
            const auto item = static_cast<std::uint32_t>(random.below(shop_items));
            if (std::ranges::find(asked, item) == asked.end()) asked.push_back(item);
        }
        features::Query query;
        for (const std::uint32_t item : asked) query.session.push_back({.row = item});
        candidates::Scratch scratch(shop_items);
        const std::vector<Scored> best = source->candidates(query, shop_items, scratch);
        const auto expected = naive(sessions, recipe, asked);
        ASSERT_EQ(best.size(), expected.size()) << "seed " << seed;
        for (const Scored& item : best)
            EXPECT_NEAR(item.score, expected.at(item.row), 1e-4 * expected.at(item.row)) << "seed " << seed;
    }
}

TEST(SessionKnn, reminds_of_the_session_itself_even_where_no_other_session_helps) {
    const History history = history_of_sessions({{0, 1}, {2, 3}});
    model::ModelBuilder builder(history.items);
    train_session_knn(history, {}, builder);
    const auto source = candidates::make_session_knn(*model::Model::from_bytes(builder.bytes()));
    candidates::Scratch scratch(shop_items);
    features::Query query;
    query.session = {{.row = 9}, {.row = 8}};
    const std::vector<Scored> best = source->candidates(query, 9, scratch);
    ASSERT_EQ(best.size(), 2u);
    EXPECT_EQ(best[0].row, 9u);
    EXPECT_EQ(best[1].row, 8u);
}

TEST(SessionKnn, sessions_of_one_item_teach_nothing) {
    const History history = history_of_sessions({{0}, {1, 1, 1}});
    model::ModelBuilder builder(history.items);
    train_session_knn(history, {}, builder);
    EXPECT_EQ(candidates::make_session_knn(*model::Model::from_bytes(builder.bytes())), nullptr);
}

}  // namespace
}  // namespace vitrina::training
