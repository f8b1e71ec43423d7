#include "candidates/text_factors.hpp"

#include <algorithm>
#include <cmath>

#include "base/dense.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"

namespace vitrina::candidates {

std::vector<std::uint64_t> word_hashes(std::string_view text, const features::Words& words) {
    std::vector<std::uint64_t> hashes;
    for (const std::string& word : words.of(text)) hashes.push_back(text_hash(word));
    std::ranges::sort(hashes);
    return hashes;
}

std::vector<WordWeight> Vocabulary::weights(std::span<const std::uint64_t> hashes) const {
    const double rarest = std::log(1.0 + learned_items);
    std::vector<WordWeight> known;
    double squares = 0;
    for (auto begin = hashes.begin(); begin != hashes.end();) {
        const auto end = std::upper_bound(begin, hashes.end(), *begin);
        const auto found = std::ranges::lower_bound(words, *begin);
        const bool learned = found != words.end() && *found == *begin;
        const auto word = static_cast<std::size_t>(found - words.begin());
        const double rare = learned ? static_cast<double>(rarity[word]) : rarest;
        const double weight = (1.0 + std::log(static_cast<double>(end - begin))) * rare;
        squares += weight * weight;
        if (learned && weight > 0) known.push_back({static_cast<std::uint32_t>(word), static_cast<float>(weight)});
        begin = end;
    }
    for (WordWeight& word : known)
        word.weight = static_cast<float>(static_cast<double>(word.weight) / std::sqrt(squares));
    return known;
}

bool write_text_factor(std::span<const WordWeight> weights, const Rows& word_factors, std::span<const float> mean,
                       std::span<float> factor) {
    if (weights.empty()) return false;
    std::ranges::copy(mean, factor.begin());
    for (const WordWeight& word : weights)
        axpy(word.weight, word_factors[word.word], factor.data(), word_factors.stride);
    return true;
}

TextFactors::TextFactors(const model::Model& model) {
    if (!model.has("text_factors.words")) return;
    vocabulary_ = {model.section<std::uint64_t>("text_factors.words"), model.section<float>("text_factors.rarity"), 0};
    mean_ = model.section<float>("text_factors.mean");
    const auto factors = model.section<float>("text_factors.factors");
    const auto learned = model.section<double>("text_factors.learned_items");
    ensure(vocabulary_.rarity.size() == vocabulary_.words.size() && learned.size() == 1 &&
               factors.size() == vocabulary_.words.size() * mean_.size(),
           "the model's factors of words have a wrong shape");
    vocabulary_.learned_items = learned[0];
    factors_ = {factors.data(), vocabulary_.words.size(), mean_.size()};
}

bool TextFactors::write(std::string_view text, const features::Words& words, std::span<float> factor) const {
    return write_text_factor(vocabulary_.weights(word_hashes(text, words)), factors_, mean_, factor);
}

}  // namespace vitrina::candidates
