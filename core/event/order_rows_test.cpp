#include "event/order_rows.hpp"

#include <gtest/gtest.h>

#include "event/order_parts.hpp"

namespace vitrina::event {
namespace {

using Fields = std::vector<std::string_view>;

const Fields header = {"order_id", "item_id", "quantity", "time", "price", "customer_id"};
constexpr TimeMs latest = 1'767'614'400'000;

OrderRowReader reader(const OrderMapping& mapping = {}, const Fields& columns = header) {
    auto made = OrderRowReader::make(mapping, columns, latest);
    EXPECT_TRUE(made.has_value()) << made.error().message;
    return std::move(*made);
}

TEST(OrderRows, are_read_by_the_names_of_the_header) {
    auto rows = reader({.columns = {{"order_id", "Invoice No"}}, .currency = "GBP"},
                       {" Invoice No ", "time", "quantity", "item_id", "Country"});
    const auto read = rows.read(Fields{" 536365 ", "2010-12-01 08:26:00", "6", "85123a", "UK"});
    const auto& row = std::get<OrderRow>(read);
    EXPECT_EQ(row.order_id, "536365");
    EXPECT_EQ(row.item_id, "85123a");
    EXPECT_EQ(row.quantity, 6u);
    EXPECT_EQ(row.currency, "GBP");
    EXPECT_FALSE(row.price);
    EXPECT_EQ(row.customer_id, "");
    EXPECT_EQ(iso_time(row.time), "2010-12-01T08:26:00Z");
}

TEST(OrderRows, refuse_a_file_with_two_columns_of_a_name_that_is_read) {
    const auto refused =
        OrderRowReader::make({}, Fields{"order_id", "item_id", "quantity", "time", "price", "item_id"}, latest);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("\"item_id\""), std::string::npos) << refused.error().message;
}

TEST(OrderRows, are_returns_by_prefix_or_by_a_negative_quantity) {
    auto taking = reader({.return_prefixes = {"C"}});
    EXPECT_TRUE(std::get<OrderRow>(taking.read(Fields{"C1", "A", "-2", "2011-01-01", "1", "c"})).returned);
    EXPECT_TRUE(std::get<OrderRow>(taking.read(Fields{"1", "A", "-2", "2011-01-01", "1", "c"})).returned);
    EXPECT_EQ(std::get<OrderRow>(taking.read(Fields{"1", "A", "-2", "2011-01-01", "1", "c"})).quantity, 2u);
    EXPECT_FALSE(std::get<OrderRow>(taking.read(Fields{"1", "A", "2", "2011-01-01", "1", "c"})).returned);
    auto leaving = reader({.negative_quantity = Rule::leave_out});
    EXPECT_EQ(std::get<LeftOut>(leaving.read(Fields{"1", "A", "-2", "2011-01-01", "1", "c"})).reason,
              "negative_quantity");
}

TEST(OrderRows, are_left_out_by_code_and_pattern_over_the_whole_id) {
    auto rows = reader({.upper_case_ids = true, .other_codes = {"POST"}, .other_code_patterns = {"GIFT_[0-9]+"}});
    EXPECT_TRUE(std::holds_alternative<LeftOut>(rows.read(Fields{"1", "post", "1", "2011-01-01", "1", ""})));
    EXPECT_TRUE(std::holds_alternative<LeftOut>(rows.read(Fields{"1", "GIFT_20", "1", "2011-01-01", "1", ""})));
    EXPECT_TRUE(std::holds_alternative<OrderRow>(rows.read(Fields{"1", "GIFT_20X", "1", "2011-01-01", "1", ""})));
    EXPECT_TRUE(std::holds_alternative<OrderRow>(rows.read(Fields{"1", "POSTER", "1", "2011-01-01", "1", ""})));
}

TEST(OrderRows, keep_their_own_time_after_a_row_that_was_refused) {
    auto rows = reader();
    EXPECT_TRUE(std::holds_alternative<OrderRow>(rows.read(Fields{"1", "A", "1", "2011-01-01", "1", ""})));
    EXPECT_TRUE(std::holds_alternative<Refusal>(rows.read(Fields{"1", "A", "1", "never", "1", ""})));
    EXPECT_EQ(iso_time(std::get<OrderRow>(rows.read(Fields{"1", "A", "1", "2011-01-02", "1", ""})).time),
              "2011-01-02T00:00:00Z");
    EXPECT_TRUE(std::holds_alternative<Refusal>(rows.read(Fields{"1", "A", "1", "", "1", ""})));
}

TEST(OrderRows, refuse_ids_that_could_not_be_an_events) {
    auto rows = reader();
    const std::string longest(241, 'x');
    EXPECT_EQ(std::get<Refusal>(rows.read(Fields{longest, "A", "1", "2011-01-01", "1", ""})).code, "bad_text");
    EXPECT_EQ(std::get<Refusal>(rows.read(Fields{"a\x01", "A", "1", "2011-01-01", "1", ""})).code, "bad_text");
}

OrderPart part_of(const std::string& order, std::vector<OrderLine> lines) {
    return {.order_id = order,
            .customer_id = "ann",
            .currency = "GBP",
            .time = latest,
            .file = 1,
            .line = 7,
            .lines = std::move(lines)};
}

TEST(OrderParts, are_read_back_as_they_were_written) {
    const OrderPart part = part_of("o1", {{0, 2, 4'050'000, false}, {5, 1, -1, true}});
    const std::string bytes = encode_part(part);
    EXPECT_EQ(decode_part(bytes), part);
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_FALSE(decode_part(bytes.substr(0, length))) << length;
    EXPECT_FALSE(decode_part(bytes + "x"));
}

TEST(OrderParts, join_into_one_order_with_the_first_rows_time) {
    OrderPart order = part_of("o1", {{0, 1, 1, false}});
    order.customer_id.clear();
    OrderPart later = part_of("o1", {{1, 1, 1, false}});
    later.time += 60'000;
    join(order, std::move(later));
    EXPECT_EQ(order.time, latest);
    EXPECT_TRUE(order.two_times);
    EXPECT_EQ(order.customer_id, "ann");
    EXPECT_EQ(order.lines.size(), 2u);
}

TEST(OrderParts, become_a_purchase_and_a_refund_of_what_was_returned) {
    const auto events = events_of(part_of("o1", {{0, 2, 1'000'000, false}, {1, 1, -1, true}, {0, 3, 1'000'000, false}}),
                                  {"MUG", "LAMP"});
    ASSERT_EQ(events.purchase.size(), 1u);
    ASSERT_EQ(events.refund.size(), 1u);
    EXPECT_EQ(events.added_up, 1u);
    EXPECT_EQ(events.purchase[0].items,
              (std::vector<EventItem>{{.item_id = "MUG", .quantity = 5, .price = 1'000'000}}));
    EXPECT_EQ(events.refund[0].items, (std::vector<EventItem>{{.item_id = "LAMP"}}));
    EXPECT_EQ(events.refund[0].event_id, "return:o1");
    EXPECT_EQ(events.refund[0].transaction_id, "");
    EXPECT_TRUE(events_of(part_of("o1", {}), {}).purchase.empty());
    EXPECT_THROW(events_of(part_of("o1", {{9, 1, 1, false}}), {"MUG"}), BrokenInvariant);
}

}  // namespace
}  // namespace vitrina::event
