#include "event/codec.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::event {
namespace {

std::string random_text(Random& random) {
    std::string text;
    for (std::uint64_t length = random.below(12); length > 0; --length)
        text.push_back(static_cast<char>('a' + random.below(26)));
    return text;
}

std::optional<MoneyMicros> random_amount(Random& random) {
    if (random.below(2) == 0) return {};
    return static_cast<MoneyMicros>(random.below(1'000'000'000));
}

Kept random_kept(Random& random) {
    Kept kept;
    for (std::uint64_t count = random.below(3); count > 0; --count)
        kept["k" + random_text(random)] = random_text(random);
    return kept;
}

Event random_event(Random& random) {
    Event event;
    event.kind = static_cast<EventKind>(1 + random.below(13));
    event.event_id = "e" + random_text(random);
    event.time = static_cast<TimeMs>(random.below(2'000'000'000'000));
    event.received_at = static_cast<TimeMs>(random.below(2'000'000'000'000));
    event.visitor_id = "v" + random_text(random);
    event.user_id = random_text(random);
    for (std::uint64_t count = random.below(4); count > 0; --count) {
        EventItem item{.item_id = "i" + random_text(random), .quantity = static_cast<std::uint32_t>(random.below(9))};
        item.price = random_amount(random);
        item.discount = random_amount(random);
        item.recommendation_id = random_text(random);
        if (random.below(2) == 0) item.index = static_cast<std::uint32_t>(random.below(50));
        item.kept = random_kept(random);
        event.items.push_back(std::move(item));
    }
    event.transaction_id = random_text(random);
    event.currency = random_text(random);
    event.value = random_amount(random);
    event.tax = random_amount(random);
    event.shipping = random_amount(random);
    event.order_discount = random_amount(random);
    event.coupon = random_text(random);
    event.search_term = random_text(random);
    event.trusted = random.below(2) == 0;
    event.provisional = random.below(2) == 0;
    event.bot = random.below(2) == 0;
    event.guest = random.below(2) == 0;
    event.kept = random_kept(random);
    event.chunks = 1 + static_cast<std::uint32_t>(random.below(3));
    event.chunk = static_cast<std::uint32_t>(random.below(event.chunks));
    return event;
}

TEST(EventCodec, reads_back_what_it_wrote) {
    Random random(3);
    for (int i = 0; i < 2000; ++i) {
        const Event event = random_event(random);
        const auto read = decode(encode(event));
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_EQ(*read, event) << "event " << i << " of seed 3";
    }
}

TEST(EventCodec, reads_back_batches_in_order) {
    Random random(4);
    std::vector<Event> events;
    for (int i = 0; i < 300; ++i) events.push_back(random_event(random));
    EXPECT_EQ(decode_batch(encode_batch(events)), events);
    EXPECT_EQ(decode_batch(encode_batch({})), std::vector<Event>{});
}

TEST(EventCodec, writes_the_same_event_as_the_same_bytes) {
    Event event{.event_id = "e", .visitor_id = "v"};
    for (int i = 0; i < 30; ++i) event.kept["field" + std::to_string(i)] = "x";
    const std::string bytes = encode(event);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(encode(event), bytes);
    EXPECT_EQ(encode(*decode(bytes)), bytes);
}

TEST(EventCodec, refuses_what_is_no_event) {
    const Event event{.event_id = "e1", .visitor_id = "v1", .items = {{.item_id = "MUG"}}, .chunk = 1, .chunks = 2};
    const std::string bytes = encode(event);
    EXPECT_EQ(decode("").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(decode("no event at all").error().code, ErrorCode::corrupt_data);
    EXPECT_FALSE(decode(encode(Event{.event_id = "", .visitor_id = "v1"})));
    EXPECT_FALSE(decode(encode(Event{.event_id = "e1", .visitor_id = ""})));
    EXPECT_FALSE(decode(encode(Event{.kind = static_cast<EventKind>(77), .event_id = "e", .visitor_id = "v"})));
    EXPECT_FALSE(decode(encode(Event{.event_id = "e", .visitor_id = "v", .items = {EventItem{}}})));
    EXPECT_FALSE(decode_batch("\x0a\x05xx"));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        const auto read = decode(bytes.substr(0, length));
        EXPECT_TRUE(!read || *read != event) << length;
    }
}

TEST(EventCodec, survives_flipped_bytes) {
    Random random(5);
    for (int i = 0; i < 3000; ++i) {
        std::string bytes = encode(random_event(random));
        bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
        const auto read = decode(bytes);
        if (read) {
            EXPECT_EQ(decode(encode(*read)), *read);
        }
    }
}

TEST(EventKind, has_a_name_that_leads_back_to_it) {
    for (int number = 1; number <= 13; ++number) {
        const auto kind = static_cast<EventKind>(number);
        EXPECT_EQ(kind_named(name_of(kind)), kind);
    }
    EXPECT_FALSE(kind_named(""));
    EXPECT_FALSE(kind_named("page_view"));
    EXPECT_EQ(name_of(static_cast<EventKind>(14)), "");
}

}  // namespace
}  // namespace vitrina::event
