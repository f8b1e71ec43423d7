#pragma once
// The batches of a made-up shop, the same for the process that is killed and for the one that checks what it left.
//
// Threads: pure functions. A batch is known by its number; its events are called "b<number>-<index>".

#include <cstdint>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "engine/configuration.hpp"
#include "event/event.hpp"
#include "event/validation.hpp"

namespace vitrina::tests {

inline constexpr TimeMs first_batch_time = 1'770'000'000'000;

inline std::string event_name(std::uint64_t batch, std::size_t index) {
    return "b" + std::to_string(batch) + "-" + std::to_string(index);
}

inline event::Event seeded_event(Random& random, std::uint64_t batch, std::size_t index) {
    using event::EventKind;
    constexpr EventKind kinds[] = {EventKind::view_item, EventKind::view_item, EventKind::add_to_cart,
                                   EventKind::purchase,  EventKind::refund,    EventKind::login,
                                   EventKind::search,    EventKind::logout};
    event::Event event;
    event.kind = kinds[random.below(std::size(kinds))];
    event.event_id = event_name(batch, index);
    event.time = event.received_at = first_batch_time + static_cast<TimeMs>(batch * 7 + index) * second_ms;
    event.visitor_id = "visitor " + std::to_string(random.below(200));
    if (event.kind == EventKind::login || random.below(4) == 0)
        event.user_id = "user " + std::to_string(random.below(60));
    if (event.kind == EventKind::search) event.search_term = "mug";
    if (event.kind == EventKind::purchase || event.kind == EventKind::refund) {
        event.transaction_id = "order " + std::to_string(random.below(300));
        event.currency = "EUR";
        event.trusted = random.below(2) == 0;
    }
    for (std::uint64_t line = 0; line <= random.below(3); ++line) {
        event::EventItem item;
        item.item_id = "item " + std::to_string(random.below(100));
        item.price = static_cast<MoneyMicros>(1 + random.below(50)) * money_unit;
        event.items.push_back(std::move(item));
    }
    return event;
}

// Ready for an engine: as validation lets them through.
inline std::vector<event::Event> seeded_batch(std::uint64_t seed, std::uint64_t batch) {
    Random random(seed, batch);
    std::vector<event::Event> events;
    for (std::size_t i = 0, n = 1 + random.below(30); i < n; ++i)
        events.push_back(event::validated(seeded_event(random, batch, i)).value());
    return events;
}

// Checkpoints come often, so that kills meet them; nothing is trained.
inline engine::Configuration fault_configuration() {
    engine::Configuration configuration;
    configuration.log.checkpoint_events = 400;
    configuration.training.every_ms = 0;
    configuration.training.trends_every_ms = hour_ms;
    return configuration;
}

}  // namespace vitrina::tests
