#pragma once
// Taste as factors: folds the person in and scores every item of the model.
//
// The person's factor is one more row of the half-step that trained the model, solved over the distinct items of his history
// (at most 256, the newest) and of the context; score(j) = ⟨person, item j⟩ where above 0. Nobody needs to have been there when
// the model was trained, and a user who was gets the factor of what is known now.
// Model: the sections that training/ials.hpp names.
// Surprising cost: making the source copies the factors in 8-bit steps (items · (d + 16) bytes, 20 ms for 100,000 items); an
// answer reads at most that copy and multiplies what could be among the best (base/best_products.hpp).

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "base/matrix.hpp"
#include "candidates/source.hpp"
#include "candidates/taste.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_ials(std::shared_ptr<const model::Model> model);

// What weighs against the fit, in the letters of training/ials.hpp.
struct IalsPenalty {
    double unobserved = 0;       // α0
    double regularisation = 0;   // λ
    double frequency_power = 1;  // ν
    double others_active = 0;    // |I| when people are solved, |U| when items are
};

// Folds people in. Threads: immutable. Lifetime: shares the model.
class PersonFactors {
public:
    // Precondition: the model has "ials.factors".
    explicit PersonFactors(std::shared_ptr<const model::Model> model);

    // Padded d numbers; empty where nothing is known of the person that the model knows too.
    std::vector<float> of(const features::Query& query) const;
    // Of the model's items, by row.
    const Rows& items() const { return items_; }

private:
    std::vector<Scored> known_of(const features::Query& query) const;

    std::shared_ptr<const model::Model> model_;
    std::span<const double> gram_;
    TasteWeights weights_;
    IalsPenalty penalty_;
    Rows items_;
};

// D of base/ridge.hpp for a row with `pairs` pairs: α0 · gram_k + λ (pairs + α0 · others)^ν.
void regularised_diagonal(std::span<const double> gram, const IalsPenalty& penalty, std::size_t pairs,
                          std::span<float> diagonal);

}  // namespace vitrina::candidates
