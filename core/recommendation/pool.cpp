#include "recommendation/pool.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "candidates/bought_before.hpp"
#include "recommendation/shown_order.hpp"

namespace vitrina::recommendation {

namespace {

using state::Acted;
using state::Action;

// With a filter or a list of candidates most of what sources say falls away, so more is asked of them.
constexpr std::size_t restricted_factor = 5;

std::size_t model_rows(const Situation& situation) {
    return situation.snapshot.model != nullptr ? situation.snapshot.model->items() : 0;
}

std::uint32_t number_of(catalog::Slot slot, const Situation& situation) {
    return pool_number(slot, situation.catalog, situation.snapshot.model.get());
}

// The first `limit` slots of a listing; the score falls with the place, so that listings of any kind blend alike.
std::vector<Scored> listed(const std::vector<catalog::Slot>& slots, std::size_t limit, const Situation& situation) {
    std::vector<Scored> scored;
    for (const catalog::Slot slot : slots) {
        if (scored.size() == limit) break;
        if (slot >= situation.catalog.slots() || !situation.catalog.present(slot)) continue;
        scored.push_back({number_of(slot, situation), 1.0f / static_cast<float>(1 + scored.size())});
    }
    return scored;
}

// The newest items in the order of the person's taste.
std::vector<Scored> new_for_you(const Inquiry& inquiry, std::size_t limit) {
    const Snapshot& snapshot = inquiry.situation.snapshot;
    if (snapshot.cold_items == nullptr) return {};
    std::vector<std::uint32_t> numbers;
    for (const Scored& scored : listed(snapshot.trends->newest, limit, inquiry.situation))
        numbers.push_back(scored.row);
    return snapshot.cold_items->among(numbers, inquiry.query);
}

std::vector<Scored> popular(std::size_t limit, const Situation& situation) {
    const features::Trends& trends = *situation.snapshot.trends;
    std::vector<Scored> scored;
    for (const catalog::Slot slot : trends.bestsellers) {
        if (scored.size() == limit) break;
        if (slot >= situation.catalog.slots() || !situation.catalog.present(slot)) continue;
        scored.push_back({number_of(slot, situation), trends.popularity[slot]});
    }
    return scored;
}

// Best sellers of the categories of what the page shows, or of what the person did last where it shows nothing.
std::vector<Scored> same_category(const Inquiry& inquiry, std::size_t limit) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    std::set<std::uint32_t> categories;
    const auto add = [&](ItemKey item) {
        const auto slot = catalog.find(item);
        if (slot && catalog.leaf_category(*slot) != catalog::none) categories.insert(catalog.leaf_category(*slot));
    };
    for (const Anchor& anchor : inquiry.page) add(anchor.item);
    if (inquiry.page.empty() && !inquiry.actions.empty()) add(inquiry.actions.front().item);
    std::vector<Scored> scored;
    for (const catalog::Slot slot : inquiry.situation.snapshot.trends->bestsellers) {
        if (scored.size() == limit || categories.empty()) break;
        if (slot >= catalog.slots() || !catalog.present(slot) || !categories.contains(catalog.leaf_category(slot)))
            continue;
        scored.push_back({number_of(slot, inquiry.situation), inquiry.situation.snapshot.trends->popularity[slot]});
    }
    return scored;
}

// Distinct viewed items, the newest first.
std::vector<Scored> recently_viewed(const Inquiry& inquiry, std::size_t limit) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    std::set<ItemKey> seen;
    std::vector<Scored> scored;
    for (const Acted& acted : inquiry.actions) {
        if (scored.size() == limit) break;
        const auto slot = catalog.find(acted.item);
        if (acted.action != Action::view || !slot || !seen.insert(catalog.learning_key(*slot)).second) continue;
        scored.push_back({number_of(*slot, inquiry.situation), 1.0f / static_cast<float>(1 + scored.size())});
    }
    return scored;
}

