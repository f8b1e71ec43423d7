#include "training/interactions.hpp"

#include <algorithm>

namespace vitrina::training {
namespace {

struct Pair {
    std::uint32_t item;
    float weight;
};

double weight_of(state::Action action, const ActionWeights& weights) {
    switch (action) {
        case state::Action::view: return weights.view;
        case state::Action::wish: return weights.wish;
        case state::Action::cart: return weights.cart;
        case state::Action::buy: return weights.buy;
        case state::Action::refund: return 0;
    }
    return 0;
}

// Remembers at which place of the current person's list an item stands, without clearing a column a person.
class Places {
public:
    explicit Places(std::size_t items) : person_(items, no_person), place_(items) {}
    // The item's place in the list of `person`, or nothing: then it stands at `place` from now on.
    bool is_new(std::uint32_t item, std::uint64_t person, std::size_t place) {
        if (person_[item] == person) return false;
        person_[item] = person;
        place_[item] = place;
        return true;
    }
    std::size_t place(std::uint32_t item) const { return place_[item]; }

private:
    static constexpr std::uint64_t no_person = ~std::uint64_t{0};
    std::vector<std::uint64_t> person_;
    std::vector<std::size_t> place_;
};

void add_person(Interactions& to, std::vector<Pair>& pairs) {
    std::ranges::sort(pairs, {}, &Pair::item);
    for (const Pair& pair : pairs) {
        to.item.push_back(pair.item);
        to.item_weight.push_back(pair.weight);
    }
    to.person_offsets.push_back(to.item.size());
}

void invert(Interactions& of, std::size_t items) {
    of.item_offsets.assign(items + 1, 0);
    for (const std::uint32_t item : of.item) ++of.item_offsets[item + 1];
    for (std::size_t i = 0; i < items; ++i) of.item_offsets[i + 1] += of.item_offsets[i];
    std::vector<std::uint64_t> next(of.item_offsets.begin(), of.item_offsets.end() - 1);
    of.person.resize(of.pairs());
    of.person_weight.resize(of.pairs());
    for (std::size_t p = 0; p < of.people(); ++p) {
        for (std::uint64_t e = of.person_offsets[p]; e < of.person_offsets[p + 1]; ++e) {
            const std::uint64_t place = next[of.item[e]]++;
            of.person[place] = static_cast<std::uint32_t>(p);
            of.person_weight[place] = of.item_weight[e];
        }
    }
}

}  // namespace

Interactions interactions_of(const History& history, const ActionWeights& weights, std::size_t items_a_person) {
    Interactions all;
    Places places(history.items.size());
    std::vector<Pair> pairs;
    for (std::size_t p = 0; p < history.people(); ++p) {
        pairs.clear();
        for (std::uint64_t e = history.offsets[p + 1]; e-- > history.offsets[p];) {
            const auto weight = static_cast<float>(weight_of(history.action[e], weights));
            if (weight <= 0) continue;
            const std::uint32_t item = history.item[e];
            if (places.is_new(item, p, pairs.size()))
                pairs.push_back({item, weight});
            else
                pairs[places.place(item)].weight = std::max(pairs[places.place(item)].weight, weight);
        }
        pairs.resize(std::min(pairs.size(), items_a_person));
        add_person(all, pairs);
    }
    invert(all, history.items.size());
    return all;
}

}  // namespace vitrina::training
