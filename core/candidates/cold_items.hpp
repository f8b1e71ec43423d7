#pragma once
// Items that nobody had touched when the model was learned, by a person's taste: ⟨person, factor of the item's words⟩ where above 0.
// Person: candidates/ials.hpp. Factors: candidates/text_factors.hpp, for rows of the model as training wrote them, for items that came
// later from their texts.
//
// Numbers: below the model's rows they are rows; above them whatever the caller means by them.
// Threads: immutable once made. Lifetime: shares the model.
// Not an error: a person of whom nothing is known, a model that learned nothing from words (no answer).

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/best_products.hpp"
#include "candidates/ials.hpp"
#include "candidates/text_factors.hpp"

namespace vitrina::candidates {

// An item that the model does not know.
struct Newcomer {
    std::uint32_t number = 0;
    std::string text;  // catalog/learning_text.hpp
};

// What the model says about cold items; made once a model.
class ColdModel {
public:
    // Precondition: the model has "text_factors.words" and "ials.factors".
    explicit ColdModel(const std::shared_ptr<const model::Model>& model);

    const PersonFactors& people() const { return people_; }
    const TextFactors& text_factors() const { return text_factors_; }
    std::span<const std::uint32_t> rows() const { return rows_; }  // without people, ascending
    const Rows& factors() const { return factors_; }               // beside `rows`
    const BestProducts& best() const { return best_; }

private:
    PersonFactors people_;
    TextFactors text_factors_;
    std::span<const std::uint32_t> rows_;
    Rows factors_;
    BestProducts best_;
};

// Null where the model learned nothing from words.
std::shared_ptr<const ColdModel> make_cold_model(const std::shared_ptr<const model::Model>& model);

class ColdItems {
public:
    // Precondition: newcomers ascend by number, from the model's rows upwards.
    ColdItems(std::shared_ptr<const ColdModel> model, std::span<const Newcomer> newcomers);

    // The best of all of them.
    std::vector<Scored> candidates(const features::Query& query, std::size_t limit) const;
    // Scores of just these numbers, touched ones by their own factors; best first, those above 0.
    std::vector<Scored> among(std::span<const std::uint32_t> numbers, const features::Query& query) const;
    std::size_t size() const { return model_->rows().size() + numbers_.size(); }

private:
    const float* factor_of(std::uint32_t number) const;

    std::shared_ptr<const ColdModel> model_;
    std::vector<std::uint32_t> numbers_;  // of newcomers whose words say something
    Matrix factors_;                      // beside `numbers_`
    BestProducts best_;
};

}  // namespace vitrina::candidates
