#pragma once
// Sides that need no recommender: nobody, chance, and one that knows what the person has in mind.
//
// Threads: a side belongs to one run. Lifetime: borrow the shop.

#include "simulator/side.hpp"

namespace vitrina::simulator {

class Nobody final : public Side {
public:
    bool shows() const override { return false; }
};

// Any items that are in stock.
class AtRandom final : public Side {
public:
    explicit AtRandom(const Shop& shop) : shop_(shop) {}
    void show(const Asked& asked, Shown& shown) override;

private:
    const Shop& shop_;
};

// Greedy for this one visit: the items of wanted leaves with the largest expected revenue, click and choice counted, by the true
// utilities. Not known to it: how things look from afar, and the person's draws. No bound in the strict sense: it looks no
// visit ahead, and items beside each other take from each other.
class Knowing final : public Side {
public:
    explicit Knowing(const Shop& shop) : shop_(shop) {}
    void show(const Asked& asked, Shown& shown) override;

private:
    const Shop& shop_;
};

}  // namespace vitrina::simulator