// Items by the number of orders that held them, older orders counting less.
std::vector<Scored> bought_before(const Inquiry& inquiry, std::size_t limit) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    std::map<std::uint32_t, std::pair<double, std::set<std::uint64_t>>> bought;
    for (const Acted& acted : inquiry.actions) {
        const auto slot = acted.action == Action::buy ? catalog.find(acted.item) : std::nullopt;
        if (!slot) continue;
        auto& [score, orders] = bought[number_of(*slot, inquiry.situation)];
        const double age_days = static_cast<double>(inquiry.situation.now - acted.time) / static_cast<double>(day_ms);
        if (orders.insert(acted.order != 0 ? acted.order : static_cast<std::uint64_t>(acted.time)).second)
            score += std::exp2(-std::max(0.0, age_days) / candidates::bought_half_life_days);
    }
    TopK best(limit);
    for (const auto& [number, orders] : bought) best.offer({number, static_cast<float>(orders.first)});
    return best.take();
}

std::vector<Scored> untrained(std::string_view name, const Inquiry& inquiry, std::size_t limit) {
    const Situation& situation = inquiry.situation;
    if (name == "recently_viewed") return recently_viewed(inquiry, limit);
    if (name == "bought_before") return bought_before(inquiry, limit);
    if (name == "cold" && situation.snapshot.cold_items != nullptr)
        return situation.snapshot.cold_items->candidates(inquiry.query, limit);
    if (situation.snapshot.trends == nullptr) return {};
    if (name == "new_for_you") return new_for_you(inquiry, limit);
    if (name == "popular") return popular(limit, situation);
    if (name == "same_category") return same_category(inquiry, limit);
    if (name == "trending") return listed(situation.snapshot.trends->trending, limit, situation);
    if (name == "new") return listed(situation.snapshot.trends->newest, limit, situation);
    return {};
}

const candidates::Source* learned_source(std::string_view name, const Snapshot& snapshot) {
    for (const auto& source : snapshot.sources)
        if (source->name() == name) return source.get();
    return nullptr;
}

const PlacementRanker* ranker_of(const Inquiry& inquiry) {
    const Situation& situation = inquiry.situation;
    const auto& rankers =
        situation.arrangement != nullptr ? situation.arrangement->rankers : situation.snapshot.rankers;
    const auto found = rankers.find(inquiry.request.placement);
    if (found == rankers.end()) return nullptr;
    // Trees learned from people with a past, or from pages; of other questions they know nothing.
    const bool about_page = inquiry.settings.uses_cart || inquiry.settings.needs_item;
    const bool known = about_page ? !inquiry.query.context.empty() : !inquiry.query.history.empty();
    return known ? &found->second : nullptr;
}

bool asks(const PlacementRanker* ranker, std::string_view source) {
    return ranker != nullptr && std::ranges::find(ranker->trees.sources(), source) != ranker->trees.sources().end();
}

struct Asking {
    const Inquiry& inquiry;
    const PlacementRanker* ranker;
    std::size_t limit;
};

Contribution ask(const std::string& name, const Asking& asking, candidates::Scratch& scratch) {
    const Inquiry& inquiry = asking.inquiry;
    const Snapshot& snapshot = inquiry.situation.snapshot;
    Contribution contribution{name, nullptr, {}, weight_of(snapshot, inquiry.request.placement, name)};
    const std::string_view canonical = canonical_source(name);
    if (contribution.weight <= 0 && !asks(asking.ranker, canonical)) return contribution;
    const bool counted_live = canonical == "popular" && snapshot.trends != nullptr;
    if (!counted_live) contribution.learned = learned_source(canonical, snapshot);
    contribution.candidates = contribution.learned != nullptr
                                  ? contribution.learned->candidates(inquiry.query, asking.limit, scratch)
                                  : untrained(canonical, inquiry, asking.limit);
    return contribution;
}

