#pragma once
// What is for sale: one item (or one variant of a `group_id`).
//
// Lifetime: a value that owns its texts. Money in millionths, times in milliseconds UTC. Field names are API.md's.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/keys.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::catalog {

enum class Availability : std::uint8_t { in_stock = 0, out_of_stock = 1, preorder = 2 };

struct LocalizedText {
    std::string title;
    std::string url;
    std::string description;
    bool operator==(const LocalizedText&) const = default;
};

struct Item {
    std::string item_id;
    std::string title;
    std::string description;
    std::vector<std::string> categories;  // paths, "kitchen > mugs"
    std::string brand;
    std::optional<MoneyMicros> price;
    std::optional<MoneyMicros> sale_price;
    std::optional<TimeMs> sale_from;
    std::optional<TimeMs> sale_until;
    std::string currency;
    std::optional<MoneyMicros> cost;
    Availability availability = Availability::in_stock;
    std::optional<std::uint64_t> quantity;
    std::string url;
    std::string image_url;
    std::string group_id;
    std::map<std::string, std::string> attributes;
    std::optional<TimeMs> available_from;
    std::optional<TimeMs> available_until;
    bool hidden = false;
    std::map<std::string, LocalizedText> localized;
    std::optional<TimeMs> created_at;
    bool absent = false;  // the last complete run of the feed did not mention it (run.hpp)
    bool operator==(const Item&) const = default;
};

// The price a shopper pays at `now`: the sale price within its window, else the price.
std::optional<MoneyMicros> price_at(const Item& item, TimeMs now);

// May the item be sold and shown at `now`: not hidden or absent, in stock or pre-order, quantity not 0, within its dates.
bool sellable_at(const Item& item, TimeMs now);

}  // namespace vitrina::catalog
