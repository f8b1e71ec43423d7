// A process is killed with SIGKILL at random moments under load; then every acknowledged event must be in the log exactly once
// and the states must be those of a replay from nothing. 30 kills, 200 with VITRINA_FAULTS=full, in ten tests that may run side
// by side. The moment of the kill is counted in acknowledgements (and a pause of a few milliseconds); no verdict depends on time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "engine/engine.hpp"
#include "tests/killed_driver.hpp"
#include "tests/log_findings.hpp"
#include "tests/process.hpp"
#include "tests/seeded_batches.hpp"

namespace vitrina::tests {

namespace {

using testing::IsEmpty;

constexpr int shards = 10;

int kills_a_shard() {
    const char* faults = std::getenv("VITRINA_FAULTS");
    return faults != nullptr && std::string(faults) == "full" ? 20 : 3;
}

// Lets a driver work and kills it; answers the first batch that nobody has tried yet.
std::uint64_t work_until_killed(const std::string& folder, std::uint64_t first, Random& random, Written& written) {
    KilledDriver driver(folder, written.seed, first);
    std::uint64_t last = first;
    const auto note = [&](std::uint64_t batch) {
        written.acknowledged.insert(batch);
        last = std::max(last, batch);
    };
    for (std::uint64_t wanted = random.below(60); wanted > 0; --wanted) {
        const auto batch = driver.next();
        if (!batch) break;
        note(*batch);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random.below(8000)));
    EXPECT_EQ(driver.kill(), SIGKILL) << "the driver ended by itself";
    while (const auto batch = driver.next()) note(*batch);
    const std::uint64_t beyond = last + driver_threads + 1;
    for (std::uint64_t batch = first; batch < beyond; ++batch) written.attempted.insert(batch);
    return beyond;
}

std::vector<std::string> ids_in_log(const engine::Engine& engine) {
    std::vector<std::string> ids;
    EXPECT_TRUE(engine.each_event([&](const event::Event& event) { ids.push_back(event.event_id); }));
    return ids;
}

void expect_nothing_lost(const std::string& folder, const Written& written) {
    const auto engine = engine::Engine::open(folder, fault_configuration());
    ASSERT_TRUE(engine) << engine.error().message;
    const std::vector<std::string> ids = ids_in_log(**engine);
    EXPECT_THAT(findings_in(ids, written), IsEmpty());
    EXPECT_EQ((*engine)->counters().events, ids.size());
    EXPECT_EQ((*engine)->counters().duplicates + (*engine)->counters().dead_letters, 0u);
    EXPECT_EQ((*engine)->state_digest().value(), (*engine)->replayed_digest().value());
}

// Whoever got no answer sends again: what had been taken is a duplicate, what had not is taken now.
void expect_sending_again_does_no_harm(const std::string& folder, const Written& written) {
    const auto engine = engine::Engine::open(folder, fault_configuration());
    ASSERT_TRUE(engine) << engine.error().message;
    const std::vector<std::string> before = ids_in_log(**engine);
    std::uint64_t taken = 0;
    for (auto batch = written.attempted.rbegin(); batch != written.attempted.rend() && taken < 10; ++batch, ++taken) {
        const auto events = seeded_batch(written.seed, *batch);
        const bool known = std::find(before.begin(), before.end(), events.front().event_id) != before.end();
        const auto report = (*engine)->accept(events);
        ASSERT_TRUE(report) << report.error().message;
        EXPECT_EQ(report->duplicates, known ? events.size() : 0) << "batch " << *batch;
    }
    EXPECT_EQ((*engine)->state_digest().value(), (*engine)->replayed_digest().value());
}

class Kill : public testing::TestWithParam<int> {};

TEST_P(Kill, loses_nothing_that_was_acknowledged_and_doubles_nothing) {
    const TemporaryFolder folder;
    Random random(2026, static_cast<std::uint64_t>(GetParam()));
    Written written;
    written.seed = random.next();
    std::uint64_t first = 0;
    for (int kill = 0; kill < kills_a_shard() && !HasFailure(); ++kill) {
        SCOPED_TRACE(testing::Message() << "shard " << GetParam() << ", kill " << kill);
        first = work_until_killed(folder.path("shop"), first, random, written);
        expect_nothing_lost(folder.path("shop"), written);
    }
    expect_sending_again_does_no_harm(folder.path("shop"), written);
}

INSTANTIATE_TEST_SUITE_P(Shards, Kill, testing::Range(0, shards));

// The judgement itself, on planted faults.
class KillJudgement : public testing::Test {
protected:
    KillJudgement() {
        written_.seed = 5;
        written_.acknowledged = {0, 1, 2};
        written_.attempted = {0, 1, 2, 3, 4};
        for (std::uint64_t batch : written_.acknowledged) write(batch);
    }
    void write(std::uint64_t batch) {
        const std::size_t events = seeded_batch(written_.seed, batch).size();
        for (std::size_t i = 0; i < events; ++i) log_.push_back(event_name(batch, i));
    }
    Written written_;
    std::vector<std::string> log_;
};

TEST_F(KillJudgement, finds_nothing_where_nothing_is_wrong) {
    EXPECT_THAT(findings_in(log_, written_), IsEmpty());
    write(3);
    EXPECT_THAT(findings_in(log_, written_), IsEmpty());
}

TEST_F(KillJudgement, finds_a_dropped_batch) {
    std::erase_if(log_, [](const std::string& id) { return id.starts_with("b1-"); });
    EXPECT_THAT(findings_in(log_, written_), testing::SizeIs(1));
}

TEST_F(KillJudgement, finds_a_doubled_batch) {
    write(1);
    EXPECT_THAT(findings_in(log_, written_), testing::SizeIs(seeded_batch(written_.seed, 1).size()));
}

TEST_F(KillJudgement, finds_a_batch_that_was_cut) {
    write(4);
    log_.pop_back();
    ASSERT_GT(seeded_batch(written_.seed, 4).size(), 1u);
    EXPECT_THAT(findings_in(log_, written_), testing::SizeIs(1));
}

TEST_F(KillJudgement, finds_what_was_never_sent) {
    write(7);
    EXPECT_THAT(findings_in(log_, written_), testing::Not(IsEmpty()));
}

}  // namespace

}  // namespace vitrina::tests
