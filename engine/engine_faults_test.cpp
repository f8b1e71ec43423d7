// What the engine does when the disk, a state or a model is not as it should be.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "engine/database.hpp"
#include "engine/position.hpp"
#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

using event::EventKind;

// While it lives no file of this process can grow beyond `bytes`, as if the disk were full.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit full{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &full);
    }
    ~FullDisk() { setrlimit(RLIMIT_FSIZE, &before_); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit before_{};
};

TEST(EngineFaults, takes_nothing_when_the_disk_refuses_and_keeps_what_it_took) {
    TemporaryShop shop;
    const auto taken = traffic(1, 20), refused = traffic(2, 20);
    ASSERT_TRUE(shop.engine->accept(taken));
    {
        const FullDisk full(64);
        const auto report = shop.engine->accept(refused);
        ASSERT_FALSE(report);
        EXPECT_EQ(report.error().code, ErrorCode::io) << report.error().message;
        EXPECT_EQ(shop.engine->counters().log_position, taken.size());
        EXPECT_TRUE(shop.engine->visitor(taken[0].visitor_id)->known) << "reading goes on";
        EXPECT_FALSE(shop.engine->put_items({on_sale("mug")}).at(0));
        EXPECT_FALSE(shop.engine->item("mug"));
        EXPECT_FALSE(shop.engine->checkpoint());
        shop.engine.reset();
    }
    shop.open();
    EXPECT_EQ(shop.engine->counters().log_position, taken.size());
    EXPECT_TRUE(shop.engine->accept(refused));
    EXPECT_TRUE(shop.engine->put_items({on_sale("mug")}).at(0));
    EXPECT_EQ(*shop.engine->state_digest(), *shop.engine->replayed_digest());
}

std::size_t count_of(const Database& database, Family family) {
    std::size_t count = 0;
    const auto record = database.scan(family);
    for (record->SeekToFirst(); record->Valid(); record->Next()) ++count;
    return count;
}

TEST(EngineFaults, sends_a_damaged_state_to_the_dead_letters_and_goes_on) {
    TemporaryShop shop;
    ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "ann", {"mug"}, test_start)}));
    shop.engine.reset();
    {
        const auto database = Database::open(shop.folder());
        ASSERT_TRUE(database);
        const auto visitor = (*database)->scan(Family::visitors_hot);
        visitor->SeekToFirst();
        ASSERT_TRUE(visitor->Valid());
        std::string value = visitor->value().ToString();
        value[12] = static_cast<char>(value[12] ^ 0x55);
        value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 0x55);
        ASSERT_TRUE((*database)->put(Family::visitors_hot, visitor->key().ToStringView(), value, true));
    }
    shop.open();
    const auto report = shop.engine->accept({happened(EventKind::view_item, "ann", {"lamp"}, test_start + 1),
                                             happened(EventKind::view_item, "bob", {"lamp"}, test_start + 2)});
    ASSERT_TRUE(report);
    EXPECT_EQ(shop.engine->counters().dead_letters, 1u);
    EXPECT_TRUE(shop.engine->visitor("bob")->known);
    EXPECT_FALSE(shop.engine->visitor("ann"));
    ASSERT_TRUE(shop.engine->checkpoint());
    shop.engine.reset();
    const auto database = Database::open(shop.folder());
    EXPECT_EQ(count_of(**database, Family::dead_letters), 1u);
}

TEST(EngineFaults, folds_every_state_from_the_log_again_where_that_is_wished) {
    TemporaryShop shop;
    ASSERT_TRUE(shop.engine->accept(traffic(1, 300)));
    ASSERT_TRUE(shop.engine->put_items({on_sale("mug")}).at(0));
    const std::string before = *shop.engine->state_digest();
    shop.engine.reset();
    {
        const auto database = Database::open(shop.folder());
        const auto visitor = (*database)->scan(Family::visitors_hot);
        for (visitor->SeekToFirst(); visitor->Valid(); visitor->Next())
            ASSERT_TRUE((*database)->put(Family::visitors_hot, visitor->key().ToStringView(), "cut", true));
    }
    shop.open();
    EXPECT_NE(shop.engine->state_digest().value_or(""), before);
    shop.engine.reset();
    std::ofstream(shop.folder() + "/rebuild-states").close();
    shop.open();
    EXPECT_EQ(*shop.engine->state_digest(), before);
    EXPECT_EQ(shop.engine->counters().dead_letters, 0u);
    EXPECT_TRUE(shop.engine->item("mug"));
    EXPECT_FALSE(std::filesystem::exists(shop.folder() + "/rebuild-states"));
    shop.restart();
    EXPECT_EQ(*shop.engine->state_digest(), before);
}

TEST(EngineFaults, keeps_late_events_for_the_trainer) {
    TemporaryShop shop;
    shop.configuration.fold.remembered_ids = 2;
    shop.restart();
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "ann", {"mug"}, test_start + i * minute_ms)}));
    const auto late = shop.engine->accept({happened(EventKind::view_item, "ann", {"lamp"}, test_start - day_ms)});
    EXPECT_EQ(late->verdicts.at(0), state::Verdict::late);
    EXPECT_EQ(shop.engine->counters().late, 1u);
    ASSERT_TRUE(shop.engine->checkpoint());
    shop.engine.reset();
    const auto database = Database::open(shop.folder());
    const auto record = (*database)->scan(Family::late);
    record->SeekToFirst();
    ASSERT_TRUE(record->Valid());
    EXPECT_EQ(big_endian_at(record->key().ToStringView()), 11u);
}

TEST(EngineFaults, refuses_a_folder_of_another_format) {
    TemporaryShop shop;
    shop.engine.reset();
    {
        auto database = Database::open(shop.folder());
        ASSERT_TRUE((*database)->put(Family::meta, "format", "99", true));
    }
    const auto opened = shop.try_open();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupt_data);
    EXPECT_NE(opened.error().message.find("format 99"), std::string::npos);
}

TEST(EngineFaults, says_where_records_of_the_log_are_missing) {
    TemporaryShop shop;
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(shop.engine->accept({happened(EventKind::view_item, "ann", {"mug"}, test_start + i)}));
    shop.engine.reset();
    {
        auto database = Database::open(shop.folder());
        rocksdb::WriteBatch batch;
        batch.Delete((*database)->handle(Family::log), disk_key(3));
        ASSERT_TRUE((*database)->write(batch, true));
    }
    shop.open();
    const auto read = shop.engine->each_event([](const event::Event&) {});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::corrupt_data);
    EXPECT_NE(read.error().message.find("damaged at event 3"), std::string::npos) << read.error().message;
}

}  // namespace
}  // namespace vitrina::engine
