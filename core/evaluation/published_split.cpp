#include "evaluation/published_split.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "model/model.hpp"

namespace vitrina::evaluation {

namespace {

using training::History;

constexpr TimeMs first_time = 1'000'000'000'000;
constexpr std::size_t prefix_items = 200;  // newest of a session that a question holds

// One entry of a person's or session's trail; `row` is a token until rows are given.
struct Entry {
    std::uint32_t row = 0;
    std::uint32_t basket = 0;
    TimeMs time = 0;
};

using Trail = std::vector<Entry>;

// A question before rows are given: the first `known` entries of a trail are known, and `truth` followed.
struct Asked {
    Trail known;
    std::vector<std::uint32_t> truth;
    std::uint32_t unit = 0;
};

struct Draft {
    std::vector<Trail> known;
    std::vector<Asked> asked;
};

struct Drafts {
    Draft choosing, testing;
    std::string valid_rule, test_rule;
};

std::span<const std::uint32_t> tokens_of(const Lines& lines, std::size_t line) {
    return std::span(lines.token).subspan(lines.offset[line], lines.offset[line + 1] - lines.offset[line]);
}

// ---- user-items ----

using Sets = std::vector<std::vector<std::uint32_t>>;  // of each person, sorted

Sets sets_of(const Lines& lines, std::size_t people) {
    Sets sets(people);
    for (std::size_t l = 0; l < lines.size(); ++l) {
        const auto tokens = tokens_of(lines, l);
        sets[lines.person[l]].insert(sets[lines.person[l]].end(), tokens.begin(), tokens.end());
    }
    for (auto& set : sets) {
        std::ranges::sort(set);
        set.erase(std::ranges::unique(set).begin(), set.end());
    }
    return sets;
}

// Moves a seeded share of each person's items out; at least one stays.
Sets held_out(Sets& from, double share, std::uint64_t seed) {
    Sets out(from.size());
    for (std::size_t p = 0; p < from.size(); ++p) {
        Random random(seed, p);
        std::vector<std::uint32_t> kept;
        for (const std::uint32_t item : from[p]) (random.unit() < share ? out[p] : kept).push_back(item);
        if (kept.empty() && !out[p].empty()) {
            kept.push_back(out[p].front());
            out[p].erase(out[p].begin());
        }
        from[p] = std::move(kept);
    }
    return out;
}

Trail trail_of(const std::vector<std::uint32_t>& items) {
    Trail trail;
    for (const std::uint32_t item : items) trail.push_back({item, 0, 0});
    return trail;
}

std::vector<std::uint32_t> without(const std::vector<std::uint32_t>& items, const std::vector<std::uint32_t>& seen) {
    std::vector<std::uint32_t> rest;
    std::ranges::set_difference(items, seen, std::back_inserter(rest));
    return rest;
}

Draft draft_of_sets(const Sets& known, const Sets& truth) {
    Draft draft;
    for (std::size_t p = 0; p < known.size(); ++p) {
        draft.known.push_back(trail_of(known[p]));
        std::vector<std::uint32_t> fresh = without(truth[p], known[p]);
        if (!fresh.empty())
            draft.asked.push_back({draft.known.back(), std::move(fresh), static_cast<std::uint32_t>(p)});
    }
    return draft;
}

Drafts split_user_items(const Interactions& data, std::uint64_t seed) {
    Sets train = sets_of(data.part(Part::train), data.people), valid = sets_of(data.part(Part::valid), data.people),
         test = sets_of(data.part(Part::test), data.people);
    Drafts drafts{.valid_rule = "valid file", .test_rule = "test file"};
    if (data.part(Part::test).size() == 0) {
        test = held_out(train, 0.2, seed ^ 0x7e57);
        drafts.test_rule = "a random fifth of the pairs";
    }
    if (data.part(Part::valid).size() == 0) {
        valid = held_out(train, 0.1, seed ^ 0xa11d);
        drafts.valid_rule = "a random tenth of the pairs";
    }
    drafts.choosing = draft_of_sets(train, valid);
    for (std::size_t p = 0; p < train.size(); ++p) {
        std::vector<std::uint32_t> all;
        std::ranges::set_union(train[p], valid[p], std::back_inserter(all));
        train[p] = std::move(all);
    }
    drafts.testing = draft_of_sets(train, test);
    return drafts;
}

// ---- sequences ----

// The first `length` items are known; the next one is the truth, where there is one.
void add_sequence(Draft& draft, const Trail& all, std::size_t length, std::uint32_t unit, bool ask) {
    draft.known.emplace_back(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(length));
    if (ask) draft.asked.push_back({draft.known.back(), {all[length].row}, unit});
}

Drafts split_sequences(const Interactions& data) {
    Drafts drafts{.valid_rule = "the last item but one of each sequence",
                  .test_rule = "the last item of each sequence"};
    const Lines& lines = data.part(Part::train);
    for (std::size_t l = 0; l < lines.size(); ++l) {
        Trail all;
        for (const std::uint32_t token : tokens_of(lines, l)) all.push_back({token, 0, 0});
        const std::size_t n = all.size();
        add_sequence(drafts.testing, all, n >= 2 ? n - 1 : n, lines.person[l], n >= 2);
        add_sequence(drafts.choosing, all, n >= 3 ? n - 2 : std::min<std::size_t>(n, 1), lines.person[l], n >= 3);
    }
    return drafts;
}

// ---- sessions ----

std::vector<Trail> trails_of(const Lines& lines) {
    std::vector<Trail> trails(lines.size());
    for (std::size_t l = 0; l < lines.size(); ++l)
        for (std::uint64_t e = lines.offset[l]; e < lines.offset[l + 1]; ++e)
            trails[l].push_back({lines.token[e], 0, lines.time.empty() ? 0 : lines.time[e]});
    return trails;
}

bool begins_with(const Trail& longer, const Trail& shorter) {
    return longer.size() >= shorter.size() && std::equal(shorter.begin(), shorter.end(), longer.begin(),
                                                         [](const Entry& a, const Entry& b) { return a.row == b.row; });
}

// Lines that are beginnings of each other come from one session.
bool same_session(const Trail& a, const Trail& b) { return begins_with(a, b) || begins_with(b, a); }

void ask_at(std::vector<Asked>& asked, const Trail& trail, std::size_t at, std::uint32_t unit) {
    const std::size_t from = at > prefix_items ? at - prefix_items : 0;
    asked.push_back(
        {Trail(trail.begin() + static_cast<std::ptrdiff_t>(from), trail.begin() + static_cast<std::ptrdiff_t>(at)),
         {trail[at].row},
         unit});
}

std::vector<Asked> questions_of_sessions(const std::vector<Trail>& trails, bool has_targets) {
    std::vector<Asked> asked;
    std::uint32_t unit = 0;
    for (std::size_t t = 0; t < trails.size(); ++t) {
        if (t > 0 && (!has_targets || !same_session(trails[t - 1], trails[t]))) ++unit;
        for (std::size_t at = has_targets ? trails[t].size() - 1 : 1; at < trails[t].size(); ++at)
            if (at > 0) ask_at(asked, trails[t], at, unit);
    }
    return asked;
}

// Each session once: of lines that are beginnings of each other the longest.
std::vector<Trail> whole_sessions(const std::vector<Trail>& trails, bool has_targets) {
    if (!has_targets) return trails;
    std::vector<Trail> whole;
    for (std::size_t t = 0; t < trails.size(); ++t) {
        if (t > 0 && same_session(trails[t - 1], trails[t])) {
            if (trails[t].size() > whole.back().size()) whole.back() = trails[t];
        } else {
            whole.push_back(trails[t]);
        }
    }
    return whole;
}

std::vector<Trail> take_last(std::vector<Trail>& from, double share) {
    const auto count = std::min(from.size(), static_cast<std::size_t>(static_cast<double>(from.size()) * share) +
                                                 (from.size() > 2 ? 1 : 0));
    std::vector<Trail> last(std::make_move_iterator(from.end() - static_cast<std::ptrdiff_t>(count)),
                            std::make_move_iterator(from.end()));
    from.resize(from.size() - count);
    return last;
}

// Sessions of a file without times are a minute apart.
void give_times(std::vector<Trail>& trails) {
    for (std::size_t t = 0; t < trails.size(); ++t)
        for (Entry& entry : trails[t]) entry.time = first_time + static_cast<TimeMs>(t) * minute_ms;
}

Drafts split_sessions(const Interactions& data) {
    constexpr double last_share = 0.05;
    Drafts drafts{.valid_rule = "valid file", .test_rule = "test file"};
    std::vector<Trail> train = trails_of(data.part(Part::train)), valid = trails_of(data.part(Part::valid)),
                       test = trails_of(data.part(Part::test));
    bool valid_targets = data.part(Part::valid).has_targets;
    if (test.empty()) {
        test = take_last(train, last_share);
        drafts.test_rule = "the last 5 % of sessions";
    }
    if (valid.empty()) {
        valid = take_last(train, last_share);
        valid_targets = false;
        drafts.valid_rule = "the last 5 % of sessions before the test";
    }
    const bool timed = !data.part(Part::train).time.empty() &&
                       (data.part(Part::valid).size() == 0 || !data.part(Part::valid).time.empty());
    const std::size_t count = train.size();
    std::vector<Trail> all = std::move(train);
    for (Trail& trail : whole_sessions(valid, valid_targets)) all.push_back(std::move(trail));
    if (!timed) give_times(all);
    drafts.choosing = {{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count)},
                       questions_of_sessions(valid, valid_targets)};
    drafts.testing = {std::move(all), questions_of_sessions(test, data.part(Part::test).has_targets)};
    return drafts;
}

// ---- baskets ----

// Baskets before number `end` are known; basket `end` is the truth, where there is one.
void add_baskets(Draft& draft, const Trail& all, std::uint32_t end, std::uint32_t unit, bool ask) {
    Trail known;
    std::vector<std::uint32_t> truth;
    for (const Entry& entry : all) {
        if (entry.basket < end) known.push_back(entry);
        if (entry.basket == end) truth.push_back(entry.row);
    }
    std::ranges::sort(truth);
    truth.erase(std::ranges::unique(truth).begin(), truth.end());
    draft.known.push_back(known);
    if (ask) draft.asked.push_back({std::move(known), std::move(truth), unit});
}

Drafts split_baskets(const Interactions& data) {
    Drafts drafts{.valid_rule = "the last basket before the test", .test_rule = "the last basket of each user"};
    const Lines& lines = data.part(Part::train);
    for (std::size_t l = 0; l < lines.size(); ++l) {
        const std::uint32_t last = lines.basket[lines.offset[l + 1] - 1];
        Trail all;
        for (std::uint64_t e = lines.offset[l]; e < lines.offset[l + 1]; ++e)
            all.push_back(
                {lines.token[e], lines.basket[e], first_time + (static_cast<TimeMs>(lines.basket[e]) - last) * day_ms});
        add_baskets(drafts.testing, all, last > 0 ? last : 1, lines.person[l], last > 0);
        add_baskets(drafts.choosing, all, last > 1 ? last - 1 : 1, lines.person[l], last > 1);
    }
    return drafts;
}

// ---- rows ----

// Token → row among the items of everything known before the test.
struct Rows {
    std::vector<ItemKey> items;
    std::vector<std::uint32_t> of_token;
};

Rows rows_of(const Interactions& data, const Draft& testing) {
    Rows rows{{}, std::vector<std::uint32_t>(data.keys.size(), model::no_row)};
    for (const Trail& trail : testing.known)
        for (const Entry& entry : trail)
            if (std::exchange(rows.of_token[entry.row], 0) == model::no_row) rows.items.push_back(data.keys[entry.row]);
    std::ranges::sort(rows.items);
    rows.items.erase(std::ranges::unique(rows.items).begin(), rows.items.end());
    for (std::size_t t = 0; t < data.keys.size(); ++t)
        if (rows.of_token[t] != model::no_row)
            rows.of_token[t] =
                static_cast<std::uint32_t>(std::ranges::lower_bound(rows.items, data.keys[t]) - rows.items.begin());
    return rows;
}

History history_of(const std::vector<Trail>& trails, const Rows& rows, state::Action action) {
    History history;
    history.items = rows.items;
    for (const Trail& trail : trails) {
        for (const Entry& entry : trail) {
            history.item.push_back(rows.of_token[entry.row]);
            history.time.push_back(entry.time);
            history.action.push_back(action);
            history.basket.push_back(entry.basket);
            history.quantity.push_back(1);
        }
        history.offsets.push_back(history.item.size());
    }
    return history;
}

// `now` is right after everything known, so that ages are those of the moment of asking.
Question question_of(const Asked& asked, const Rows& rows, state::Action action, bool seen_excluded) {
    Question question{.relevant_count = asked.truth.size(), .unit = asked.unit};
    const std::uint32_t newest = asked.known.empty() ? 0 : asked.known.back().basket;
    question.query.now = asked.known.empty() ? 0 : asked.known.back().time;
    for (std::size_t e = asked.known.size(); e-- > 0;) {
        const Entry& entry = asked.known[e];
        const std::uint32_t row = rows.of_token[entry.row];
        if (row == model::no_row) continue;
        question.query.history.push_back({row, action, question.query.now - entry.time, 1, newest - entry.basket});
        if (seen_excluded) question.excluded.push_back(row);
    }
    std::ranges::sort(question.excluded);
    question.excluded.erase(std::ranges::unique(question.excluded).begin(), question.excluded.end());
    for (const std::uint32_t token : asked.truth)
        if (rows.of_token[token] != model::no_row) question.relevant.push_back(rows.of_token[token]);
    std::ranges::sort(question.relevant);
    return question;
}

Stage stage_of(Draft draft, const Rows& rows, Shape shape) {
    const state::Action action = shape == Shape::sessions ? state::Action::view : state::Action::buy;
    const bool seen_excluded = shape == Shape::user_items || shape == Shape::sequences;
    Stage stage{history_of(draft.known, rows, action), {}};
    for (const Asked& asked : draft.asked) stage.questions.push_back(question_of(asked, rows, action, seen_excluded));
    return stage;
}

Drafts drafts_of(const Interactions& data, std::uint64_t seed) {
    switch (data.shape) {
        case Shape::user_items: return split_user_items(data, seed);
        case Shape::sequences: return split_sequences(data);
        case Shape::sessions: return split_sessions(data);
        case Shape::baskets: return split_baskets(data);
    }
    return {};
}

}  // namespace

Result<PublishedSplit> split_published(const Interactions& data, std::uint64_t seed) {
    Drafts drafts = drafts_of(data, seed);
    const Rows rows = rows_of(data, drafts.testing);
    PublishedSplit split{stage_of(std::move(drafts.choosing), rows, data.shape),
                         stage_of(std::move(drafts.testing), rows, data.shape), drafts.valid_rule, drafts.test_rule};
    if (split.testing.history.entries() == 0)
        return fail(ErrorCode::invalid_input,
                    "the split leaves nothing to learn from: give more training data or a test file of its own");
    if (split.testing.questions.empty())
        return fail(ErrorCode::invalid_input, "the split leaves nothing to test: every person or session has only one "
                                              "item, or the test file holds only what was seen");
    return split;
}

}  // namespace vitrina::evaluation
