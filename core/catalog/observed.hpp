#pragma once
// Items as the rows of orders show them: what a catalogue can be made of where a shop sends none.
//
// Each item id gets a number at first sight. Its title is the description that most rows gave (of equals the one seen first),
// its price the latest one above 0, its category and brand the latest that were given; `created_at` is its first sale.
// Threads: belongs to one thread. Memory: a few hundred bytes an item; at most `titles` descriptions of an item are told apart.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalog/item.hpp"

namespace vitrina::catalog {

struct Sighting {
    std::string_view item_id;
    std::string_view title;
    std::string_view category;
    std::string_view brand;
    std::string_view currency;
    std::optional<MoneyMicros> price;
    TimeMs time = 0;
};

class ObservedItems {
public:
    explicit ObservedItems(std::size_t titles = 16) : titles_(titles) {}

    // The item's number.
    std::uint32_t see(const Sighting& sighting);
    // Item ids by number.
    const std::vector<std::string>& ids() const { return ids_; }
    Item item(std::uint32_t number) const;

private:
    struct Title {
        std::string text;
        std::uint32_t rows = 0;
    };
    struct Observed {
        std::vector<Title> titles;
        std::string category;
        std::string brand;
        std::string currency;
        MoneyMicros price = 0;
        TimeMs price_time = 0;
        TimeMs first = 0;
    };
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    void see_title(Observed& observed, std::string_view title) const;

    std::size_t titles_;
    std::vector<std::string> ids_;
    std::vector<Observed> observed_;
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> numbers_;
};

// `known` with what orders show about it where it says nothing itself: title, price, currency, categories, brand.
Item completed(Item known, const Item& observed);

}  // namespace vitrina::catalog
