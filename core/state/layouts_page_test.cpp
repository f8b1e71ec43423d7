// Holds the worked examples of docs/state-layouts.md to what the folds write.

#include "state/folded_shop_test.hpp"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace vitrina::state {

namespace {

// The bytes of the block "```hex <name>": hexadecimal up to "#" in each line.
std::string example(const std::string& name) {
    std::ifstream page("docs/state-layouts.md");
    std::string text, bytes;
    while (std::getline(page, text) && text != "```hex " + name) {
    }
    while (std::getline(page, text) && text != "```") {
        std::istringstream line(text.substr(0, text.find('#')));
        for (std::string byte; line >> byte;) bytes.push_back(static_cast<char>(std::stoi(byte, nullptr, 16)));
    }
    return bytes;
}

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x} ", static_cast<unsigned char>(byte));
    return text;
}

FoldedShop example_shop() {
    FoldedShop shop;
    event::Event looked = view(at(0), "v1", "MUG");
    looked.event_id = "e1";
    shop.take(looked);
    event::Event bought = purchase(at(5), "v1", "o-1001", {line("MUG", 2, 4'050'000)});
    bought.event_id = "e2";
    bought.user_id = "u7";
    shop.take(bought);
    event::Event returned = refund(at(10), "v1", "o-1001", {line("MUG", 1)});
    returned.event_id = "e3";
    shop.take(returned);
    return shop;
}

TEST(LayoutsPage, shows_the_hot_record_as_it_is) {
    FoldedShop shop = example_shop();
    EXPECT_EQ(hex(example("visitor-hot")), hex(shop.records("v1").hot));
}

TEST(LayoutsPage, shows_the_cold_record_as_it_is) {
    FoldedShop shop = example_shop();
    EXPECT_EQ(hex(example("visitor-cold")), hex(shop.records("v1").cold));
}

TEST(LayoutsPage, shows_a_user_as_it_is) {
    FoldedShop shop = example_shop();
    EXPECT_EQ(hex(example("user")), hex(shop.users().begin()->second));
}

TEST(LayoutsPage, shows_an_item_as_it_is) {
    FoldedShop shop = example_shop();
    event::Event later = view(at(0) + 5 * day_ms, "v2", "TEA");
    shop.take(later);
    later = view(at(1) + 5 * day_ms, "v2", "MUG");
    shop.take(later);
    EXPECT_EQ(hex(example("item")), hex(shop.items().at(item_key("MUG"))));
}

}  // namespace

}  // namespace vitrina::state