// What each source of the trees says, of what may be shown; a source that is not in the pool is asked and put there.
std::vector<std::vector<Scored>> answers_to_trees(const Asking& asking, const Rules& rules,
                                                  candidates::Scratch& scratch, Pool& pool) {
    const std::size_t most = asking.ranker->trees.limits().asked;
    Showable showable(asking.inquiry, rules);
    std::vector<std::vector<Scored>> answers;
    for (const auto& source : asking.ranker->sources) {
        const auto known = std::ranges::find_if(pool.contributions, [&](const Contribution& contribution) {
            return contribution.learned != nullptr && contribution.learned->name() == source->name();
        });
        const bool there = known != pool.contributions.end();
        if (!there)
            pool.contributions.push_back({std::string(source->name()), source.get(),
                                          source->candidates(asking.inquiry.query, asking.limit, scratch), 0});
        const auto& said = there ? known->candidates : pool.contributions.back().candidates;
        answers.push_back(showable.first_of(said, most));
    }
    return answers;
}

// The source that says most for a row which the blend does not know.
std::uint32_t loudest(std::uint32_t row, const Pool& pool) {
    std::uint32_t source = 0;
    float largest = 0;
    for (std::uint32_t index = 0; index < pool.contributions.size(); ++index) {
        const std::vector<Scored>& candidates = pool.contributions[index].candidates;
        const auto found = std::ranges::find(candidates, row, &Scored::row);
        if (found == candidates.end() || found->score <= largest * candidates.front().score) continue;
        largest = found->score / candidates.front().score;
        source = index;
    }
    return source;
}

// What the trees ordered before everything else. Scores fall from 1: by the trees' values, then by the blend's below the last.
void put_ranked_first(Pool& pool) {
    std::vector<Scored> by_row = pool.ranked;
    std::ranges::sort(by_row, {}, &Scored::row);
    constexpr std::uint32_t unknown = 0xffffffff;
    std::vector<std::uint32_t> strongest(by_row.size(), unknown);
    std::vector<ranking::Blended> order, rest;
    for (const ranking::Blended& blended : pool.blended) {
        const auto found = std::ranges::lower_bound(by_row, blended.row, {}, &Scored::row);
        if (found != by_row.end() && found->row == blended.row)
            strongest[static_cast<std::size_t>(found - by_row.begin())] = blended.strongest;
        else
            rest.push_back(blended);
    }
    const float highest = pool.ranked.front().score, last = std::exp(pool.ranked.back().score - highest);
    for (const Scored& scored : pool.ranked) {
        const auto found = std::ranges::lower_bound(by_row, scored.row, {}, &Scored::row);
        const std::uint32_t source = strongest[static_cast<std::size_t>(found - by_row.begin())];
        order.push_back(
            {scored.row, std::exp(scored.score - highest), source != unknown ? source : loudest(scored.row, pool)});
    }
    for (ranking::Blended& blended : rest) {
        blended.score *= pool.weights > 0 ? last / pool.weights : 0;
        order.push_back(blended);
    }
    pool.blended = std::move(order);
    pool.weights = 1;
}

std::vector<Worth> worths_of(const Pool& pool, const Inquiry& inquiry) {
    if (shown_of(inquiry) != nullptr) return {};
    std::vector<std::uint32_t> first;
    for (const ranking::Blended& blended : pool.blended)
        if (first.size() < valued_most) first.push_back(blended.row);
    return worth_of(first, inquiry);
}

// Both parts by score times success and worth, ties by row; what the trees ordered stays before the rest.
void lift(Pool& pool, const Inquiry& inquiry) {
    const bool successful = inquiry.settings.success > 0 && inquiry.situation.snapshot.success != nullptr;
    pool.worths = worths_of(pool, inquiry);
    if (!successful && pool.worths.empty()) return;
    for (ranking::Blended& blended : pool.blended) {
        if (successful)
            blended.score = ranking::lifted(blended.score, success_of(blended.row, inquiry), inquiry.settings.success);
        if (const Worth* worth = find_worth(pool.worths, blended.row))
            blended.score = ranking::lifted(blended.score, worth->factor, 1);
    }
    const auto better = [](const ranking::Blended& a, const ranking::Blended& b) {
        return a.score != b.score ? a.score > b.score : a.row < b.row;
    };
    const auto rest = pool.blended.begin() + static_cast<std::ptrdiff_t>(pool.ranked.size());
    std::sort(pool.blended.begin(), rest, better);
    std::sort(rest, pool.blended.end(), better);
}

}  // namespace

