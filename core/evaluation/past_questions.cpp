#include "evaluation/past_questions.hpp"

#include <algorithm>
#include <map>
#include <optional>
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

// What the person did in [begin, until), as make_query gives it from state at that time.
features::Query query_of(const PastQuestions& past, std::uint64_t begin, std::uint64_t until, TimeMs now) {
    const History& history = past.history;
    features::Query query;
    query.now = now;
    if (until == begin) return query;
    const std::uint32_t newest_basket = history.basket[until - 1];
    const std::uint64_t oldest = until - std::min<std::uint64_t>(until - begin, past.settings.history_items);
    for (std::uint64_t entry = until; entry > oldest; --entry) {
        const std::uint64_t at = entry - 1;
        query.history.push_back({.row = history.item[at],
                                 .action = history.action[at],
                                 .age_ms = now - history.time[at],
                                 .quantity = history.quantity[at],
                                 .basket = newest_basket - history.basket[at]});
    }
    return query;
}

features::Query query_at_cut(const PastQuestions& past, const Entries& entries) {
    return query_of(past, entries.begin, entries.cut, past.through);
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
        question.query = query_at_cut(past, entries);
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

// Distinct items of each order after the cut in the order in which they came.
template <class Visit>
void each_later_order(const PastQuestions& past, const Visit& visit) {
    const History& history = past.history;
    for (std::size_t person = 0; person < history.people(); ++person) {
        const Entries entries = entries_of(history, person, past.through);
        std::vector<std::uint32_t> rows;
        for (std::uint64_t at = entries.cut; at < entries.end; ++at) {
            const bool fresh = std::ranges::find(rows, history.item[at]) == rows.end();
            if (history.action[at] == Action::buy && fresh) rows.push_back(history.item[at]);
            const bool last = at + 1 == entries.end || history.basket[at + 1] != history.basket[at];
            if (!last) continue;
            if (rows.size() > 1) visit(static_cast<std::uint32_t>(person), rows);
            rows.clear();
        }
    }
}

Question about(std::vector<std::uint32_t> context, std::vector<std::uint32_t> relevant, std::uint32_t person,
               const PastQuestions& past) {
    Question question;
    if (past.placement.personal) question.query = query_at_cut(past, entries_of(past.history, person, past.through));
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
std::vector<Question> order_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    each_later_order(past, [&](std::uint32_t person, const std::vector<std::uint32_t>& rows) {
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
    each_later_order(past, [&](std::uint32_t person, const std::vector<std::uint32_t>& rows) {
        Random random(past.settings.seed, questions.size());
        const std::uint32_t page = rows[random.below(rows.size())];
        std::vector<std::uint32_t> others;
        for (const std::uint32_t row : rows)
            if (row != page) others.push_back(row);
        questions.push_back(about({page}, std::move(others), person, past));
    });
    return questions;
}

// What one person did in one session or order.
struct Basket {
    std::uint32_t person = 0;
    std::uint64_t begin = 0, end = 0;
};

// Those after the cut.
template <class Visit>
void each_later_basket(const PastQuestions& past, const Visit& visit) {
    const History& history = past.history;
    for (std::size_t person = 0; person < history.people(); ++person) {
        const Entries entries = entries_of(history, person, past.through);
        Basket basket{static_cast<std::uint32_t>(person), entries.cut, entries.cut};
        for (; basket.begin < entries.end; basket.begin = basket.end) {
            while (basket.end < entries.end && history.basket[basket.end] == history.basket[basket.begin]) ++basket.end;
            visit(basket);
        }
    }
}

bool is_interest(Action action) { return action != Action::refund; }
bool is_taking(Action action) { return action == Action::cart || action == Action::buy; }

// Views after which the basket goes on with another item, newest first.
std::vector<std::uint64_t> pages_of(const Basket& basket, const History& history) {
    std::vector<std::uint64_t> pages;
    std::optional<std::uint32_t> later;  // an item after `at`
    bool several = false;                // there are more of them
    for (std::uint64_t at = basket.end; at-- > basket.begin;) {
        if (!is_interest(history.action[at])) continue;
        const std::uint32_t item = history.item[at];
        if (history.action[at] == Action::view && later && (several || *later != item)) pages.push_back(at);
        several = several || (later && *later != item);
        later = item;
    }
    return pages;
}

// Additions to the cart after which something is taken that was not taken before.
std::vector<std::uint64_t> cartings_of(const Basket& basket, const History& history) {
    std::vector<std::uint64_t> cartings;
    std::set<std::uint32_t> taken;
    std::size_t followed = 0;
    for (std::uint64_t at = basket.begin; at < basket.end; ++at) {
        if (!is_taking(history.action[at])) continue;
        if (taken.insert(history.item[at]).second) followed = cartings.size();
        if (history.action[at] == Action::cart) cartings.push_back(at);
    }
    cartings.resize(followed);
    return cartings;
}

// What a page asks at an entry of a basket, with all that the visit did until then; relevant is what it goes on with.
Question question_at(std::uint64_t moment, bool (*counts)(Action), std::vector<std::uint32_t> context,
                     const Basket& basket, const PastQuestions& past) {
    const History& history = past.history;
    Question question;
    if (past.placement.personal) {
        question.query = query_of(past, history.offsets[basket.person], moment + 1, history.time[moment]);
        for (const features::Seen& seen : question.query.history)
            if (seen.basket == 0) question.query.session.push_back(seen);
    }
    question.query.now = history.time[moment];
    question.query.context = std::move(context);
    question.excluded = question.query.context;
    sort_distinct(question.excluded);
    for (std::uint64_t at = moment + 1; at < basket.end; ++at)
        if (counts(history.action[at]) && !std::ranges::binary_search(question.excluded, history.item[at]))
            question.relevant.push_back(history.item[at]);
    sort_distinct(question.relevant);
    question.relevant_count = question.relevant.size();
    question.unit = basket.person;
    return question;
}

// A view as the page, and what the session turns to after it; only where something was viewed at all.
std::vector<Question> product_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    each_later_basket(past, [&](const Basket& basket) {
        const auto pages = pages_of(basket, past.history);
        if (pages.empty()) return;
        Random random(past.settings.seed, questions.size());
        const std::uint64_t page = pages[random.below(pages.size())];
        questions.push_back(question_at(page, is_interest, {past.history.item[page]}, basket, past));
    });
    return questions;
}

// Distinct items that the basket took until `last`, newest first.
std::vector<std::uint32_t> cart_at(std::uint64_t last, const Basket& basket, const PastQuestions& past) {
    std::vector<std::uint32_t> cart;
    for (std::uint64_t at = last + 1; at-- > basket.begin && cart.size() < past.settings.context_items;)
        if (is_taking(past.history.action[at]) && std::ranges::find(cart, past.history.item[at]) == cart.end())
            cart.push_back(past.history.item[at]);
    return cart;
}

// Something is put into the cart, and what is taken after it.
std::vector<Question> carting_questions(const PastQuestions& past) {
    std::vector<Question> questions;
    each_later_basket(past, [&](const Basket& basket) {
        const auto moments = cartings_of(basket, past.history);
        if (moments.empty()) return;
        Random random(past.settings.seed, questions.size());
        const std::uint64_t moment = moments[random.below(moments.size())];
        questions.push_back(question_at(moment, is_taking, cart_at(moment, basket, past), basket, past));
    });
    return questions;
}

// A shop that says little of carts has its orders.
std::vector<Question> cart_questions(const PastQuestions& past) {
    std::vector<Question> of_carts = carting_questions(past), of_orders = order_questions(past);
    return of_carts.size() >= of_orders.size() ? of_carts : of_orders;
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
        question.query = query_at_cut(past, entries);
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
