// Long because the stages of a group share what an event left behind and the way into the dead letters.
#include "engine/group_folding.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <tuple>
#include <utility>

#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

constexpr std::size_t parallel_blocks = 16;  // of a large group: a fixed number, as results may not depend on threads

enum class Store : std::size_t { visitors, users, items, shoppers, successes };
constexpr const char* store_names[] = {"visitors", "users", "items", "shoppers", "successes"};
constexpr Figure store_figures[] = {Figure::visitors, Figure::users, Figure::items, Figure::shoppers,
                                    Figure::items_with_success};

struct Buried {
    std::uint32_t event = 0;
    Store store = Store::visitors;
    PersonKey key;
    std::string reason;
    std::string state;
};

// What one block of keys leaves behind.
struct BlockOutcome {
    Result<void> read;
    std::vector<Buried> buried;
    std::uint64_t created = 0;
    std::uint64_t forgotten = 0;
};

// What an event leaves for the user of its visitor.
struct Success {
    feedback::UserRecords for_user;
    std::vector<feedback::Change> of_visitor, of_user;
    std::vector<feedback::SuccessDelta> deltas;
};

// One record on its way to the state under `key`.
template <class Record>
struct Addressed {
    PersonKey key;
    std::uint32_t event = 0;
    Record* record = nullptr;
};
template <class Record>
using Blocks = std::vector<std::vector<Addressed<Record>>>;

// All records of a block that go to one key, in the order of the log.
template <class Record>
struct Run {
    PersonKey key;
    std::vector<Record> records;
    std::vector<std::uint32_t> events;  // of each record
};

template <class Record>
void in_order(std::vector<Addressed<Record>>& records) {
    std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
        if (a.key != b.key) return a.key < b.key;
        return a.event != b.event ? a.event < b.event : std::less<>()(a.record, b.record);
    });
}

// Fills `run` with the records from `first` on that have its key; answers where the next key begins.
template <class Record>
std::size_t take_run(const std::vector<Addressed<Record>>& records, std::size_t first, Run<Record>& run) {
    run.key = records[first].key;
    run.records.clear();
    run.events.clear();
    std::size_t next = first;
    for (; next < records.size() && records[next].key == run.key; ++next) {
        run.records.push_back(std::move(*records[next].record));
        run.events.push_back(records[next].event);
    }
    return next;
}

// A step that failed, whether by an error or by a mistake of ours, says why.
template <class Step>
auto attempted(const Step& step) -> decltype(step()) {
    try {
        return step();
    } catch (const BrokenInvariant& broken) {
        return fail(ErrorCode::corrupt_data, broken.what());
    }
}

class GroupFolding {
public:
    GroupFolding(const GroupParts& parts, std::span<const event::Event* const> events, Position first)
        : parts_(parts), events_(events), first_(first), steps_(events.size()) {
        std::size_t lines = 0;
        for (const event::Event* event : events) lines += 1 + event->items.size();
        blocks_ = lines < parts.parallel_lines ? 1 : parallel_blocks;
    }

    Result<GroupFolded> run() {
        if (auto folded = fold_visitors(); !folded) return std::unexpected(folded.error());
        if (auto folded = fold_users_and_items(); !folded) return std::unexpected(folded.error());
        if (auto folded = fold_success(); !folded) return std::unexpected(folded.error());
        count_events();
        number_letters();
        return std::move(folded_);
    }

private:
    template <class Work>
    void for_each_block(std::size_t blocks, const Work& work) {
        SerialExecutor serial;
        Executor& executor = blocks_ == 1 ? static_cast<Executor&>(serial) : parts_.executor;
        executor.for_each_block(blocks, work);
    }
    std::size_t block_of(const PersonKey& key) const { return key.low % blocks_; }
    Position position(std::uint32_t event) const { return first_ + event; }

    Result<void> fold_visitors() {
        Blocks<const event::Event> visitors(blocks_);
        for (std::uint32_t i = 0; i < events_.size(); ++i) {
            const PersonKey visitor = parts_.hasher(events_[i]->visitor_id);
            visitors[block_of(visitor)].push_back({visitor, i, events_[i]});
        }
        std::vector<BlockOutcome> outcomes(blocks_);
        for_each_block(blocks_, [&](std::size_t block) {
            for (const auto& addressed : visitors[block])
                if (outcomes[block].read) fold_visitor(addressed, outcomes[block]);
        });
        return gather(outcomes, [](std::size_t) { return Store::visitors; });
    }

