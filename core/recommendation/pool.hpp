#pragma once
// What could be shown: the answers of a placement's sources, blended. A candidate is an item as learning knows it (a group
// where there is one); which of its variants is shown is for the rules to say.
//
// Sources that need no training (popular, trending, new, recently_viewed, bought_before), those of cold items (cold: all of them;
// new_for_you: the newest items in the order of the person's taste) and learned ones share one space of
// numbers: rows of the model, and behind them the catalogue's slots for items that the model does not know.
// Where the model holds trees for the placement (Snapshot::rankers), and the question is of the kind that they learned from,
// what they order comes first: the candidates of their sources that the rules allow, by the values of the trees. What they were
// not asked about follows in the blend's order, for rules that give way. A pool that time cut short has the blend's order alone.
// At the end each of the two parts is ordered again by scores times what became of the items here before (PlacementSettings::success)
// and what the first `valued_most` are worth once they are looked at (PlacementSettings::objective, worth.hpp). Where it is known what becomes of what the placement shows, that puts the first candidates
// into order instead of their worth (shown_order.hpp).
// Threads: values. Lifetime: borrows the inquiry.

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "candidates/source.hpp"
#include "ranking/blend.hpp"
#include "recommendation/inquiry.hpp"
#include "recommendation/rules.hpp"
#include "recommendation/worth.hpp"

namespace vitrina::recommendation {

struct Contribution {
    std::string source;                           // as the placement writes it
    const candidates::Source* learned = nullptr;  // null for those that are no candidates::Source
    std::vector<Scored> candidates;
    float weight = 0;
};

inline constexpr std::size_t valued_most = 200;

struct Pool {
    std::vector<Contribution> contributions;  // in the order of the placement's sources
    std::vector<ranking::Blended> blended;    // best first
    float weights = 0;                        // sum over the sources that said something
    std::vector<Scored> ranked;  // what the placement's trees ordered, best first; empty: the blend's order
    std::vector<Worth> worths;   // by the objective; empty: clicks
    std::vector<Worth> shown;    // of the first candidates, `taken` being what becomes of them; empty: nothing is known
    bool late = false;           // the deadline left sources unasked
};

// Whether the rules let a row be shown now, asked once a row. Belongs to one answer.
class Showable {
public:
    Showable(const Inquiry& inquiry, const Rules& rules) : inquiry_(inquiry), rules_(rules) {}
    bool operator()(std::uint32_t row);
    std::vector<Scored> first_of(const std::vector<Scored>& said, std::size_t most);

private:
    bool look(std::uint32_t row) const;

    const Inquiry& inquiry_;
    const Rules& rules_;
    std::unordered_map<std::uint32_t, bool> rows_;
};

// Time may run out once; after that nobody asks again.
using TimeIsUp = std::function<bool()>;

Pool gather(const Inquiry& inquiry, const Rules& rules, candidates::Scratch& scratch, const TimeIsUp& time_is_up);

// What the blend, or the trees, say of a candidate of the pool.
float score_of(const ranking::Blended& blended, const Pool& pool);

// How the item of a number did here before, beside others; 1 where nothing is known.
float success_of(std::uint32_t number, const Inquiry& inquiry);

// The item behind a number of the pool, as learning calls it now.
ItemKey candidate_key(std::uint32_t number, const Situation& situation);

}  // namespace vitrina::recommendation
