#pragma once
// From candidates in order to the items shown: takes what the rules allow, holds back what a rule that may give way forbids,
// and takes from what was held back when such a rule is relaxed.
//
// Threads: belongs to one answer. Lifetime: borrows rules and inquiry.

#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "recommendation/rules.hpp"

namespace vitrina::recommendation {

// `source` is the index of the pool's strongest contribution, or one of these.
inline constexpr std::uint32_t from_fallback = 0xfffffffe;
inline constexpr std::uint32_t from_cold = 0xfffffffd;  // drawn for an explored slot from the cold items

struct Pick {
    catalog::Slot slot = 0;
    ItemKey key{};  // as learning knows it
    float score = 0;
    std::uint32_t number = 0;  // in the pool
    std::uint32_t source = 0;
};

// Rules that may give way, in the order in which they do.
enum Yielding : std::uint8_t { diversity = 1, recently_bought = 2, category = 4, own_past = 8 };

class Selection {
public:
    Selection(const Inquiry& inquiry, const Rules& rules) : inquiry_(inquiry), rules_(rules) {}

    // Offers an item as learning knows it, once; `pick.slot` is filled in.
    void offer(Pick pick);
    // Takes from what was held back, in the order in which it came, whatever breaks no other rule than `relaxed`.
    void relax(std::uint8_t relaxed, std::string_view rule);
    // From now on the person's own past bounds nothing.
    void leave_own_past();

    // The pick with its variant where it could stand in this place: it does not stand in the answer and breaks no rule that binds.
    std::optional<Pick> instead(std::size_t place, Pick pick) const;
    void replace(std::size_t place, const Pick& pick);

    bool full() const { return picks_.size() >= inquiry_.request.size; }
    bool empty() const { return picks_.empty(); }
    bool holds_something() const { return !held_.empty(); }
    const std::vector<Pick>& picks() const { return picks_; }
    std::vector<Trace> take_trace() { return std::move(trace_); }

private:
    struct Held {
        Pick pick;
        std::uint8_t broken = 0;
    };
    // `leaving` is a pick that will not be there.
    std::uint8_t broken(const Pick& pick, const Pick* leaving = nullptr) const;
    std::uint32_t diversity_class(catalog::Slot slot) const;
    void take(const Pick& pick);
    void trace(catalog::Slot slot, std::string_view rule);

    const Inquiry& inquiry_;
    const Rules& rules_;
    std::vector<Pick> picks_;
    std::vector<Held> held_;
    std::uint8_t binding_ = diversity | recently_bought | category | own_past;
    std::unordered_set<ItemKey> offered_;
    std::unordered_map<std::uint32_t, std::size_t> taken_of_class_;
    std::vector<Trace> trace_;
};

}  // namespace vitrina::recommendation
