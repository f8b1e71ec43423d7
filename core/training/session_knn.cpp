#include "training/session_knn.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrina::training {
namespace {

struct Session {
    std::uint64_t begin, end;  // entries of the history
    TimeMs time;               // of the newest entry
};

std::vector<Session> sessions_of(const History& history) {
    std::vector<Session> sessions;
    for (std::size_t p = 0; p < history.people(); ++p)
        for (std::uint64_t at = history.offsets[p]; at < history.offsets[p + 1];) {
            std::uint64_t end = at;
            while (end < history.offsets[p + 1] && history.basket[end] == history.basket[at]) ++end;
            sessions.push_back({at, end, history.time[end - 1]});
            at = end;
        }
    std::ranges::stable_sort(sessions, {}, &Session::time);
    return sessions;
}

// The items of a session, oldest first, repeats in a row once, the newest `most`.
void items_of(const History& history, const Session& session, std::size_t most, std::vector<std::uint32_t>& items) {
    items.clear();
    for (std::uint64_t e = session.begin; e < session.end; ++e) {
        if (history.action[e] == state::Action::refund) continue;
        if (items.empty() || items.back() != history.item[e]) items.push_back(history.item[e]);
    }
    if (items.size() > most) items.erase(items.begin(), items.end() - static_cast<std::ptrdiff_t>(most));
}

struct Index {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> items;
    std::vector<float> weights;
};

Index index_of(const History& history, const SessionKnnRecipe& recipe) {
    Index index;
    const std::vector<Session> sessions = sessions_of(history);
    const TimeMs newest = sessions.empty() ? 0 : sessions.back().time;
    std::vector<std::uint32_t> items;
    for (const Session& session : sessions) {
        items_of(history, session, recipe.session_items, items);
        if (std::ranges::all_of(items, [&](std::uint32_t item) { return item == items.front(); })) continue;
        const double age_days = static_cast<double>(newest - session.time) / static_cast<double>(day_ms);
        index.items.insert(index.items.end(), items.begin(), items.end());
        index.offsets.push_back(index.items.size());
        index.weights.push_back(static_cast<float>(std::exp(-age_days / recipe.recency_days)));
    }
    return index;
}

// For each item the sessions that hold it, newest first, at most `most`, and how many there are in all.
struct Postings {
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> sessions;
    std::vector<std::uint32_t> holding;
};

Postings postings_of(const Index& index, std::size_t items, std::uint32_t most) {
    Postings postings{std::vector<std::uint64_t>(items + 1), {}, std::vector<std::uint32_t>(items)};
    const auto each_newest_first = [&](auto&& visit) {
        std::vector<std::uint32_t> seen(items, std::numeric_limits<std::uint32_t>::max());
        for (auto s = static_cast<std::uint32_t>(index.weights.size()); s-- > 0;)
            for (std::uint64_t i = index.offsets[s]; i < index.offsets[s + 1]; ++i)
                if (std::exchange(seen[index.items[i]], s) != s) visit(index.items[i], s);
    };
    each_newest_first([&](std::uint32_t item, std::uint32_t) { ++postings.holding[item]; });
    for (std::size_t i = 0; i < items; ++i)
        postings.offsets[i + 1] = postings.offsets[i] + std::min(postings.holding[i], most);
    postings.sessions.resize(postings.offsets[items]);
    std::vector<std::uint64_t> next(postings.offsets.begin(), postings.offsets.end() - 1);
    each_newest_first([&](std::uint32_t item, std::uint32_t session) {
        if (next[item] < postings.offsets[item + 1]) postings.sessions[next[item]++] = session;
    });
    return postings;
}

}  // namespace

void train_session_knn(const History& history, const SessionKnnRecipe& recipe, model::ModelBuilder& builder) {
    const Index index = index_of(history, recipe);
    if (index.weights.empty()) return;
    const Postings postings = postings_of(index, history.items.size(), recipe.sessions_an_item);
    std::vector<float> rarity(history.items.size(), 1.0f);
    const auto sessions = static_cast<double>(index.weights.size());
    for (std::size_t i = 0; i < rarity.size(); ++i)
        if (postings.holding[i] > 0)
            rarity[i] = static_cast<float>(1.0 + recipe.idf * std::log(sessions / postings.holding[i]));
    builder.add("session_knn.offsets", index.offsets);
    builder.add("session_knn.items", index.items);
    builder.add("session_knn.weights", index.weights);
    builder.add("session_knn.posting_offsets", postings.offsets);
    builder.add("session_knn.postings", postings.sessions);
    builder.add("session_knn.rarity", rarity);
    builder.add("session_knn.query",
                std::vector<double>{static_cast<double>(recipe.neighbours), recipe.position_decay,
                                    recipe.match_distance, recipe.match_age, recipe.reminder_weight,
                                    recipe.reminder_decay, static_cast<double>(recipe.session_items),
                                    recipe.newest_weight});
}

}  // namespace vitrina::training
