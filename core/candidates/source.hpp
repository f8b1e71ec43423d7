#pragma once
// What could be shown: a source answers a query with scored rows of a model. One file a source; `make_source` knows them all.
//
// Sources learned by training, and the sections of the model they read, "<name>.<array>":
//   item_item  covisit_view_view  covisit_view_buy  covisit_cart_buy  covisit_buy_buy  same_order  kinds_together
//   session_knn  ials  next_basket  content  popular  recent
// What stands outside of this interface because its items may be unknown to the model: cold_items.hpp.
// Threads: a source is immutable; every thread brings its own `Scratch`.
// Lifetime: a source borrows the model.
// Shapes: at most `limit` rows, best first, ties by row; scores are ≥ 0 and comparable within one answer only.
// Not an error: an empty answer (nothing known of the person, nothing to say about the context).
// Every source holds to the same contract suite (training/source_contract_test.cpp).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/top_k.hpp"
#include "candidates/keyed_sums.hpp"
#include "features/query.hpp"
#include "model/model.hpp"

namespace vitrina::candidates {

// Working memory of one thread: a dense accumulator over the model's rows that remembers what it touched.
class Scratch {
public:
    explicit Scratch(std::size_t rows) : score_(rows, 0.0f), touched_flag_(rows, 0) {}

    void add(std::uint32_t row, float score) {
        if (touched_flag_[row] == 0) {
            touched_flag_[row] = 1;
            touched_.push_back(row);
        }
        score_[row] += score;
    }
    float score(std::uint32_t row) const { return score_[row]; }
    const std::vector<std::uint32_t>& touched() const { return touched_; }
    std::size_t rows() const { return score_.size(); }

    // The best `limit` rows with a score above 0, best first; clears the accumulator.
    std::vector<Scored> take_best(std::size_t limit);
    void clear();

    // Sums by session or person, for sources that look for neighbours first; each of them resets it.
    KeyedSums& keyed() { return keyed_; }

private:
    KeyedSums keyed_;
    std::vector<float> score_;
    std::vector<std::uint8_t> touched_flag_;
    std::vector<std::uint32_t> touched_;
};

class Source {
public:
    virtual ~Source() = default;
    virtual std::string_view name() const = 0;
    // May rows of the person's own history come back (next basket, session kNN with reminder), or are they left to the rules?
    virtual std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const = 0;
    // What `from` alone says for `to`, for reasons: above 0 only where this source goes from that item to the other.
    virtual float link(std::uint32_t /*from*/, std::uint32_t /*to*/) const { return 0; }
};

// Null where the model has no sections of that source, or nobody knows the name.
std::unique_ptr<Source> make_source(std::string_view name, std::shared_ptr<const model::Model> model);

// Every name that `make_source` knows, in a fixed order.
const std::vector<std::string_view>& source_names();

}  // namespace vitrina::candidates
