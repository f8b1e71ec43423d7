#include "model/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/random.hpp"
#include "model/layout.hpp"

namespace vitrina::model {
namespace {

std::string sample() {
    ModelBuilder builder({ItemKey{3}, ItemKey{7}, ItemKey{11}});
    builder.add("popular.score", std::vector<float>{0.5f, 0.25f, 0.125f});
    builder.add("ials.seed", std::vector<std::uint64_t>{42});
    builder.add("recent.nothing", std::vector<double>{});
    return builder.bytes();
}

std::string message_of(const std::string& bytes) {
    const auto model = Model::from_bytes(bytes);
    if (model) return "accepted";
    EXPECT_EQ(model.error().code, ErrorCode::corrupt_data);
    return model.error().message;
}

TEST(Model, gives_back_what_was_put_in) {
    const auto model = Model::from_bytes(sample()).value();
    EXPECT_EQ(model->items(), 3u);
    EXPECT_EQ(model->row(ItemKey{7}), 1u);
    EXPECT_EQ(model->row(ItemKey{8}), no_row);
    EXPECT_EQ(model->section<float>("popular.score")[2], 0.125f);
    EXPECT_TRUE(model->has("recent.nothing"));
    EXPECT_FALSE(model->has("recent"));
    EXPECT_TRUE(model->section<float>("no.such").empty());
    EXPECT_EQ(model->bytes(), sample().size());
    EXPECT_EQ(model->checksum().size(), 32u);
    EXPECT_THROW(static_cast<void>(model->section<double>("popular.score")), BrokenInvariant);
}

TEST(Model, arrays_are_aligned_wherever_the_bytes_came_from) {
    const auto model = Model::from_bytes(sample()).value();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(model->section<float>("popular.score").data()) % 64, 0u);
}

TEST(Model, bytes_do_not_depend_on_the_order_of_adding) {
    ModelBuilder builder({ItemKey{3}, ItemKey{7}, ItemKey{11}});
    builder.add("recent.nothing", std::vector<double>{});
    builder.add("ials.seed", std::vector<std::uint64_t>{42});
    builder.add("popular.score", std::vector<float>{0.5f, 0.25f, 0.125f});
    EXPECT_EQ(builder.bytes(), sample());
}

TEST(Model, bytes_do_not_depend_on_the_parts_an_array_was_made_in) {
    ModelBuilder builder({ItemKey{3}, ItemKey{7}, ItemKey{11}});
    builder.add_parts("popular.score", std::vector<std::vector<float>>{{0.5f}, {}, {0.25f, 0.125f}});
    builder.add_parts("ials.seed", std::vector<std::vector<std::uint64_t>>{{42}});
    builder.add_parts("recent.nothing", std::vector<std::vector<double>>{});
    EXPECT_EQ(builder.bytes(), sample());
}

TEST(Model, finds_every_one_of_many_items) {
    Random random(5);
    std::vector<ItemKey> keys;
    for (int k = 0; k < 20000; ++k) keys.push_back(ItemKey{random.next()});
    std::ranges::sort(keys);
    const auto model = Model::from_bytes(ModelBuilder(keys).bytes()).value();
    for (std::uint32_t r = 0; r < keys.size(); ++r) ASSERT_EQ(model->row(keys[r]), r);
}

TEST(Model, without_items_is_a_model_too) {
    const auto model = Model::from_bytes(ModelBuilder({}).bytes()).value();
    EXPECT_EQ(model->items(), 0u);
    EXPECT_EQ(model->row(ItemKey{1}), no_row);
}

TEST(Model, is_refused_at_whatever_byte_it_is_cut) {
    const std::string whole = sample();
    for (std::size_t length = 0; length < whole.size(); ++length)
        ASSERT_NE(message_of(whole.substr(0, length)), "accepted") << length;
    EXPECT_NE(message_of(whole + '\0'), "accepted");
}

TEST(Model, is_refused_whichever_bit_is_changed) {
    const std::string whole = sample();
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
        std::string changed = whole;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
        ASSERT_NE(message_of(changed), "accepted") << "bit " << bit;
    }
}

TEST(Model, says_what_is_wrong) {
    std::string bytes = sample();
    EXPECT_NE(message_of("").find("truncated"), std::string::npos);
    EXPECT_NE(message_of(std::string(100, 'x')).find("VITMODEL"), std::string::npos);
    EXPECT_NE(message_of(bytes.substr(0, 200)).find("truncated"), std::string::npos);
    std::string later = bytes;
    later[8] = 9;
    EXPECT_NE(message_of(later).find("format version 9"), std::string::npos);
    std::string damaged = bytes;
    damaged[damaged.size() - 64] ^= 1;  // the first byte of the last array that has any
    EXPECT_NE(message_of(damaged).find("section popular.score"), std::string::npos) << message_of(damaged);
}

TEST(Model, survives_garbage) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Random random(seed);
        std::string bytes = sample();
        for (std::uint64_t change = 1 + random.below(8); change > 0; --change)
            bytes[random.below(bytes.size())] = static_cast<char>(random.next());
        // With a checksum that fits, so that the checks behind it are reached.
        layout::Header header;
        std::memcpy(&header, bytes.data(), sizeof header);
        const std::size_t table = std::min<std::size_t>(header.sections, 5) * sizeof(layout::TableEntry);
        header.checksum = layout::head_checksum(
            header,
            std::as_bytes(std::span(bytes)).subspan(sizeof header, std::min(table, bytes.size() - sizeof header)));
        std::memcpy(bytes.data(), &header, sizeof header);
        message_of(bytes);
    }
}

TEST(ModelBuilder, stops_what_would_make_no_readable_model) {
    EXPECT_THROW(ModelBuilder({ItemKey{2}, ItemKey{1}}), BrokenInvariant);
    EXPECT_THROW(ModelBuilder({ItemKey{1}, ItemKey{1}}), BrokenInvariant);
    ModelBuilder builder({ItemKey{1}});
    builder.add("a", std::vector<float>{1});
    EXPECT_THROW(builder.add("a", std::vector<float>{1}), BrokenInvariant);
    EXPECT_THROW(builder.add("", std::vector<float>{1}), BrokenInvariant);
    EXPECT_THROW(builder.add(std::string(64, 'x'), std::vector<float>{1}), BrokenInvariant);
}

}  // namespace
}  // namespace vitrina::model
