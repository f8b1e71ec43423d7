#include "state/folds.hpp"
#include "state/views.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::state {

namespace {

ItemDelta in_hour(std::int32_t hour, std::int32_t views, std::int64_t units = 0) {
    ItemDelta delta;
    delta.hour = hour;
    delta.views = views;
    delta.units = units;
    delta.revenue = units * money_unit;
    return delta;
}

std::string after(const std::vector<ItemDelta>& deltas, const FoldLimits& limits = {}) {
    std::string state;
    for (const ItemDelta& delta : deltas) state = item_step(state, delta, limits).value();
    return state;
}

TEST(ItemStep, counts_in_hours_and_older_ones_in_days) {
    const std::int32_t midnight = 24 * 20'000;
    const std::string state =
        after({in_hour(midnight, 1), in_hour(midnight + 1, 2), in_hour(midnight + 1, 3), in_hour(midnight + 75, 4)});
    const auto buckets = ItemView::open(state)->buckets();
    ASSERT_EQ(buckets.size(), 2u);
    EXPECT_EQ(buckets[0].start_hour, midnight);
    EXPECT_EQ(buckets[0].hours, 24);
    EXPECT_EQ(buckets[0].views, 6);
    EXPECT_EQ(buckets[1].start_hour, midnight + 75);
    EXPECT_EQ(buckets[1].hours, 1);
    EXPECT_EQ(ItemView::open(state)->total().views, 10);
}

TEST(ItemStep, what_is_older_than_all_buckets_still_counts_in_the_total) {
    FoldLimits limits;
    limits.day_buckets = 2;
    const std::int32_t midnight = 24 * 20'000;
    const std::string state =
        after({in_hour(midnight - 24 * 10, 5), in_hour(midnight, 1), in_hour(midnight - 24 * 10, 7)}, limits);
    const auto view = ItemView::open(state).value();
    EXPECT_EQ(view.buckets().size(), 1u);
    EXPECT_EQ(view.total().views, 13);
}

TEST(ItemStep, what_is_taken_back_leaves_no_bucket) {
    const std::string state = after({in_hour(7, 0, 3), in_hour(7, 0, -3)});
    EXPECT_TRUE(ItemView::open(state)->buckets().empty());
    EXPECT_EQ(ItemView::open(state)->total().units, 0);
}

TEST(ItemStep, sums_that_overflow_wrap_alike_in_any_order) {
    ItemDelta large = in_hour(1, 1);
    large.revenue = std::numeric_limits<MoneyMicros>::max();
    EXPECT_EQ(after({large, in_hour(1, 1, 5), large}), after({large, large, in_hour(1, 1, 5)}));
}

TEST(ItemStep, refuses_bytes_that_are_not_an_item) {
    const auto refused = item_step(std::string(100, 'x'), in_hour(1, 1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt_data);
}

// Every hour in a map; buckets are cut when asked.
class NaiveItem {
public:
    void add(const ItemDelta& delta) {
        newest_ = hours_.empty() ? delta.hour : std::max(newest_, delta.hour);
        add_to(hours_[delta.hour], delta);
        add_to(total_, delta);
    }
    std::vector<Bucket> buckets(const FoldLimits& limits) const {
        const std::int32_t today = newest_ / 24 * 24;
        const std::int32_t hours_from = today - 24 * static_cast<std::int32_t>(limits.hour_days - 1);
        const std::int32_t days_from = hours_from - 24 * static_cast<std::int32_t>(limits.day_buckets);
        std::map<std::int32_t, Bucket> cut;
        for (const auto& [hour, counts] : hours_) {
            if (hour < days_from) continue;
            const bool hourly = hour >= hours_from;
            Bucket& bucket = cut[hourly ? hour : hour / 24 * 24];
            bucket.hours = hourly ? 1 : 24;
            bucket.views += counts.views;
            bucket.units += counts.units;
            bucket.revenue += counts.revenue;
        }
        std::vector<Bucket> buckets;
        for (auto& [hour, bucket] : cut) {
            bucket.start_hour = hour;
            if (bucket.views != 0 || bucket.units != 0 || bucket.revenue != 0) buckets.push_back(bucket);
        }
        return buckets;
    }
    Bucket total() const { return total_; }

private:
    static void add_to(Bucket& bucket, const ItemDelta& delta) {
        bucket.views += delta.views;
        bucket.units += delta.units;
        bucket.revenue += delta.revenue;
    }
    std::map<std::int32_t, Bucket> hours_;
    Bucket total_{0, 0};
    std::int32_t newest_ = 0;
};

TEST(ItemStep, gives_the_same_bytes_in_any_order_and_says_what_a_map_says) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldLimits limits;
        limits.hour_days = 1 + random.below(4);
        limits.day_buckets = random.below(6);
        std::vector<ItemDelta> deltas;
        for (std::uint64_t i = 0, n = 1 + random.below(80); i < n; ++i)
            deltas.push_back(in_hour(24 * 100 + static_cast<std::int32_t>(random.below(24 * 12)),
                                     static_cast<std::int32_t>(random.below(5)) - 2,
                                     static_cast<std::int64_t>(random.below(5)) - 2));
        const std::string state = after(deltas, limits);
        NaiveItem naive;
        for (const ItemDelta& delta : deltas) naive.add(delta);
        const auto view = ItemView::open(state).value();
        EXPECT_EQ(view.buckets(), naive.buckets(limits));
        EXPECT_EQ(view.total(), naive.total());
        for (std::size_t i = deltas.size(); i > 1; --i) std::swap(deltas[i - 1], deltas[random.below(i)]);
        EXPECT_EQ(after(deltas, limits), state);
        EXPECT_EQ(encode(item_state(open_item(state).value())), state);
    }
}

