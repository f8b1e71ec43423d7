#pragma once
// The two sides of the counter: what shoppers do and ask, and who answers. Whoever recommends (nobody, chance, Vitrina over its
// contract, an all-knowing one) is a `Side`; journeys know nothing else about it.
//
// Threads: a side belongs to one run. Lifetime: everything handed over is borrowed for the call.
// Units: times in ms since 1970; money in the shop's currency.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "simulator/shopper.hpp"

namespace vitrina::simulator {

enum class Happening { search, view_item, select_item, add_to_cart, remove_from_cart, begin_checkout, purchase, login };
enum class Slot { home, product, cart };
constexpr const char* slot_names[] = {"home", "product", "cart"};

struct Line {
    ItemNumber item = 0;
    std::uint32_t quantity = 1;
    double price = 0;
    std::string recommendation_id;  // of the answer it was chosen from; empty: found without
    int index = -1;                 // its place there
    int slot = -1;                  // the Slot it was chosen from; -1: found without
};

struct Identity {
    ShopperNumber shopper = 0;
    std::uint32_t device = 0, cookie = 0;
    bool logged_in = false, bot = false;
};

struct Deed {
    Happening what = Happening::view_item;
    Identity who;
    TimeMs time = 0;
    std::span<const Line> lines;
    LeafNumber leaf = 0;      // searched for
    std::uint64_t order = 0;  // of a purchase
};

struct Want {
    LeafNumber leaf = 0;
    double bonus = 0;  // how much more this person wants something of it
    bool open = true;
};

// What only the shopper himself knows; for the arm that knows the truth.
struct Mind {
    const Shopper& shopper;
    const Taste& taste;
    std::span<const Want> wants;
    std::span<const ItemNumber> judged;  // in this visit: seen, and taken or not
    double intent = 0, money_left = 0;
};

struct Asked {
    Slot slot = Slot::home;
    Identity who;
    TimeMs time = 0;
    int day = 0;
    ItemNumber item = 0;  // of a product's page
    std::span<const Line> cart;
    std::size_t size = 0;
    const Mind* mind = nullptr;
};

struct Shown {
    std::vector<ItemNumber> items;
    std::string recommendation_id;
};

class Side {
public:
    virtual ~Side() = default;
    virtual bool shows() const { return true; }  // false: nobody needs to ask
    virtual void happened(const Deed&) {}
    virtual void show(const Asked&, Shown&) {}
    virtual void day_begins(int /*day*/) {}
};

}  // namespace vitrina::simulator