bool Showable::operator()(std::uint32_t row) {
    const auto [known, fresh] = rows_.try_emplace(row, false);
    if (fresh) known->second = look(row);
    return known->second;
}

bool Showable::look(std::uint32_t row) const {
    const ItemKey key = candidate_key(row, inquiry_.situation);
    if (rules_.recently_bought(key) || rules_.outside_of_own_past(key)) return false;
    std::string_view why;
    const auto slot = rules_.variant(key, why);
    return slot && !rules_.outside_of_category(*slot);
}

std::vector<Scored> Showable::first_of(const std::vector<Scored>& said, std::size_t most) {
    std::vector<Scored> first;
    for (const Scored& scored : said) {
        if (first.size() == most) break;
        if ((*this)(scored.row)) first.push_back(scored);
    }
    return first;
}

float score_of(const ranking::Blended& blended, const Pool& pool) {
    return pool.weights > 0 ? blended.score / pool.weights : 0.0f;
}

float success_of(std::uint32_t number, const Inquiry& inquiry) {
    const Situation& situation = inquiry.situation;
    if (situation.snapshot.success == nullptr) return 1;
    const auto& slots = situation.catalog.slots_of(candidate_key(number, situation));
    return slots.empty() ? 1.0f : situation.snapshot.success->of(inquiry.request.placement, slots.front());
}

Pool gather(const Inquiry& inquiry, const Rules& rules, candidates::Scratch& scratch, const TimeIsUp& time_is_up) {
    if (inquiry.request.as_given) return {};
    const bool restricted =
        inquiry.request.filter || !inquiry.request.candidates.empty() || !inquiry.request.category.empty();
    const PlacementRanker* ranker = ranker_of(inquiry);
    const std::size_t at_least = ranker != nullptr ? 2 * ranker->trees.limits().asked : 0;
    const std::size_t limit = std::max(inquiry.settings.candidates, at_least) * (restricted ? restricted_factor : 1);
    const Asking asking{inquiry, ranker, limit};
    Pool pool;
    for (const std::string& name : inquiry.settings.sources) {
        if (time_is_up()) {
            pool.late = true;
            break;
        }
        pool.contributions.push_back(ask(name, asking, scratch));
    }
    std::vector<std::vector<Scored>> answers;
    pool.late = pool.late || (ranker != nullptr && time_is_up());
    if (ranker != nullptr && !pool.late) answers = answers_to_trees(asking, rules, scratch, pool);
    std::vector<ranking::Weighted> weighted;
    for (const Contribution& contribution : pool.contributions) {
        weighted.push_back({contribution.candidates, contribution.weight});
        if (!contribution.candidates.empty()) pool.weights += contribution.weight;
    }
    pool.blended = ranking::blend(weighted);
    if (!answers.empty()) pool.ranked = ranker->trees.rank(inquiry.query, answers);
    if (!pool.ranked.empty()) put_ranked_first(pool);
    lift(pool, inquiry);
    if (!pool.late) order_by_shown(pool, inquiry, rules, scratch);
    return pool;
}

ItemKey candidate_key(std::uint32_t number, const Situation& situation) {
    const std::size_t rows = model_rows(situation);
    if (number >= rows) return situation.catalog.learning_key(static_cast<catalog::Slot>(number - rows));
    const ItemKey key = situation.snapshot.model->item_keys()[number];
    // An item that joined a group after training is known to the model by its own key.
    return situation.catalog.slots_of(key).empty() ? learning_key_of(key, situation.catalog) : key;
}

}  // namespace vitrina::recommendation
