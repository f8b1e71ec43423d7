#include "engine/state_cache.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "base/random.hpp"

namespace vitrina::engine {
namespace {

class StateCacheOnDisk : public testing::Test {
public:
    StateCacheOnDisk()
        : folder_(std::filesystem::temp_directory_path() / ("vitrina_cache_" + std::to_string(std::random_device{}()))),
          database_(std::move(*Database::open(folder_.string()))) {}
    ~StateCacheOnDisk() override {
        database_.reset();
        std::filesystem::remove_all(folder_);
    }

protected:
    void checkpoint(StateCache& cache) {
        const auto frozen = cache.freeze();
        rocksdb::WriteBatch batch;
        cache.add_to(batch, frozen);
        ASSERT_TRUE(database_->write(batch, false));
        cache.thaw(frozen);
    }

    static constexpr StateFamilies visitors{Family::visitors_hot, Family::visitors_cold, 16};
    std::filesystem::path folder_;
    std::unique_ptr<Database> database_;
};

StatePointer state(const std::string& hot, const std::string& cold = "") {
    return std::make_shared<const State>(State{hot, cold});
}

PersonKey person(std::uint64_t number) { return {number * 31, number}; }

TEST_F(StateCacheOnDisk, is_a_map_however_small_it_is) {
    for (const std::size_t budget : {std::size_t{0}, std::size_t{20'000}, std::size_t{1} << 30}) {
        for (const Family family : {Family::visitors_hot, Family::visitors_cold}) {
            rocksdb::WriteBatch batch;
            ASSERT_TRUE(batch.DeleteRange(database_->handle(family), "", std::string(20, '\xff')).ok());
            ASSERT_TRUE(database_->write(batch, false));
        }
        StateCache cache(database_.get(), visitors, budget);
        std::map<std::uint64_t, State> expected;
        Random random(4, budget);
        for (Position position = 1; position < 5000; ++position) {
            const std::uint64_t number = 1 + random.below(300);
            const auto found = cache.find(person(number));
            ASSERT_TRUE(found);
            const auto known = expected.find(number);
            ASSERT_EQ(*found != nullptr, known != expected.end()) << "budget " << budget << ", position " << position;
            ASSERT_TRUE(*found == nullptr || **found == known->second) << "budget " << budget << ", " << position;
            if (random.below(3) == 0) {
                State next{std::string(random.below(200), 'h') + std::to_string(position),
                           known == expected.end() ? "" : known->second.cold};
                const bool cold_changed = random.below(4) == 0;
                if (cold_changed) next.cold = std::to_string(position);
                expected[number] = next;
                cache.store(person(number), std::make_shared<const State>(next), position, cold_changed);
            }
            if (random.below(100) == 0) checkpoint(cache);
        }
        checkpoint(cache);
        EXPECT_EQ(cache.dirty_bytes(), 0u);
        StateCache again(database_.get(), visitors, budget);
        for (const auto& [number, known] : expected) EXPECT_EQ(**again.find(person(number)), known);
    }
}

TEST_F(StateCacheOnDisk, keeps_to_its_budget_once_states_are_written) {
    constexpr std::size_t budget = 256 * 1024;
    StateCache cache(database_.get(), visitors, budget);
    for (std::uint64_t i = 1; i <= 4000; ++i) cache.store(person(i), state(std::string(500, 'x')), i, false);
    EXPECT_GT(cache.bytes(), budget) << "what is dirty must stay";
    checkpoint(cache);
    EXPECT_LE(cache.bytes(), budget);
    EXPECT_EQ((*cache.find(person(7)))->hot.size(), 500u);
}

TEST_F(StateCacheOnDisk, keeps_what_changed_while_it_was_written) {
    StateCache cache(database_.get(), visitors, 0);
    cache.store(person(1), state("one"), 1, false);
    const auto frozen = cache.freeze();
    cache.store(person(1), state("two"), 2, false);
    rocksdb::WriteBatch batch;
    cache.add_to(batch, frozen);
    ASSERT_TRUE(database_->write(batch, false));
    cache.thaw(frozen);
    EXPECT_EQ((*cache.find(person(1)))->hot, "two");
    ASSERT_EQ(cache.freeze().size(), 1u);
}

TEST_F(StateCacheOnDisk, gives_every_reader_a_whole_state_while_it_changes) {
    StateCache cache(database_.get(), visitors, 4096);
    std::atomic<bool> done = false;
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 3; ++reader)
        readers.emplace_back([&] {
            Random random(1);
            std::array<Position, 50> newest{};
            while (!done) {
                const std::uint64_t number = random.below(50);
                const auto found = cache.find(person(number));
                ASSERT_TRUE(found);
                if (*found == nullptr) continue;
                const Position seen = std::stoull((*found)->hot);
                ASSERT_EQ((*found)->hot, (*found)->cold);
                ASSERT_GE(seen, newest[number]) << "an older state came back";
                newest[number] = seen;
            }
        });
    Random random(2);
    for (Position position = 1; position < 3000; ++position) {
        const std::string text = std::to_string(position);
        cache.store(person(random.below(50)), state(text, text), position, true);
        if (position % 50 == 0) checkpoint(cache);
    }
    done = true;
}

TEST_F(StateCacheOnDisk, says_when_a_stored_state_is_cut_off) {
    ASSERT_TRUE(database_->put(Family::visitors_hot, disk_key(person(1)), "abc", false));
    const StateCache cache(database_.get(), visitors, 4096);
    const auto found = cache.find(person(1));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::corrupt_data);
}

}  // namespace
}  // namespace vitrina::engine
