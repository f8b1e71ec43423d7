#pragma once
// A side that has learned all that can be learned, and reads no minds: the ceiling of whoever learns.
//
// It knows the shop's items and leaves as they truly are, what goes with what, how people choose, whose visit it is and what he
// bought before. It does not know what nobody can learn: what a person came for today, beyond the pages that he has asked for in
// this visit; what he thinks of a thing that he has not looked at; his mood. With `Knows::people` it knows, too, what each person
// likes and can spend, from his first page on and better than any history tells; with `Knows::shop` nobody in particular.
//
// An answer is filled place by place with what adds the most expected revenue: wanted, clicked and put into the cart, where nothing
// before it of the same leaf was clicked. No bound in the strict sense: it looks no page ahead.
//
// Threads: belongs to one run. Lifetime: borrows the shop. Cost: up to a ms an answer.

#include <unordered_map>

#include "simulator/side.hpp"

namespace vitrina::simulator {

enum class Knows { shop, people };

class Learned final : public Side {
public:
    Learned(const Shop& shop, Knows knows) : shop_(shop), knows_(knows) {}
    void happened(const Deed& deed) override;
    void show(const Asked& asked, Shown& shown) override;

private:
    // What a shop sees of a person; days since 1970.
    struct Seen {
        std::vector<LeafPast> bought;
        std::int64_t day = -1, day_before = -1;        // of his visit, and of the one before it
        std::int64_t in_cart = -1, left_in_cart = -1;  // the first leaf, in this visit and in the one before
        std::vector<LeafNumber> sought, taken;         // in this visit
    };
    struct Wanted {
        double chance = 0, bonus = 0;
    };
    struct Worth {
        double revenue = 0, clicked = 0;
    };
    Seen& seen_on(const Identity& who, TimeMs time);
    const std::vector<double>& usual_wishes(int day);
    std::vector<double> wish_shares(const Asked& asked, const Seen& seen);
    void expect_first(const Asked& asked, const Seen& seen, std::vector<Wanted>& wanted) const;
    std::vector<Wanted> wanted(const Asked& asked, const Seen& seen);
    Worth worth(const Asked& asked, ItemNumber item, double bonus) const;

    const Shop& shop_;
    Knows knows_;
    std::unordered_map<ShopperNumber, Seen> people_;
    std::vector<double> usual_;  // wishes of people of whom nothing is known, on `usual_day_`
    int usual_day_ = -1;
};

}  // namespace vitrina::simulator
