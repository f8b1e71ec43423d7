#include "engine/folding.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.hpp"
#include "engine/digest.hpp"
#include "engine/temporary_shop.hpp"
#include "engine/thread_pool.hpp"

namespace vitrina::engine {
namespace {

// A folding of its own, in memory, that shares every group out to the executor.
class MemoryFolding {
public:
    explicit MemoryFolding(Executor& executor) : folding_(caches_, hasher_, limits(), executor, 0) {}

    // An item, a user and a visitor whose states are not ours.
    void damage() {
        const auto broken = std::make_shared<const State>(State{"broken", {}});
        caches_.items.store(cache_key(item_key("i1")), broken, 0, false);
        caches_.users.store(hasher_("u2"), broken, 0, false);
        caches_.visitors.store(hasher_("v3"), broken, 0, false);
    }
    void fold(std::span<const event::Event> events) {
        std::vector<const event::Event*> group;
        for (const event::Event& event : events) group.push_back(&event);
        const auto verdicts = folding_.fold(group, ++position_);
        ASSERT_TRUE(verdicts) << verdicts.error().message;
        position_ += events.size() - 1;
        verdicts_.insert(verdicts_.end(), verdicts->begin(), verdicts->end());
    }
    // Everything that may be seen of it.
    std::string told() {
        std::string text = memory_digest(caches_) + " " + folding_.figures_as_bytes();
        for (const state::Verdict verdict : verdicts_) text += std::to_string(static_cast<int>(verdict));
        for (const Position late : folding_.take_late()) text += " late " + std::to_string(late);
        for (const DeadLetter& letter : folding_.take_dead_letters()) text += key_of(letter) + encode(letter);
        return text;
    }
    std::uint64_t figure(Figure figure) const { return folding_.figure(figure); }

private:
    static state::FoldLimits limits() {
        state::FoldLimits limits;
        limits.remembered_ids = 4;  // so that some come late
        return limits;
    }
    PersonHasher hasher_{ShopKey{}};
    StateCaches caches_{.visitors = {nullptr, {Family::visitors_hot, Family::visitors_cold, 16}, 1 << 20},
                        .users = {nullptr, {Family::users, Family::users, 16}, 1 << 20},
                        .items = {nullptr, {Family::items, Family::items, 8}, 1 << 20}};
    Folding folding_;
    Position position_ = 0;
    std::vector<state::Verdict> verdicts_;
};

void fold_in_random_groups(MemoryFolding& folding, std::span<const event::Event> events, Random& random) {
    while (!events.empty()) {
        const std::size_t some = std::min<std::size_t>(events.size(), 1 + random.below(200));
        folding.fold(events.first(some));
        events = events.subspan(some);
    }
}

TEST(Folding, of_groups_on_many_threads_tells_what_folding_one_by_one_tells) {
    SerialExecutor serial;
    ThreadPool pool(4);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const auto events = traffic(seed, 500);
        MemoryFolding one_by_one(serial), grouped(pool);
        if (seed % 2 == 1) {
            one_by_one.damage();
            grouped.damage();
        }
        for (std::size_t i = 0; i < events.size(); ++i) one_by_one.fold(std::span(events).subspan(i, 1));
        fold_in_random_groups(grouped, events, random);
        EXPECT_EQ(one_by_one.told(), grouped.told());
        EXPECT_EQ(one_by_one.figure(Figure::events) + one_by_one.figure(Figure::duplicates), events.size());
        EXPECT_EQ(one_by_one.figure(Figure::dead_letters) > 0, seed % 2 == 1);
    }
}

}  // namespace
}  // namespace vitrina::engine
