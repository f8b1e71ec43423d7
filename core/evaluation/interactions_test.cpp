#include "evaluation/interactions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.hpp"

namespace vitrina::evaluation {
namespace {

Result<Interactions> read(Shape shape, std::string_view train, std::string_view test = {}, std::size_t piece = 1 << 20,
                          ReadLimits limits = {}) {
    InteractionReader reader(shape, limits);
    for (const auto& [part, text] : {std::pair{Part::train, train}, {Part::test, test}}) {
        reader.begin(part);
        for (std::size_t at = 0; at < text.size(); at += piece) reader.take(text.substr(at, piece));
        reader.end();
    }
    return reader.finish();
}

// "0: a b | 1: c" with items as they were written, so that a test can be read.
std::string shown(const Interactions& data, Part part, const std::vector<std::string>& names) {
    const Lines& lines = data.part(part);
    std::string text;
    for (std::size_t l = 0; l < lines.size(); ++l) {
        text += (l > 0 ? " | " : "") + std::to_string(lines.person[l]) + ":";
        for (std::uint64_t e = lines.offset[l]; e < lines.offset[l + 1]; ++e) {
            for (const std::string& name : names)
                if (item_key(name) == data.keys[lines.token[e]]) text += " " + name;
            if (!lines.basket.empty()) text += "/" + std::to_string(lines.basket[e]);
        }
    }
    return text;
}

const std::vector<std::string> letters{"a", "b", "c", "d", "e", "f"};

TEST(Interactions, user_items_take_any_spacing_line_end_and_a_byte_order_mark) {
    const auto data = read(Shape::user_items, "\xef\xbb\xbfu a b\r\n\n  v\tc   a  \nu d");
    ASSERT_TRUE(data);
    EXPECT_EQ(shown(*data, Part::train, letters), "0: a b | 1: c a | 0: d");
    EXPECT_EQ(data->people, 2u);
    EXPECT_EQ(data->refused_count, 0u);
}

TEST(Interactions, a_user_without_items_is_no_error_in_user_items_but_refused_in_sequences) {
    EXPECT_EQ(read(Shape::user_items, "u a\nv\n")->refused_count, 0u);
    const auto data = read(Shape::sequences, "u a\nv\nu b\n");
    ASSERT_EQ(data->refused_count, 2u);
    EXPECT_EQ(data->refused[0].message, "line 2: user \"v\" has no items");
    EXPECT_EQ(data->refused[1].message, "line 3: user \"u\" came before; a sequences file has one line a user");
}

TEST(Interactions, sessions_take_lines_and_tests_of_prefix_and_target) {
    const auto data = read(Shape::sessions, "a b\nc\n", "a b\tc\nd\ta\n");
    EXPECT_EQ(shown(*data, Part::train, letters), "0: a b | 1: c");
    EXPECT_EQ(shown(*data, Part::test, letters), "2: a b c | 3: d a");
    EXPECT_TRUE(data->part(Part::test).has_targets);
    EXPECT_FALSE(data->part(Part::train).has_targets);
}

TEST(Interactions, a_line_without_a_target_is_refused_wherever_it_stands_among_lines_that_have_one) {
    const auto data = read(Shape::sessions, "a b\n", "rubbish\na\tb\nmore\nc\td\n");
    EXPECT_EQ(shown(*data, Part::test, letters).find("rubbish"), std::string::npos);
    EXPECT_EQ(data->part(Part::test).size(), 2u);
    ASSERT_EQ(data->refused.size(), 2u);
    EXPECT_EQ(data->refused[0].line, 1u);
    EXPECT_EQ(data->refused[1].line, 3u);
}

TEST(Interactions, rows_under_a_header_are_grouped_by_session_and_sorted_by_time) {
    const auto data = read(Shape::sessions, "SessionId\tItemId\tTime\n"
                                            "2\ta\t30.0\n1\tb\t20.5\n1\tc\t10\n2\td\t40\n1\te\tyesterday\n1\tf\n");
    EXPECT_EQ(shown(*data, Part::train, letters), "0: c b | 1: a d");
    EXPECT_EQ(data->part(Part::train).time, (std::vector<TimeMs>{10'000, 20'500, 30'000, 40'000}));
    ASSERT_EQ(data->refused.size(), 2u);
    EXPECT_EQ(data->refused[0].message, "line 6: time \"yesterday\" is neither a number nor an ISO date");
    EXPECT_EQ(data->refused[1].message, "line 7: 2 fields where the header has 3");
}

TEST(Interactions, a_header_may_have_other_columns_in_any_order_and_other_separators) {
    const auto data =
        read(Shape::sessions, "Time,x,ITEMID,session_id\n2026-01-05T10:00:00Z,,a,s\n2026-01-05T09:00:00Z,9,b,s\n");
    EXPECT_EQ(shown(*data, Part::train, letters), "0: b a");
}

TEST(Interactions, baskets_are_numbered_and_the_last_is_the_next) {
    const auto data = read(Shape::baskets, "u\ta b|c\td e\nv\ta||b\ta\n");
    EXPECT_EQ(shown(*data, Part::train, letters), "0: a/0 b/0 c/1 d/2 e/2 | 1: a/0 b/1 a/2");
}

TEST(Interactions, bad_baskets_are_refused_by_line_and_good_ones_taken) {
    const auto data = read(Shape::baskets, "u\ta\nv\ta\tb|c\nw\ta\t\n\ta\tb\nx\ta\tb\nx\ta\tb\n");
    EXPECT_EQ(data->part(Part::train).size(), 1u);
    EXPECT_EQ(data->refused_count, 5u);
}

TEST(Interactions, control_characters_and_endless_lines_and_ids_are_refused) {
    const ReadLimits limits{.line_bytes = 40, .id_bytes = 8, .line_items = 5};
    const std::string text = "u a\nv \x01"
                             "b\nw " +
                             std::string(100, 'x') + "\nx ninechars\ny a b c d e f\nz b\n";
    for (const std::size_t piece : {1, 7, 1000}) {
        const auto data = read(Shape::user_items, text, {}, piece, limits);
        EXPECT_EQ(shown(*data, Part::train, letters), "0: a | 1: b") << piece;
        ASSERT_EQ(data->refused.size(), 4u);
        EXPECT_EQ(data->refused[0].message, "line 2: control character 0x01 at byte 3; the file must be plain text");
        EXPECT_EQ(data->refused[1].message, "line 3: longer than 40 bytes");
        EXPECT_EQ(data->refused[2].line, 4u);
        EXPECT_EQ(data->refused[3].message, "line 5: more than 5 items");
    }
}

TEST(Interactions, only_the_first_refusals_are_kept_but_all_are_counted) {
    std::string text = "u a\n";
    for (int i = 0; i < 50; ++i) text += "\x02\n";
    const auto data = read(Shape::user_items, text);
    EXPECT_EQ(data->refused.size(), 20u);
    EXPECT_EQ(data->refused_count, 50u);
}

TEST(Interactions, a_file_of_which_nothing_can_be_taken_is_refused_with_the_first_reason) {
    const auto data = read(Shape::baskets, "1 2 3\n");
    ASSERT_FALSE(data);
    EXPECT_EQ(data.error().code, ErrorCode::invalid_input);
    EXPECT_NE(data.error().message.find("line 1: 1 fields between tabs"), std::string::npos);
    EXPECT_FALSE(read(Shape::user_items, ""));
}

TEST(Interactions, a_shape_nobody_knows_is_refused_with_those_that_are_known) {
    EXPECT_EQ(*shape_named("sessions"), Shape::sessions);
    EXPECT_NE(shape_named("rows").error().message.find("user-items, sequences, sessions or baskets"),
              std::string::npos);
}

TEST(Interactions, it_does_not_matter_where_the_bytes_are_cut) {
    Random random(3);
    constexpr std::string_view alphabet = "ab \t|\n\r1,";
    for (int round = 0; round < 200; ++round) {
        std::string text = round % 2 == 0 ? "SessionId,ItemId,Time\n" : "";
        for (std::uint64_t n = random.below(200); n > 0; --n) text += alphabet[random.below(alphabet.size())];
        for (const Shape shape : {Shape::user_items, Shape::sequences, Shape::sessions, Shape::baskets}) {
            const auto whole = read(shape, text, text), pieces = read(shape, text, text, 1 + random.below(5));
            ASSERT_EQ(whole.has_value(), pieces.has_value());
            if (!whole) continue;
            EXPECT_EQ(whole->part(Part::test).token, pieces->part(Part::test).token);
            EXPECT_EQ(whole->part(Part::train).offset, pieces->part(Part::train).offset);
            EXPECT_EQ(whole->refused_count, pieces->refused_count);
        }
    }
}

}  // namespace
}  // namespace vitrina::evaluation
