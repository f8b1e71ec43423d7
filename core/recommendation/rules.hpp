#pragma once
// What may be shown to this person on this page. Two kinds: rules that are never relaxed, about one variant; and rules that
// give way when there is too little to show (answer.hpp says in which order).
//
// Threads: immutable once made. Lifetime: borrows the inquiry.
// Cost: some hash look-ups a candidate; the filter is asked last.

#include <cstddef>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "recommendation/inquiry.hpp"

namespace vitrina::recommendation {

// Does one buy it again? Learned from everybody (section repeat.rate of the model), or shown by the person: bought in two
// orders.
bool replenishable(float repeat_rate, std::size_t own_orders);

class Rules {
public:
    explicit Rules(const Inquiry& inquiry);

    // Empty when the variant may be shown, else the name of the rule that forbids it, as the trace says it.
    std::string_view forbidden(catalog::Slot slot) const;
    // The variant to show of an item as learning knows it: the one that the person had before, else the one that sells best.
    // Nothing where all are forbidden; `why` then is the rule that forbids the last of them.
    std::optional<catalog::Slot> variant(ItemKey learning_key, std::string_view& why) const;

    // Bought within the placement's window and not replenishable.
    bool recently_bought(ItemKey learning_key) const { return contains(recently_bought_, learning_key); }
    // What the placement or the request is about: the person's own past, the request's category.
    bool outside_of_own_past(ItemKey learning_key) const;
    bool outside_of_category(catalog::Slot slot) const;

private:
    bool same_as_page(ItemKey learning_key) const { return contains(page_, learning_key); }

    const Inquiry& inquiry_;
    std::vector<ItemKey> page_;             // learning keys of the product shown
    std::vector<ItemKey> excluded_;         // item keys
    std::vector<ItemKey> candidates_;       // item keys; empty: all
    std::vector<ItemKey> recently_bought_;  // learning keys
    std::vector<ItemKey> known_;            // learning keys, with `only_known`
    std::unordered_map<ItemKey, catalog::Slot> had_before_;
};

}  // namespace vitrina::recommendation
