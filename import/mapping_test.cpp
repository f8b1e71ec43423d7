#include <gtest/gtest.h>

#include "import/import.hpp"

namespace vitrina::import {
namespace {

TEST(Mapping, reads_every_key) {
    const auto mapping = parse_mapping(R"(
time_format = "%d.%m.%Y"
time_zone_offset = "+01:00"
currency = "EUR"
customer_suffix = ".0"
upper_case_ids = true
return_prefixes = ["C", "R"]
ignored_prefixes = ["A"]
other_codes = ["POST"]
other_code_patterns = ["GIFT.*"]
negative_quantity = "leave_out"
zero_price = "take"
[columns]
order_id = "InvoiceNo"
)",
                                       "m.toml");
    ASSERT_TRUE(mapping.has_value()) << mapping.error().message;
    EXPECT_EQ(mapping->columns.at("order_id"), "InvoiceNo");
    EXPECT_EQ(mapping->return_prefixes, (std::vector<std::string>{"C", "R"}));
    EXPECT_TRUE(mapping->upper_case_ids);
    EXPECT_EQ(mapping->negative_quantity, event::Rule::leave_out);
    EXPECT_EQ(mapping->zero_price, event::Rule::take);
    EXPECT_EQ(mapping->time_format, "%d.%m.%Y");
}

TEST(Mapping, names_line_and_key_of_what_is_wrong) {
    const auto message = [](std::string_view text) { return parse_mapping(text, "m.toml").error().message; };
    EXPECT_EQ(message("currency = \"GBP\"\nreturn_prefix = [\"C\"]"),
              "m.toml line 2: key \"return_prefix\" is not known; did you mean \"return_prefixes\"?");
    EXPECT_EQ(message("upper_case_ids = 1"), "m.toml line 1: upper_case_ids must be true or false");
    EXPECT_EQ(message("zero_price = \"keep\""), "m.toml line 1: zero_price must be \"take\" or \"leave_out\"");
    EXPECT_EQ(message("[columns]\norder = \"x\""), "m.toml line 2: column \"order\" is not known");
    for (const char* text : {"currency = 5", "other_codes = \"POST\"", "other_codes = [1]", "columns = 5", "= nonsense",
                             "[columns]\norder_id = 1"})
        EXPECT_EQ(message(text).substr(0, 12), "m.toml line ") << text;
    EXPECT_EQ(read_mapping("/no/such/mapping.toml").error().code, ErrorCode::not_found);
}

TEST(Mapping, takes_columns_from_the_call) {
    OrderMapping mapping;
    ASSERT_TRUE(add_columns(mapping, "order_id=InvoiceNo,item_id=Stock Code"));
    EXPECT_EQ(mapping.columns.at("item_id"), "Stock Code");
    EXPECT_TRUE(add_columns(mapping, ""));
    for (const char* columns : {"order_id", "order_id=", "=InvoiceNo", "oder_id=InvoiceNo", "order_id=A,,item_id=B"})
        EXPECT_FALSE(add_columns(mapping, columns)) << columns;
    EXPECT_EQ(add_columns(mapping, "oder_id=InvoiceNo").error().message,
              "column \"oder_id\" is not known; did you mean \"order_id\"?");
}

TEST(NamesOfTheCall, are_refused_with_what_is_known) {
    EXPECT_EQ(subject_named("events"), Subject::events);
    EXPECT_FALSE(subject_named("event"));
    EXPECT_EQ(format_named("jsonl"), Format::jsonl);
    EXPECT_EQ(format_named("ga4").error().code, ErrorCode::unavailable);
    EXPECT_EQ(format_named("xlsx").error().code, ErrorCode::invalid_input);
    EXPECT_EQ(encoding_named("Latin-1"), Encoding::latin1);
    EXPECT_FALSE(encoding_named("koi8-r"));
}

}  // namespace
}  // namespace vitrina::import
