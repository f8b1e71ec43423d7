// What a data folder is worth when its files are cut or damaged after a kill: a torn end is no error and leaves whole batches;
// damage before it is refused and never passed over in silence; lost states come back from the log.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "tests/killed_driver.hpp"
#include "tests/log_findings.hpp"
#include "tests/process.hpp"
#include "tests/seeded_batches.hpp"

namespace vitrina::tests {

namespace {

using testing::IsEmpty;
namespace fs = std::filesystem;

// A folder as a kill left it.
class TornLogFaults : public testing::Test {
protected:
    TornLogFaults() {
        KilledDriver driver(original(), written_.seed, 0);
        std::uint64_t last = 0;
        for (int i = 0; i < 40; ++i) last = std::max(last, driver.next().value());
        EXPECT_EQ(driver.kill(), SIGKILL);
        while (const auto batch = driver.next()) last = std::max(last, *batch);
        for (std::uint64_t batch = 0; batch <= last + driver_threads; ++batch) written_.attempted.insert(batch);
    }

    std::string original() const { return folder_.path("original"); }
    // A copy of it to do harm to.
    std::string copy() {
        const std::string name = folder_.path("copy " + std::to_string(++copies_));
        fs::copy(original(), name, fs::copy_options::recursive);
        return name;
    }
    // RocksDB's own log: what is not in a table yet.
    static fs::path newest_log(const std::string& folder) {
        fs::path newest;
        for (const auto& file : fs::directory_iterator(folder + "/store"))
            if (file.path().extension() == ".log") newest = std::max(newest, file.path());
        return newest;
    }
    static auto open(const std::string& folder) { return engine::Engine::open(folder, fault_configuration()); }
    std::vector<std::string> findings_in(const engine::Engine& engine) const {
        std::vector<std::string> ids;
        EXPECT_TRUE(engine.each_event([&](const event::Event& event) { ids.push_back(event.event_id); }));
        return tests::findings_in(ids, written_);
    }

    TemporaryFolder folder_;
    Written written_{.seed = 77, .acknowledged = {}, .attempted = {}};
    int copies_ = 0;
};

TEST_F(TornLogFaults, a_log_cut_anywhere_leaves_whole_batches_and_the_states_of_a_replay) {
    Random random(3);
    for (int cut = 0; cut < 10; ++cut) {
        const std::string folder = copy();
        const fs::path log = newest_log(folder);
        const std::uint64_t size = fs::file_size(log), left = random.below(size);
        SCOPED_TRACE(testing::Message() << left << " of " << size << " bytes left");
        fs::resize_file(log, left);
        const auto engine = open(folder);
        ASSERT_TRUE(engine) << engine.error().message;
        EXPECT_THAT(findings_in(**engine), IsEmpty());
        EXPECT_EQ((*engine)->state_digest().value(), (*engine)->replayed_digest().value());
        EXPECT_TRUE((*engine)->accept(seeded_batch(written_.seed, 1'000'000)));
    }
}

TEST_F(TornLogFaults, damage_before_the_end_of_the_log_is_refused) {
    const std::string folder = copy();
    const fs::path log = newest_log(folder);
    std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(fs::file_size(log) / 3));
    file.write("damage", 6);
    file.close();
    const auto engine = open(folder);
    ASSERT_FALSE(engine);
    EXPECT_EQ(engine.error().code, ErrorCode::corrupt_data) << engine.error().message;
}

TEST_F(TornLogFaults, states_that_are_gone_come_back_from_the_log_as_they_were) {
    const std::string folder = copy();
    const auto digest_of = [&] { return open(folder).value()->state_digest().value(); };
    const std::string before = digest_of();
    {
        const auto database = engine::Database::open(folder).value();
        rocksdb::WriteBatch batch;
        using engine::Family;
        for (const Family family : {Family::visitors_hot, Family::visitors_cold, Family::users, Family::items,
                                    Family::late, Family::shoppers, Family::outcomes, Family::item_success})
            batch.DeleteRange(database->handle(family), "", std::string(32, '\xff'));
        batch.Delete(database->handle(Family::meta), "checkpoint");
        ASSERT_TRUE(database->write(batch, true));
    }
    EXPECT_EQ(digest_of(), before);
}

}  // namespace

}  // namespace vitrina::tests
