#include "evaluation/past_questions.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/random.hpp"
#include "recommendation/rules.hpp"

namespace vitrina::evaluation {

namespace {

using state::Action;
using training::History;

struct Entries {
    std::uint64_t begin = 0, cut = 0, end = 0;  // before the cut: [begin, cut)
};

Entries entries_of(const History& history, std::size_t person, TimeMs through) {
    Entries entries{history.offsets[person], history.offsets[person], history.offsets[person + 1]};
    while (entries.cut < entries.end && history.time[entries.cut] <= through) ++entries.cut;
    return entries;
}

// What the person did before the cut, as make_query gives it from state.
features::Query query_of(const PastQuestions& past, const Entries& entries) {
    const History& history = past.history;
    features::Query query;
    query.now = past.through;
    if (entries.cut == entries.begin) return query;
    const std::uint32_t newest_basket = history.basket[entries.cut - 1];
    const std::uint64_t oldest =
        entries.cut - std::min<std::uint64_t>(entries.cut - entries.begin, past.settings.history_items);
    for (std::uint64_t entry = entries.cut; entry > oldest; --entry) {
        const std::uint64_t at = entry - 1;
        query.history.push_back({.row = history.item[at],
                                 .action = history.action[at],
                                 .age_ms = past.through - history.time[at],
                                 .quantity = history.quantity[at],
                                 .basket = newest_basket - history.basket[at]});
    }
    return query;
}

void sort_distinct(std::vector<std::uint32_t>& rows) {
    std::ranges::sort(rows);
    const auto repeats = std::ranges::unique(rows);
    rows.erase(repeats.begin(), repeats.end());
}

// What the rule against recently bought items would leave out, as recommendation/rules.hpp does it.
std::vector<std::uint32_t> recently_bought(const PastQuestions& past, const Entries& entries) {
    const History& history = past.history;
    const TimeMs window = past.placement.exclude_purchased_ms;
    if (past.placement.repeats_allowed || window == 0) return {};
    std::map<std::uint32_t, std::set<std::uint32_t>> orders;
    std::set<std::uint32_t> recent;
    for (std::uint64_t at = entries.begin; at < entries.cut; ++at) {
        if (history.action[at] != Action::buy) continue;
        orders[history.item[at]].insert(history.basket[at]);
        if (past.through - history.time[at] <= window) recent.insert(history.item[at]);
    }
    const auto rates = past.model.section<float>("repeat.rate");
    std::vector<std::uint32_t> rows;
    for (const std::uint32_t row : recent)
        if (!recommendation::replenishable(row < rates.size() ? rates[row] : 0.0f, orders[row].size()))
            rows.push_back(row);
    return rows;
}

std::vector<Question> home_questions(const PastQuestions& past) {
    const History& history = past.history;
    std::vector<Question> questions;
    for (std::size_t person = 0; person < history.people(); ++person) {
        const Entries entries = entries_of(history, person, past.through);
        if (entries.cut == entries.begin) continue;
        Question question;
        for (std::uint64_t at = entries.cut; at < entries.end; ++at)
            if (history.action[at] == Action::buy) question.relevant.push_back(history.item[at]);
        if (question.relevant.empty()) continue;
        sort_distinct(question.relevant);
        question.relevant_count = question.relevant.size();
        question.query = query_of(past, entries);
        question.excluded = recently_bought(past, entries);
        question.unit = static_cast<std::uint32_t>(person);
        questions.push_back(std::move(question));
    }
    return questions;
}

// Persons who came back for something: among what they bought before, what they bought again.
std::vector<Question> again_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    for (Question& question : home_questions(past)) {
        for (const features::Seen& seen : question.query.history)
            if (seen.action == Action::buy) question.among.push_back(seen.row);
        sort_distinct(question.among);
        std::erase_if(question.relevant,
                      [&](std::uint32_t row) { return !std::ranges::binary_search(question.among, row); });
        question.relevant_count = question.relevant.size();
        if (!question.relevant.empty()) questions.push_back(std::move(question));
    }
    return questions;
}

// Distinct items of each basket after the cut in the order in which they came; `fits` says which actions count.
template <class Visit>
void each_later_basket(const PastQuestions& past, bool (*fits)(Action), const Visit& visit) {
    const History& history = past.history;
    for (std::size_t person = 0; person < history.people(); ++person) {
        const Entries entries = entries_of(history, person, past.through);
        std::vector<std::uint32_t> rows;
        for (std::uint64_t at = entries.cut; at < entries.end; ++at) {
            const bool fresh = std::ranges::find(rows, history.item[at]) == rows.end();
            if (fits(history.action[at]) && fresh) rows.push_back(history.item[at]);
            const bool last = at + 1 == entries.end || history.basket[at + 1] != history.basket[at];
            if (!last) continue;
            if (rows.size() > 1) visit(static_cast<std::uint32_t>(person), rows);
            rows.clear();
        }
    }
}

bool is_purchase(Action action) { return action == Action::buy; }
bool is_interest(Action action) { return action != Action::refund; }

Question about(std::vector<std::uint32_t> context, std::vector<std::uint32_t> relevant, std::uint32_t person,
               const PastQuestions& past) {
    Question question;
    if (past.placement.personal) question.query = query_of(past, entries_of(past.history, person, past.through));
    question.query.now = past.through;
    question.query.context = std::move(context);
    question.excluded = question.query.context;
    sort_distinct(question.excluded);
    question.relevant = std::move(relevant);
    sort_distinct(question.relevant);
    question.relevant_count = question.relevant.size();
    question.unit = person;
    return question;
}

// An order with one line hidden.
std::vector<Question> cart_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    each_later_basket(past, is_purchase, [&](std::uint32_t person, const std::vector<std::uint32_t>& rows) {
        Random random(past.settings.seed, questions.size());
        const std::size_t hidden = random.below(rows.size());
        std::vector<std::uint32_t> context;
        for (std::size_t line = 0; line < rows.size() && context.size() < past.settings.context_items; ++line)
            if (line != hidden) context.push_back(rows[line]);
        questions.push_back(about(std::move(context), {rows[hidden]}, person, past));
    });
    return questions;
}