TEST(ItemStep, many_deltas_at_once_are_as_one_after_the_other) {
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldLimits limits;
        limits.hour_days = 1 + random.below(4);
        limits.day_buckets = random.below(6);
        limits.neighbours = random.below(5);
        std::vector<ItemDelta> deltas;
        for (std::uint64_t i = 0, n = 1 + random.below(80); i < n; ++i) {
            deltas.push_back(in_hour(24 * 100 + static_cast<std::int32_t>(i * random.below(12)),
                                     static_cast<std::int32_t>(random.below(5)) - 2));
            for (std::uint64_t neighbour = random.below(4); neighbour > 0; --neighbour)
                deltas.back().neighbours.push_back(ItemKey{random.below(10)});
        }
        std::string state;
        for (std::span<const ItemDelta> left = deltas; !left.empty();) {
            const std::size_t some = 1 + random.below(left.size());
            state = item_step(state, left.first(some), limits).value();
            left = left.subspan(some);
        }
        EXPECT_EQ(state, after(deltas, limits));
        EXPECT_EQ(item_step({}, deltas, limits).value(), state);
    }
}

TEST(ItemStep, neighbours_learned_online_keep_their_bound) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        FoldLimits limits;
        limits.neighbours = 1 + random.below(32);
        std::map<ItemKey, std::uint64_t> exact;
        std::string state;
        for (int i = 0; i < 1000; ++i) {
            ItemDelta delta = in_hour(1, 1);
            const double skewed = random.unit() * random.unit() * random.unit();
            delta.neighbours = {ItemKey{static_cast<std::uint64_t>(skewed * 200)}};
            ++exact[delta.neighbours[0]];
            state = item_step(state, delta, limits).value();
        }
        const auto view = ItemView::open(state).value();
        const std::uint64_t most_missed = view.neighbours_seen() / limits.neighbours;
        EXPECT_EQ(view.neighbours_seen(), 1000u);
        for (const Neighbour& neighbour : view.neighbours()) {
            EXPECT_LE(exact[neighbour.item], neighbour.count);
            EXPECT_GE(exact[neighbour.item] + neighbour.error, neighbour.count);
            EXPECT_LE(neighbour.error, most_missed);
            exact.erase(neighbour.item);
        }
        for (const auto& [item, count] : exact) EXPECT_LE(count, most_missed);
    }
}

}  // namespace

}  // namespace vitrina::state
