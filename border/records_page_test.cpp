// Holds the worked examples of docs/topic-records.md to what the border writes. With VITRINA_PRINT_EXAMPLES set it prints them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "border/records.hpp"

namespace vitrina::border {
namespace {

constexpr TimeMs noon = 1'767'268'800'000;  // 2026-01-01T12:00Z

// The bytes of the block "```hex <name>": hexadecimal up to "#" in each line.
std::string example(const std::string& name) {
    std::ifstream page("docs/topic-records.md");
    std::string text, bytes;
    while (std::getline(page, text) && text != "```hex " + name) {
    }
    while (std::getline(page, text) && text != "```") {
        std::istringstream line(text.substr(0, text.find('#')));
        for (std::string byte; line >> byte;) bytes += byte + " ";
    }
    return bytes;
}

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x} ", static_cast<unsigned char>(byte));
    if (std::getenv("VITRINA_PRINT_EXAMPLES") != nullptr) fmt::print("{}\n", text);
    return text;
}

TEST(TopicRecordsPage, shows_a_record_of_facts_as_it_is) {
    const state::Fact bought{.user = {1, 2},
                             .time = noon,
                             .event_hash = text_hash("e2"),
                             .transaction_hash = text_hash("o-1001"),
                             .item = vitrina::item_key("MUG"),
                             .price = 4'050'000,
                             .quantity = 2,
                             .line = 0,
                             .action = state::Action::buy};
    EXPECT_EQ(hex(encode_facts({&bought, 1})), example("facts"));
}

TEST(TopicRecordsPage, shows_an_item_delta_as_it_is) {
    const state::ItemDelta delta{.item = vitrina::item_key("MUG"),
                                 .hour = static_cast<std::int32_t>(noon / hour_ms),
                                 .orders = 1,
                                 .units = 2,
                                 .revenue = 8'100'000,
                                 .neighbours = {vitrina::item_key("TEA")}};
    EXPECT_EQ(hex(encode_delta(delta)), example("item-delta"));
}

TEST(TopicRecordsPage, shows_a_dead_letter_as_it_is) {
    const DeadLetter letter{.topic = "vitrina.events",
                            .partition = 3,
                            .offset = 41,
                            .timestamp = noon,
                            .code = "corrupt_data",
                            .reason = "truncated",
                            .key = "default/v1",
                            .record = "??"};
    EXPECT_EQ(hex(encode(letter)), example("dead-letter"));
}

}  // namespace
}  // namespace vitrina::border