// One line of an order as the page.
std::vector<Question> addon_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    each_later_basket(past, is_purchase, [&](std::uint32_t person, const std::vector<std::uint32_t>& rows) {
        Random random(past.settings.seed, questions.size());
        const std::uint32_t page = rows[random.below(rows.size())];
        std::vector<std::uint32_t> others;
        for (const std::uint32_t row : rows)
            if (row != page) others.push_back(row);
        questions.push_back(about({page}, std::move(others), person, past));
    });
    return questions;
}

// An item of a session as the page, and what came after it; only where something was viewed at all.
std::vector<Question> product_questions(const PastQuestions& past) {
    if (std::ranges::find(past.history.action, Action::view) == past.history.action.end()) return {};
    std::vector<Question> questions;
    each_later_basket(past, is_interest, [&](std::uint32_t person, const std::vector<std::uint32_t>& rows) {
        Random random(past.settings.seed, questions.size());
        const auto page = static_cast<std::ptrdiff_t>(random.below(rows.size() - 1));
        questions.push_back(
            about({rows[static_cast<std::size_t>(page)]}, {rows.begin() + page + 1, rows.end()}, person, past));
    });
    return questions;
}

}  // namespace

History history_through(const History& history, TimeMs through) {
    History past;
    past.items = history.items;
    for (std::size_t person = 0; person < history.people(); ++person) {
        const Entries entries = entries_of(history, person, through);
        for (std::uint64_t at = entries.begin; at < entries.cut; ++at) {
            past.item.push_back(history.item[at]);
            past.time.push_back(history.time[at]);
            past.action.push_back(history.action[at]);
            past.basket.push_back(history.basket[at]);
            past.quantity.push_back(history.quantity[at]);
        }
        past.offsets.push_back(past.item.size());
    }
    return past;
}

std::vector<Question> questions_of(const std::string& placement, const PastQuestions& past) {
    std::vector<Question> questions;
    if (placement == "home") questions = home_questions(past);
    if (placement == "buy_again") questions = again_questions(past);
    if (placement == "cart") questions = cart_questions(past);
    if (placement == "product_addons") questions = addon_questions(past);
    if (placement == "product") questions = product_questions(past);
    return questions;
}

std::vector<Question> questions_now(const PastQuestions& past, std::size_t most) {
    std::vector<Question> questions;
    for (std::size_t person = 0; person < past.history.people(); ++person)
        if (past.history.offsets[person + 1] > past.history.offsets[person])
            questions.emplace_back().unit = static_cast<std::uint32_t>(person);
    questions = sample(std::move(questions), most, past.settings.seed);
    for (Question& question : questions) {
        const Entries entries = entries_of(past.history, question.unit, past.through);
        question.query = query_of(past, entries);
        question.excluded = recently_bought(past, entries);
    }
    return questions;
}

std::vector<Question> sample(std::vector<Question> questions, std::size_t most, std::uint64_t seed) {
    Random random(seed, 99);
    std::size_t kept = 0, wanted = std::min(most, questions.size());
    for (std::size_t index = 0; index < questions.size() && wanted > 0; ++index)
        if (random.below(questions.size() - index) < wanted) {
            if (kept != index) questions[kept] = std::move(questions[index]);
            ++kept;
            --wanted;
        }
    questions.resize(kept);
    return questions;
}

}  // namespace vitrina::evaluation
