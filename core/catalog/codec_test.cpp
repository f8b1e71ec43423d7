#include "catalog/codec.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina::catalog {
namespace {

Item random_item(Random& random) {
    const auto text = [&random] { return std::string(random.below(9), static_cast<char>('a' + random.below(26))); };
    const auto number = [&random] {
        return random.below(2) == 0 ? std::optional<std::int64_t>{}
                                    : static_cast<std::int64_t>(random.below(1'000'000'000));
    };
    Item item{.item_id = "i" + text(), .title = text(), .description = text(), .brand = text()};
    for (std::uint64_t count = random.below(4); count > 0; --count) item.categories.push_back(text());
    item.price = number();
    item.sale_price = number();
    item.sale_from = number();
    item.sale_until = number();
    item.currency = text();
    item.cost = number();
    item.availability = static_cast<Availability>(random.below(3));
    if (random.below(2) == 0) item.quantity = random.below(5);
    item.url = text();
    item.image_url = text();
    item.group_id = text();
    for (std::uint64_t count = random.below(4); count > 0; --count) item.attributes["a" + text()] = text();
    item.available_from = number();
    item.available_until = number();
    item.hidden = random.below(2) == 0;
    for (std::uint64_t count = random.below(3); count > 0; --count)
        item.localized["l" + text()] = {text(), text(), text()};
    item.created_at = number();
    item.absent = random.below(2) == 0;
    return item;
}

TEST(ItemCodec, reads_back_what_it_wrote) {
    Random random(5);
    for (int i = 0; i < 2000; ++i) {
        const Item item = random_item(random);
        const std::string bytes = encode(item);
        ASSERT_EQ(decode(bytes), item) << "item " << i << " of seed 5";
        EXPECT_EQ(encode(item), bytes);
    }
}

TEST(ItemCodec, a_row_holds_an_item_and_when_it_was_written) {
    Random random(7);
    for (int i = 0; i < 500; ++i) {
        const Item item = random_item(random);
        const Written written{.at = static_cast<TimeMs>(random.below(1u << 20)), .first = 5, .run = random.below(9)};
        const std::string row = encode_row(item, written);
        ASSERT_EQ(decode(row), item) << "item " << i << " of seed 7";
        ASSERT_EQ(decode_written(row), written);
        ASSERT_EQ(decode_written(encode(item)), Written{}) << "a row of an older version";
    }
    EXPECT_FALSE(decode_written("no row at all"));
}

TEST(ItemCodec, refuses_what_is_no_item) {
    EXPECT_EQ(decode("").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(decode("no item at all").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(decode(encode({.title = "without id"})).error().code, ErrorCode::corrupt_data);
    EXPECT_FALSE(decode(encode({.item_id = "A", .availability = static_cast<Availability>(9)})));
    Random random(6);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes = encode(random_item(random));
        bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
        if (const auto read = decode(bytes)) {
            EXPECT_EQ(decode(encode(*read)), *read);
        }
    }
}

}  // namespace
}  // namespace vitrina::catalog
