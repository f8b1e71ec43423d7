#include "engine/intake.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <random>
#include <thread>

#include "engine/temporary_shop.hpp"

namespace vitrina::engine {
namespace {

// An intake with nothing around it.
class Parts {
public:
    Parts()
        : folder_(std::filesystem::temp_directory_path() /
                  ("vitrina_intake_" + std::to_string(std::random_device{}()))),
          database(std::move(*Database::open(folder_.string()))),
          log(*EventLog::open(*database)) {}
    ~Parts() {
        database.reset();
        std::filesystem::remove_all(folder_);
    }

    IntakeParts with(Checkpointer& checkpointer) { return {log, folding, caches, checkpointer, hasher}; }

private:
    std::filesystem::path folder_;

public:
    std::unique_ptr<Database> database;
    EventLog log;
    PersonHasher hasher{ShopKey{}};
    StateCaches caches{.visitors = {database.get(), {Family::visitors_hot, Family::visitors_cold, 16}, 1 << 20},
                       .users = {database.get(), {Family::users, Family::users, 16}, 1 << 20},
                       .items = {database.get(), {Family::items, Family::items, 8}, 1 << 20}};
    SerialExecutor serial;
    Folding folding{caches, hasher, {}, serial};
};

std::vector<event::Event> one(int number) {
    return {happened(event::EventKind::view_item, "ann", {"mug"}, test_start + number)};
}

TEST(Intake, is_exhausted_when_too_many_wait_and_then_goes_on) {
    Parts parts;
    Checkpointer checkpointer(*parts.database, parts.caches, beside_of(parts.folding), 0);
    LogSettings settings;
    settings.queue_batches = 2;
    Intake intake(parts.with(checkpointer), settings);
    std::promise<void> held, go_on;
    std::jthread holder([&] {
        intake.between_groups([&] {
            held.set_value();
            go_on.get_future().wait();
        });
    });
    held.get_future().wait();
    std::atomic<std::size_t> taken = 0, refused = 0;
    {
        std::vector<std::jthread> senders;
        for (int i = 0; i < 5; ++i)
            senders.emplace_back([&, i] {
                const auto report = intake.accept(one(i));
                if (report) {
                    ++taken;
                    return;
                }
                EXPECT_EQ(report.error().code, ErrorCode::exhausted);
                if (++refused == 3) go_on.set_value();
            });
    }
    EXPECT_EQ(taken, 2u);
    EXPECT_EQ(refused, 3u);
    EXPECT_TRUE(intake.accept(one(9)));
    EXPECT_EQ(intake.position(), 3u);
}

TEST(Intake, writes_one_record_for_all_that_wait) {
    Parts parts;
    Checkpointer checkpointer(*parts.database, parts.caches, beside_of(parts.folding), 0);
    {
        Intake intake(parts.with(checkpointer), LogSettings{});
        std::promise<void> held, go_on;
        std::jthread holder([&] {
            intake.between_groups([&] {
                held.set_value();
                go_on.get_future().wait();
            });
        });
        held.get_future().wait();
        std::vector<std::jthread> senders;
        for (int i = 0; i < 4; ++i) senders.emplace_back([&, i] { EXPECT_TRUE(intake.accept(one(i))); });
        while (intake.waiting() < 4) std::this_thread::yield();
        go_on.set_value();
    }
    const auto record = parts.database->scan(Family::log);
    std::size_t records = 0;
    for (record->SeekToFirst(); record->Valid(); record->Next()) ++records;
    EXPECT_EQ(records, 1u);
    EXPECT_EQ(parts.log.end(), 4u);
}

}  // namespace
}  // namespace vitrina::engine