    void fold_visitor(const Addressed<const event::Event>& addressed, BlockOutcome& outcome) {
        static const State nobody;
        StateCache& cache = parts_.caches.visitors;
        const auto known = cache.find(addressed.key);
        if (!known && known.error().code == ErrorCode::io) {
            outcome.read = std::unexpected(known.error());
            return;
        }
        const State& before = known && *known ? **known : nobody;
        auto step = known ? attempted([&] {
            return state::visitor_step(before, *addressed.record, parts_.hasher, parts_.limits);
        })
                          : std::unexpected(known.error());
        if (!step) {
            outcome.buried.push_back({addressed.event, Store::visitors, addressed.key, std::move(step.error().message),
                                      before.hot + before.cold});
            return;
        }
        const bool created = *known == nullptr;
        outcome.created += created ? 1 : 0;
        if (created || step->state != before)
            cache.store(addressed.key, std::make_shared<const State>(std::move(step->state)), position(addressed.event),
                        step->cold_changed);
        steps_[addressed.event] = std::move(*step);
    }

    Result<void> fold_users_and_items() {
        Blocks<state::Fact> facts(blocks_);
        Blocks<state::ItemDelta> deltas(blocks_);
        for (std::uint32_t i = 0; i < steps_.size(); ++i) {
            for (state::Fact& fact : steps_[i].facts) facts[block_of(fact.user)].push_back({fact.user, i, &fact});
            for (state::ItemDelta& delta : steps_[i].deltas) {
                const PersonKey item = cache_key(delta.item);
                deltas[block_of(item)].push_back({item, i, &delta});
            }
        }
        const auto user_step = [&](std::string_view state, std::span<const state::Fact> run) {
            return state::user_step(state, run, parts_.limits);
        };
        const auto item_step = [&](std::string_view state, std::span<const state::ItemDelta> run) {
            return state::item_step(state, run, parts_.limits);
        };
        std::vector<BlockOutcome> outcomes(2 * blocks_);
        for_each_block(2 * blocks_, [&](std::size_t block) {
            if (block < blocks_)
                fold_runs(parts_.caches.items, Store::items, deltas[block], item_step, outcomes[block]);
            else
                fold_runs(parts_.caches.users, Store::users, facts[block - blocks_], user_step, outcomes[block]);
        });
        return gather(outcomes, [&](std::size_t block) { return block < blocks_ ? Store::items : Store::users; });
    }

    template <class Record, class Step>
    void fold_runs(StateCache& cache, Store store, std::vector<Addressed<Record>>& records, const Step& step,
                   BlockOutcome& outcome) {
        in_order(records);
        Run<Record> run;
        for (std::size_t next = 0; next < records.size() && outcome.read;) {
            next = take_run(records, next, run);
            fold_run(cache, store, run, step, outcome);
        }
    }

    // All at once; where that fails, event by event, so that only what is at fault is buried.
    template <class Record, class Step>
    void fold_run(StateCache& cache, Store store, const Run<Record>& run, const Step& step, BlockOutcome& outcome) {
        auto found = cache.find(run.key);
        if (!found && found.error().code == ErrorCode::io) {
            outcome.read = std::unexpected(found.error());
            return;
        }
        const std::span<const Record> records = run.records;
        StatePointer known = found ? std::move(*found) : nullptr;
        const auto fold = [&](std::size_t first, std::size_t next) -> Result<void> {
            if (!found) return std::unexpected(found.error());
            auto after = attempted(
                [&] { return step(known ? std::string_view(known->hot) : "", records.subspan(first, next - first)); });
            if (!after) return std::unexpected(after.error());
            outcome.created += known ? 0 : 1;
            known = std::make_shared<const State>(State{std::move(*after), {}});
            cache.store(run.key, known, position(run.events[next - 1]), false);
            return {};
        };
        if (fold(0, records.size())) return;
        for (std::size_t first = 0, next = 0; first < records.size(); first = next) {
            while (next < records.size() && run.events[next] == run.events[first]) ++next;
            if (auto folded = fold(first, next); !folded)
                outcome.buried.push_back({run.events[first], store, run.key, std::move(folded.error().message),
                                          known ? known->hot : std::string()});
        }
    }

