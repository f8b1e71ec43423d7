#pragma once
// What an item that nobody has touched would be like among factors, judged by its words: a ridge regression from words to the
// factors of items that people did touch (training/text_factors.hpp).
//
//   factor = mean + Σ_w x_w · f_w,   x_w = (1 + log tf_w) · r_w / √Σ over all words of the item, known or not, of its squares
//
// with the rarity r_w = log((1 + N) / (1 + df_w)). Words that learning never met carry no f_w but still dilute the others.
// Model: "text_factors.words" (u64, sorted hashes), "text_factors.rarity" (float), "text_factors.factors" (float, words × padded d),
// "text_factors.mean" (float, padded d), "text_factors.learned_items" (double, 1: N); and, of the model's own rows without people,
// "text_factors.rows" (u32, ascending) and "text_factors.cold" (float, rows × padded d).
// Threads: values and pure functions; `Words` belongs to one thread. Lifetime: borrows the model's sections.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/matrix.hpp"
#include "features/words.hpp"
#include "model/model.hpp"

namespace vitrina::candidates {

struct WordWeight {
    std::uint32_t word = 0;
    float weight = 0;
};

// The words of a text as sorted hashes, with repeats.
std::vector<std::uint64_t> word_hashes(std::string_view text, const features::Words& words);

// Words that learning knows.
struct Vocabulary {
    std::span<const std::uint64_t> words;  // sorted hashes
    std::span<const float> rarity;         // beside `words`
    double learned_items = 0;

    // x of the header, ascending by word. Precondition: `hashes` is sorted.
    std::vector<WordWeight> weights(std::span<const std::uint64_t> hashes) const;
};

class TextFactors {
public:
    explicit TextFactors(const model::Model& model);

    // False for a model that learned nothing from words.
    bool known() const { return factors_.count > 0; }
    // False where no word is known; `factor` (padded d numbers) is then left as it was.
    bool write(std::string_view text, const features::Words& words, std::span<float> factor) const;

private:
    Vocabulary vocabulary_;
    std::span<const float> mean_;
    Rows factors_;
};

// The formula, for any place where word factors and a mean lie. False as above.
bool write_text_factor(std::span<const WordWeight> weights, const Rows& word_factors, std::span<const float> mean,
                       std::span<float> factor);

}  // namespace vitrina::candidates
