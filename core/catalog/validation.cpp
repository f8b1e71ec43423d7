#include <fmt/format.h>

#include <initializer_list>
#include <string_view>

#include "base/plain_text.hpp"
#include "catalog/catalog.hpp"

namespace vitrina::catalog {
namespace {

constexpr MoneyMicros most_money = 9'000'000'000'000 * money_unit;

std::unexpected<Error> refused(const Item& item, std::string_view field, std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("{} of item \"{}\" {}", field, item.item_id.substr(0, 64), why));
}

Result<void> check_text(const Item& item, std::string_view field, std::string_view text, std::size_t limit) {
    if (text.size() > limit)
        return refused(item, field, fmt::format("has {} bytes; at most {} are taken", text.size(), limit));
    if (!is_plain_text(text, LineEnds::allowed))
        return refused(item, field, "holds control characters or is not UTF-8; send plain UTF-8 text");
    return {};
}

Result<void> check_ids(const Item& item, const Limits& limits) {
    if (item.item_id.empty()) return fail(ErrorCode::invalid_input, "an item has no item_id; every item needs one");
    for (const auto& [field, id] : {std::pair{"item_id", &item.item_id}, std::pair{"group_id", &item.group_id}})
        if (id->size() > limits.id_bytes || !is_plain_text(*id))
            return refused(item, field,
                           fmt::format("is no id: plain UTF-8 of at most {} bytes is taken", limits.id_bytes));
    return {};
}

// They end up in the links of the shop's pages.
Result<void> check_addresses(const Item& item) {
    const auto checked = [&](std::string_view field, const std::string& address) -> Result<void> {
        if (is_web_address(address)) return {};
        return refused(item, field,
                       fmt::format("\"{}\" is no address of the web; begin it with https:// or http://, or with / for "
                                   "one of your own pages",
                                   address.substr(0, 64)));
    };
    if (auto good = checked("url", item.url); !good) return good;
    if (auto good = checked("image_url", item.image_url); !good) return good;
    for (const auto& [locale, text] : item.localized)
        if (auto good = checked("localized url", text.url); !good) return good;
    return {};
}

Result<void> check_texts(const Item& item, const Limits& limits) {
    for (const auto& [field, text] :
         {std::pair{"title", &item.title}, std::pair{"description", &item.description}, std::pair{"brand", &item.brand},
          std::pair{"url", &item.url}, std::pair{"image_url", &item.image_url}})
        if (auto good = check_text(item, field, *text, limits.text_bytes); !good) return good;
    for (const auto& [locale, text] : item.localized)
        for (const auto* each : {&locale, &text.title, &text.url, &text.description})
            if (auto good = check_text(item, "localized", *each, limits.text_bytes); !good) return good;
    return check_addresses(item);
}

Result<void> check_lists(const Item& item, const Limits& limits) {
    if (item.categories.size() > limits.categories)
        return refused(item, "categories",
                       fmt::format("are {}; at most {} are taken", item.categories.size(), limits.categories));
    for (const auto& path : item.categories) {
        if (path.empty()) return refused(item, "categories", "hold an empty path; leave it out");
        if (auto good = check_text(item, "categories", path, limits.text_bytes); !good) return good;
    }
    if (item.attributes.size() > limits.attributes)
        return refused(item, "attributes",
                       fmt::format("are {}; at most {} are taken", item.attributes.size(), limits.attributes));
    for (const auto& [name, value] : item.attributes) {
        if (name.empty()) return refused(item, "attributes", "hold one without a name");
        for (const auto* text : {&name, &value})
            if (auto good = check_text(item, "attributes", *text, limits.text_bytes); !good) return good;
    }
    return {};
}

Result<void> check_amounts(const Item& item) {
    for (const auto& [field, amount] :
         {std::pair{"price", item.price}, std::pair{"sale_price", item.sale_price}, std::pair{"cost", item.cost}})
        if (amount && (*amount < 0 || *amount > most_money))
            return refused(item, field, fmt::format("is {}; amounts are not negative", money_text(*amount)));
    if (item.price && item.sale_price && *item.sale_price > *item.price)
        return refused(item, "sale_price",
                       fmt::format("{} is above its price {}; send both as they are now", money_text(*item.sale_price),
                                   money_text(*item.price)));
    if (!item.currency.empty() && !is_currency(item.currency))
        return refused(item, "currency",
                       fmt::format("\"{}\" is no ISO-4217 code; write it as GBP or EUR", item.currency.substr(0, 64)));
    return {};
}

Result<void> check_windows(const Item& item) {
    if (item.sale_from && item.sale_until && *item.sale_from >= *item.sale_until)
        return refused(item, "sale_until", fmt::format("{} is not after sale_from", iso_time(*item.sale_until)));
    if (item.available_from && item.available_until && *item.available_from >= *item.available_until)
        return refused(item, "available_until",
                       fmt::format("{} is not after available_from", iso_time(*item.available_until)));
    return {};
}

}  // namespace

Result<Item> validated(Item item, const Limits& limits) {
    Result<void> good = check_ids(item, limits);
    if (good) good = check_texts(item, limits);
    if (good) good = check_lists(item, limits);
    if (good) good = check_amounts(item);
    if (good) good = check_windows(item);
    if (!good) return std::unexpected(std::move(good.error()));
    return item;
}

}  // namespace vitrina::catalog