    bool says_something(std::uint32_t event) const {
        const state::Verdict verdict = steps_[event].verdict;
        return verdict != state::Verdict::duplicate && verdict != state::Verdict::silent &&
               parts_.attribution->concerns(*events_[event]);
    }

    // First into visitors, then what belongs to users into them, each event alone: of outcomes the last word counts.
    Result<void> fold_success() {
        if (parts_.attribution == nullptr) return {};
        std::vector<std::uint32_t> speaking;
        for (std::uint32_t i = 0; i < events_.size(); ++i)
            if (says_something(i)) speaking.push_back(i);
        if (speaking.empty()) return {};
        std::vector<Success> successes(speaking.size());
        if (auto folded = fold_shoppers(speaking, successes); !folded) return folded;
        tell_outcomes(successes);
        return fold_counts(speaking, successes);
    }

    Result<void> fold_shoppers(const std::vector<std::uint32_t>& speaking, std::vector<Success>& successes) {
        Blocks<Success> visitors(blocks_), users(blocks_);
        for (std::size_t i = 0; i < speaking.size(); ++i) {
            const PersonKey visitor = parts_.hasher(events_[speaking[i]]->visitor_id);
            visitors[block_of(visitor)].push_back({visitor, speaking[i], &successes[i]});
        }
        const auto fold = [&](Blocks<Success>& blocks, void (GroupFolding::*one)(Addressed<Success>&, BlockOutcome&)) {
            std::vector<BlockOutcome> outcomes(blocks_);
            for_each_block(blocks_, [&](std::size_t block) {
                for (auto& addressed : blocks[block])
                    if (outcomes[block].read) (this->*one)(addressed, outcomes[block]);
            });
            for (const BlockOutcome& outcome : outcomes)
                folded_.figures[Figure::successes_forgotten] += outcome.forgotten;
            return gather(outcomes, [](std::size_t) { return Store::shoppers; });
        };
        if (auto folded = fold(visitors, &GroupFolding::fold_success_of_visitor); !folded) return folded;
        for (std::size_t i = 0; i < speaking.size(); ++i) {
            if (successes[i].for_user.empty()) continue;
            const PersonKey user = shopper_key(successes[i].for_user.user);
            users[block_of(user)].push_back({user, speaking[i], &successes[i]});
        }
        return fold(users, &GroupFolding::fold_success_of_user);
    }

    void tell_outcomes(std::vector<Success>& successes) {
        for (Success& success : successes) {
            std::ranges::move(success.of_visitor, std::back_inserter(folded_.outcomes));
            std::ranges::move(success.of_user, std::back_inserter(folded_.outcomes));
        }
    }

    Result<void> fold_counts(const std::vector<std::uint32_t>& speaking, std::vector<Success>& successes) {
        Blocks<feedback::SuccessDelta> items(blocks_);
        for (std::size_t i = 0; i < speaking.size(); ++i)
            for (feedback::SuccessDelta& delta : successes[i].deltas) {
                const PersonKey item = cache_key(delta.item);
                items[block_of(item)].push_back({item, speaking[i], &delta});
            }
        if (std::ranges::all_of(items, [](const auto& block) { return block.empty(); })) return {};
        const auto step = [](std::string_view state, std::span<const feedback::SuccessDelta> run) {
            return feedback::success_step(state, run);
        };
        std::vector<BlockOutcome> outcomes(blocks_);
        for_each_block(blocks_, [&](std::size_t block) {
            fold_runs(parts_.caches.successes, Store::successes, items[block], step, outcomes[block]);
        });
        return gather(outcomes, [](std::size_t) { return Store::successes; });
    }

