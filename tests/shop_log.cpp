#include <array>

#include "base/random.hpp"
#include "event/codec.hpp"
#include "event/validation.hpp"
#include "tests/fold_log.hpp"
#include "tests/seeded_batches.hpp"

namespace vitrina::tests {
namespace {

using event::EventKind;

constexpr std::size_t sessions = 500;  // side by side

struct Session {
    std::uint64_t visitor = 0;
    std::uint64_t section = 0;  // he looks at items that are near each other
    std::uint64_t left = 0;     // events until he goes
};

// Of a hundred and twenty events; the last kinds are what a session ends with, if with anything.
struct Share {
    EventKind kind;
    std::uint64_t of = 0;
};
constexpr std::array shares{
    Share{EventKind::view_item, 66}, Share{EventKind::view_item_list, 10}, Share{EventKind::select_item, 8},
    Share{EventKind::search, 9},     Share{EventKind::add_to_cart, 9},     Share{EventKind::remove_from_cart, 2},
    Share{EventKind::view_cart, 5},  Share{EventKind::add_to_wishlist, 3}, Share{EventKind::begin_checkout, 3},
    Share{EventKind::purchase, 2},   Share{EventKind::login, 2},           Share{EventKind::logout, 1},
};
constexpr std::uint64_t hundred_and_twenty = 120;

EventKind kind_of(std::uint64_t draw) {
    for (const Share& share : shares) {
        if (draw < share.of) return share.kind;
        draw -= share.of;
    }
    return EventKind::refund;
}

std::size_t lines_of(EventKind kind, Random& random) {
    switch (kind) {
        case EventKind::search:
        case EventKind::login:
        case EventKind::logout: return 0;
        case EventKind::view_item_list: return 6;
        case EventKind::view_cart:
        case EventKind::begin_checkout:
        case EventKind::purchase: return 1 + random.below(4);
        default: return 1;
    }
}

event::EventItem line(const Session& session, std::uint64_t items, Random& random) {
    // The square of an even draw: a tenth of the items has a third of the looks.
    const double draw = random.unit();
    const std::uint64_t near = session.section + random.below(40);
    const std::uint64_t any = static_cast<std::uint64_t>(draw * draw * static_cast<double>(items));
    event::EventItem item;
    item.item_id = "item " + std::to_string((random.below(3) == 0 ? any : near) % items);
    item.price = static_cast<MoneyMicros>(1 + random.below(50)) * money_unit;
    return item;
}

event::Event shop_event(const Session& session, std::uint64_t number, const ShopSize& size, Random& random) {
    event::Event event;
    event.kind = kind_of(random.below(hundred_and_twenty));
    event.event_id = "e" + std::to_string(number);
    event.time = event.received_at = first_batch_time + static_cast<TimeMs>(number);
    event.visitor_id = "visitor-" + std::to_string(session.visitor);
    if (session.visitor % 4 == 0 || event.kind == EventKind::login)
        event.user_id = "user-" + std::to_string(session.visitor / 2);
    if (event.kind == EventKind::search) event.search_term = "mug";
    if (event.kind == EventKind::purchase || event.kind == EventKind::refund) {
        event.transaction_id = "order " + std::to_string(number);
        event.currency = "EUR";
    }
    for (std::size_t left = lines_of(event.kind, random); left > 0; --left)
        event.items.push_back(line(session, size.items, random));
    return event;
}

}  // namespace

std::vector<LogRecord> shop_events(const ShopSize& size, std::uint64_t seed) {
    Random random(seed);
    std::vector<LogRecord> log;
    log.reserve(size.events);
    std::vector<Session> open(sessions);
    while (log.size() < size.events) {
        Session& session = open[random.below(open.size())];
        if (session.left == 0) session = {random.below(size.visitors), random.below(size.items), 1 + random.below(14)};
        --session.left;
        const event::Event event = event::validated(shop_event(session, log.size(), size, random)).value();
        log.push_back({{border::text_key(fold_shop, event.visitor_id), event::encode(event)}, event.received_at});
    }
    return log;
}

std::vector<LogRecord> probe_events(std::size_t probes) {
    std::vector<LogRecord> log;
    for (std::size_t number = 0; number < probes; ++number) {
        const std::string name = "probe " + std::to_string(number);
        event::Event event{.kind = EventKind::view_item, .event_id = name, .time = first_batch_time};
        event.received_at = event.time;
        event.visitor_id = event.user_id = name;
        event.items.push_back({.item_id = name});
        log.push_back(
            {{border::text_key(fold_shop, name), event::encode(event::validated(event).value())}, event.time});
    }
    return log;
}

}  // namespace vitrina::tests
