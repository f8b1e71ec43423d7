#pragma once
// What the product is compared with on the shop's own data: lists that need no learning, asked on the same occasions under the same
// rules that are never relaxed (the cart's lines and the page's item are left out).
//
//   popularity           the most ordered lately (a half-life of 14 days, as `bestsellers`)
//   personal popularity  what the person ordered most often, of equals the latest; then popularity
//   random               items drawn with the seed
// Threads: immutable once made. Lifetime: borrows the shop.

#include <string_view>
#include <vector>

#include "evaluation/occasions.hpp"
#include "features/trends.hpp"

namespace vitrina::evaluation {

class Rivals {
public:
    Rivals(const ShopAt& shop, const features::Trends& trends, std::uint64_t seed);

    static constexpr std::string_view names[] = {"popularity", "personal popularity", "random"};
    // Items as learning knows them, best first; `rival` is an index of `names`, `occasion` a number for the draw.
    std::vector<ItemKey> list(std::size_t rival, const Occasion& occasion, std::size_t number, std::size_t size) const;

private:
    std::vector<ItemKey> personal(const Person& person) const;

    const ShopAt& shop_;
    std::vector<ItemKey> popular_, all_;
    std::uint64_t seed_;
};

}  // namespace vitrina::evaluation