    // The state under the key, changed by `step`, which answers whether it is another one.
    template <class Step>
    void change_shopper(const Addressed<Success>& addressed, BlockOutcome& outcome, const Step& step) {
        StateCache& cache = parts_.caches.shoppers;
        const auto known = cache.find(addressed.key);
        if (!known && known.error().code == ErrorCode::io) {
            outcome.read = std::unexpected(known.error());
            return;
        }
        const std::string before = known && *known ? (*known)->hot : std::string();
        auto after = known ? attempted([&] { return step(before); })
                           : Result<feedback::ShopperStep>(std::unexpected(known.error()));
        if (!after) {
            outcome.buried.push_back(
                {addressed.event, Store::shoppers, addressed.key, std::move(after.error().message), before});
            return;
        }
        outcome.forgotten += after->forgotten;
        std::ranges::move(after->deltas, std::back_inserter(addressed.record->deltas));
        if (!after->changed) return;
        outcome.created += before.empty() ? 1 : 0;
        cache.store(addressed.key, std::make_shared<const State>(State{std::move(after->state), {}}),
                    position(addressed.event), false);
    }

    void fold_success_of_visitor(Addressed<Success>& addressed, BlockOutcome& outcome) {
        const feedback::Attribution& attribution = *parts_.attribution;
        const event::Event& event = *events_[addressed.event];
        Success& success = *addressed.record;
        change_shopper(addressed, outcome, [&](std::string_view before) -> Result<feedback::ShopperStep> {
            auto step = feedback::visitor_step(before, event, attribution.records_of(event), parts_.hasher,
                                               attribution.settings);
            if (!step) return std::unexpected(step.error());
            success.for_user = std::move(step->for_user);
            success.of_visitor = std::move(step->step.changes);
            return std::move(step->step);
        });
    }

    void fold_success_of_user(Addressed<Success>& addressed, BlockOutcome& outcome) {
        Success& success = *addressed.record;
        change_shopper(addressed, outcome, [&](std::string_view before) -> Result<feedback::ShopperStep> {
            auto step = feedback::user_step(before, std::move(success.for_user), parts_.attribution->settings);
            if (step) success.of_user = std::move(step->changes);
            return step;
        });
    }

    template <class StoreOf>
    Result<void> gather(std::vector<BlockOutcome>& outcomes, const StoreOf& store_of) {
        for (std::size_t block = 0; block < outcomes.size(); ++block) {
            if (!outcomes[block].read) return outcomes[block].read;
            folded_.figures[store_figures[static_cast<std::size_t>(store_of(block))]] += outcomes[block].created;
            std::ranges::move(outcomes[block].buried, std::back_inserter(buried_));
        }
        return {};
    }

    void count_events() {
        for (std::uint32_t i = 0; i < steps_.size(); ++i) {
            folded_.verdicts.push_back(steps_[i].verdict);
            folded_.figures[Figure::unmatched_refunds] += steps_[i].unmatched_refunds;
            count_verdict(i, steps_[i].verdict);
        }
    }

    void count_verdict(std::uint32_t event, state::Verdict verdict) {
        Figures& figures = folded_.figures;
        if (verdict == state::Verdict::duplicate) {
            ++figures[Figure::duplicates];
            return;
        }
        ++figures[Figure::events];
        if (verdict == state::Verdict::silent && !events_[event]->bot) ++figures[Figure::suspects];
        if (verdict != state::Verdict::late) return;
        ++figures[Figure::late];
        folded_.late.push_back(position(event));
    }

    void number_letters() {
        std::ranges::sort(buried_, {}, [](const Buried& one) { return std::tuple(one.event, one.store, one.key); });
        folded_.figures[Figure::dead_letters] += buried_.size();
        for (Buried& one : buried_) {
            std::vector<DeadLetter>& letters = folded_.dead_letters;
            const Position at = position(one.event);
            const std::uint32_t number =
                !letters.empty() && letters.back().position == at ? letters.back().number + 1 : 0;
            letters.push_back({at, number, store_names[static_cast<std::size_t>(one.store)], std::move(one.reason),
                               event::encode(*events_[one.event]), std::move(one.state)});
        }
    }

    const GroupParts& parts_;
    std::span<const event::Event* const> events_;
    Position first_;
    std::size_t blocks_ = 1;
    std::vector<state::VisitorStep> steps_;  // of each event, its state moved into the cache
    std::vector<Buried> buried_;
    GroupFolded folded_;
};

}  // namespace

Result<GroupFolded> fold_group(const GroupParts& parts, std::span<const event::Event* const> events, Position first) {
    return GroupFolding(parts, events, first).run();
}

}  // namespace vitrina::engine
