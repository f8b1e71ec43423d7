#pragma once
// For tests: a data folder that goes away, a clock that stands still until it is moved, and short ways to say what happened.
//
// Threads: the clock may be moved while others read it.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "engine/engine.hpp"
#include "engine/killed_copy.hpp"

namespace vitrina::engine {

inline constexpr TimeMs test_start = 1'770'000'000'000;  // 2026-02-02

class TemporaryShop {
public:
    TemporaryShop() {
        static std::atomic<int> made = 0;
        const auto random = std::random_device{}();
        folder_ = std::filesystem::temp_directory_path() /
                  ("vitrina_" + std::to_string(random) + "_" + std::to_string(++made));
        configuration.training.trends_every_ms = hour_ms;
        configuration.training.every_ms = 0;
        configuration.training.threads = 2;
        open();
    }
    ~TemporaryShop() {
        engine.reset();
        std::filesystem::remove_all(folder_);
    }
    TemporaryShop(const TemporaryShop&) = delete;
    TemporaryShop& operator=(const TemporaryShop&) = delete;

    void open() {
        auto opened = try_open();
        ASSERT_TRUE(opened) << opened.error().message;
        engine = std::move(*opened);
    }
    Result<std::unique_ptr<Engine>> try_open() {
        return Engine::open(folder_.string(), configuration, [this] { return time.load(); });
    }
    void restart() {
        engine.reset();
        open();
    }
    // Opens what a kill at this moment would have left. Precondition: nobody writes.
    void restart_as_killed() {
        const std::string left = folder() + "_left";
        copy_as_killed(folder(), left);
        engine.reset();
        std::filesystem::remove_all(folder_);
        std::filesystem::rename(left, folder_);
        open();
    }
    std::string folder() const { return folder_.string(); }

    Configuration configuration;
    std::unique_ptr<Engine> engine;
    std::atomic<TimeMs> time = test_start;

private:
    std::filesystem::path folder_;
};

// An event as it comes out of validation.
inline event::Event happened(event::EventKind kind, const std::string& visitor, const std::vector<std::string>& items,
                             TimeMs time, const std::string& id = "") {
    event::Event event;
    event.kind = kind;
    event.visitor_id = visitor;
    event.event_id = id;
    event.time = event.received_at = time;
    for (const std::string& item : items) {
        event::EventItem line;
        line.item_id = item;
        line.price = 2 * money_unit;
        event.items.push_back(std::move(line));
    }
    if (kind == event::EventKind::purchase) {
        event.transaction_id = "order " + visitor + std::to_string(time) + id;
        event.currency = "EUR";
    }
    auto valid = event::validated(std::move(event));
    EXPECT_TRUE(valid) << valid.error().message;
    return *valid;
}

// Seeded traffic of a few visitors, some with accounts on several devices: every kind of event that changes a state.
inline std::vector<event::Event> traffic(std::uint64_t seed, std::size_t count, std::size_t visitors = 20) {
    using event::EventKind;
    constexpr EventKind kinds[] = {
        EventKind::view_item,       EventKind::view_item,   EventKind::view_item, EventKind::search,
        EventKind::add_to_wishlist, EventKind::add_to_cart, EventKind::purchase,  EventKind::remove_from_cart,
        EventKind::refund,          EventKind::login,       EventKind::logout};
    Random random(seed);
    std::vector<event::Event> events;
    for (std::size_t i = 0; i < count; ++i) {
        event::Event event;
        event.kind = kinds[random.below(std::size(kinds))];
        const std::uint64_t visitor = random.below(visitors);
        event.visitor_id = "v" + std::to_string(visitor);
        // Now and then an event is sent again, or comes much too late.
        event.event_id =
            "e" + std::to_string(seed) + "-" + std::to_string(random.below(20) == 0 ? random.below(i + 1) : i);
        event.time = test_start + static_cast<TimeMs>(i) * minute_ms - (random.below(30) == 0 ? 400 * day_ms : 0);
        event.received_at = test_start + static_cast<TimeMs>(i) * minute_ms;
        if (event.kind == EventKind::login) event.user_id = "u" + std::to_string(visitor / 2);
        if (event.kind == EventKind::search) event.search_term = "mug";
        if (event.kind == EventKind::purchase || event.kind == EventKind::refund)
            event.transaction_id = "o" + std::to_string(random.below(i + 1));
        if (event.kind < EventKind::login && event.kind != EventKind::search)
            for (std::uint64_t line = 0; line <= random.below(3); ++line) {
                event::EventItem item;
                item.item_id = "i" + std::to_string(random.below(15));
                item.price = 3 * money_unit;
                event.items.push_back(std::move(item));
            }
        if (auto valid = event::validated(std::move(event))) events.push_back(std::move(*valid));
    }
    EXPECT_GT(events.size(), count / 2);
    return events;
}

inline catalog::Item on_sale(const std::string& id, const std::string& title = "a thing") {
    catalog::Item item;
    item.item_id = id;
    item.title = title;
    item.price = 2 * money_unit;
    item.currency = "EUR";
    return item;
}

inline RecommendationRequest ask(const std::string& placement, const std::string& visitor,
                                 const std::string& item = "") {
    RecommendationRequest request;
    request.visitor_id = visitor;
    request.timeout_ms = 60'000;
    request.requests.resize(1);
    request.requests[0].placement = placement;
    request.requests[0].item_id = item;
    return request;
}

inline std::vector<std::string> item_ids(const recommendation::Recommendation& answer) {
    std::vector<std::string> ids;
    for (const auto& item : answer.items) ids.push_back(item.item_id);
    return ids;
}

}  // namespace vitrina::engine
