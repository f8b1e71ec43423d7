#include "event/event.hpp"

#include <array>

namespace vitrina::event {
namespace {

// By number of the kind; 0 is nobody's.
constexpr std::array<std::string_view, 14> names = {"",          "view_item_list",  "select_item", "view_item",
                                                    "search",    "add_to_wishlist", "add_to_cart", "remove_from_cart",
                                                    "view_cart", "begin_checkout",  "purchase",    "refund",
                                                    "login",     "logout"};

}  // namespace

std::string_view name_of(EventKind kind) {
    const auto number = static_cast<std::size_t>(kind);
    return number < names.size() ? names[number] : std::string_view{};
}

std::optional<EventKind> kind_named(std::string_view name) {
    for (std::size_t number = 1; number < names.size(); ++number)
        if (names[number] == name) return static_cast<EventKind>(number);
    return {};
}

}  // namespace vitrina::event
