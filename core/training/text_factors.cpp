#include "training/text_factors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/dense.hpp"
#include "base/pool.hpp"
#include "base/random.hpp"
#include "base/top_k.hpp"
#include "candidates/text_factors.hpp"
#include "training/ials.hpp"

namespace vitrina::training {
namespace {

using ItemText = std::function<std::string(std::uint32_t)>;

constexpr std::size_t rows_a_block = 128;
constexpr std::size_t words_a_block = 256;
constexpr std::size_t steps = 20;  // of conjugate gradients; the diagonal is divided away, so that few suffice
constexpr double half_trusted_people = 10;
constexpr double penalties[] = {0.3, 1, 3, 10, 30};
constexpr std::size_t held_out_share = 5;  // one in so many

using candidates::WordWeight;

// Sparse rows, and the same numbers by column.
struct Sparse {
    std::vector<std::vector<WordWeight>> of_row;
    std::vector<std::vector<Scored>> of_word;
};

struct Examples {
    std::vector<std::uint32_t> rows;  // of the model, ascending
    std::vector<float> trust;         // c
    std::vector<std::uint8_t> held_out;
    Sparse words;
    Matrix targets;  // factor − mean
    std::vector<float> mean;
};

void for_blocks(Executor& executor, std::size_t count, std::size_t a_block,
                const std::function<void(std::size_t)>& each) {
    executor.for_each_block(block_count(count, a_block), [&](std::size_t block) {
        for (std::size_t at = block * a_block; at < std::min(count, (block + 1) * a_block); ++at) each(at);
    });
}

std::vector<std::vector<std::uint64_t>> hashes_of(std::span<const std::uint32_t> rows, const ItemText& text,
                                                  Executor& executor) {
    std::vector<std::string> texts;
    for (const std::uint32_t row : rows) texts.push_back(text(row));
    std::vector<std::vector<std::uint64_t>> hashes(rows.size());
    Pool<features::Words> pool([] { return std::make_unique<features::Words>(); });
    executor.for_each_block(block_count(rows.size(), rows_a_block), [&](std::size_t block) {
        const auto words = pool.borrow();
        for (std::size_t r = block * rows_a_block; r < std::min(rows.size(), (block + 1) * rows_a_block); ++r)
            hashes[r] = candidates::word_hashes(texts[r], *words);
    });
    return hashes;
}

// The items with most people, in row order.
std::vector<std::uint32_t> most_touched(const std::vector<std::uint32_t>& people, std::size_t most) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row = 0; row < people.size(); ++row)
        if (people[row] > 0) rows.push_back(row);
    std::ranges::stable_sort(rows, std::greater<>(), [&](std::uint32_t row) { return people[row]; });
    rows.resize(std::min(rows.size(), most));
    std::ranges::sort(rows);
    return rows;
}

struct Learned {
    std::vector<std::uint64_t> words;
    std::vector<float> rarity;
    double items = 0;
    candidates::Vocabulary vocabulary() const { return {words, rarity, items}; }
};

// Words that at least two items say.
Learned words_of(const std::vector<std::vector<std::uint64_t>>& hashes) {
    std::vector<std::uint64_t> all;
    for (const auto& said : hashes) std::ranges::unique_copy(said, std::back_inserter(all));
    std::ranges::sort(all);
    Learned learned;
    learned.items = static_cast<double>(hashes.size());
    for (auto begin = all.begin(); begin != all.end();) {
        const auto end = std::upper_bound(begin, all.end(), *begin);
        const auto items_with = static_cast<double>(end - begin);
        if (items_with > 1) {
            learned.words.push_back(*begin);
            learned.rarity.push_back(static_cast<float>(std::log((1.0 + learned.items) / (1.0 + items_with))));
        }
        begin = end;
    }
    return learned;
}

std::vector<float> mean_of(const Matrix& factors, const Examples& examples) {
    std::vector<double> sum(factors.stride(), 0.0);
    double trust = 0;
    for (std::size_t e = 0; e < examples.rows.size(); ++e) {
        trust += static_cast<double>(examples.trust[e]);
        for (std::size_t k = 0; k < factors.stride(); ++k)
            sum[k] += static_cast<double>(examples.trust[e]) * static_cast<double>(factors[examples.rows[e]][k]);
    }
    std::vector<float> mean(sum.size());
    for (std::size_t k = 0; k < sum.size(); ++k) mean[k] = static_cast<float>(sum[k] / trust);
    return mean;
}

// A fifth of the rows, drawn by (seed, item key).
std::vector<std::uint8_t> drawn(std::span<const std::uint32_t> rows, const std::vector<ItemKey>& keys,
                                std::uint64_t seed) {
    std::vector<std::pair<std::uint64_t, std::size_t>> draws;
    for (std::size_t e = 0; e < rows.size(); ++e)
        draws.emplace_back(Random(seed, static_cast<std::uint64_t>(keys[rows[e]])).next(), e);
    std::ranges::sort(draws);
    std::vector<std::uint8_t> drawn(rows.size(), 0);
    for (std::size_t n = 0; n < (rows.size() + held_out_share - 1) / held_out_share; ++n) drawn[draws[n].second] = 1;
    return drawn;
}

// What `train_text_factors` is given.
struct Lesson {
    const ItemFactors& touched;
    const Recipe& recipe;
    const ItemText& text;
    model::ModelBuilder& builder;
    Executor& executor;
};

Examples examples_of(const Lesson& lesson, std::vector<std::uint32_t> rows, const Learned& learned,
                     const std::vector<std::vector<std::uint64_t>>& hashes) {
    const ItemFactors& touched = lesson.touched;
    Examples examples{std::move(rows), {}, {}, {{}, std::vector<std::vector<Scored>>(learned.words.size())}, {}, {}};
    for (std::uint32_t e = 0; e < examples.rows.size(); ++e) {
        const double people = touched.people[examples.rows[e]];
        examples.trust.push_back(static_cast<float>(people / (people + half_trusted_people)));
        examples.words.of_row.push_back(learned.vocabulary().weights(hashes[e]));
        for (const WordWeight& word : examples.words.of_row.back())
            examples.words.of_word[word.word].push_back({e, word.weight});
    }
    examples.held_out = drawn(examples.rows, lesson.builder.item_keys(), lesson.recipe.seed);
    examples.mean = mean_of(touched.items, examples);
    examples.targets = Matrix(examples.rows.size(), touched.items.columns());
    for (std::size_t e = 0; e < examples.rows.size(); ++e)
        for (std::size_t k = 0; k < touched.items.stride(); ++k)
            examples.targets[e][k] = touched.items[examples.rows[e]][k] - examples.mean[k];
    return examples;
}

// One ridge system with a right-hand side a dimension.
class Ridge {
public:
    // `spare`: the held-out examples do not count.
    Ridge(const Examples& examples, bool spare, Executor& executor) : examples_(examples), executor_(executor) {
        for (std::size_t e = 0; e < examples.rows.size(); ++e)
            trust_.push_back(spare && examples.held_out[e] != 0 ? 0.0f : examples.trust[e]);
    }

    Matrix solve(double penalty) {
        const std::size_t words = examples_.words.of_word.size(), d = examples_.targets.columns();
        Matrix solution(words, d), residual = gathered(examples_.targets), direction(words, d), scaled(words, d);
        std::vector<float> diagonal(words, static_cast<float>(penalty));
        for (std::size_t w = 0; w < words; ++w)
            for (const Scored& said : examples_.words.of_word[w])
                diagonal[w] += trust_[said.row] * said.score * said.score;
        std::vector<double> before;
        for (std::size_t step = 0; step < steps; ++step) {
            each_number(residual, [&](std::size_t w, std::size_t k) { scaled[w][k] = residual[w][k] / diagonal[w]; });
            const std::vector<double> now = column_products(residual, scaled);
            const std::vector<float> kept = ratios(now, before);
            each_number(residual, [&](std::size_t w, std::size_t k) {
                direction[w][k] = scaled[w][k] + (step > 0 ? kept[k] * direction[w][k] : 0.0f);
            });
            Matrix image = gathered(spread(direction));
            for_blocks(executor_, words, words_a_block, [&](std::size_t w) {
                axpy(static_cast<float>(penalty), direction[w], image[w], image.stride());
            });
            const std::vector<float> length = ratios(now, column_products(direction, image));
            each_number(residual, [&](std::size_t w, std::size_t k) {
                solution[w][k] += length[k] * direction[w][k];
                residual[w][k] -= length[k] * image[w][k];
            });
            before = now;
        }
        return solution;
    }

    // Σ c ‖target − Wᵀ x‖² over the held-out examples, for W and for no words at all.
    std::pair<double, double> held_out_errors(const Matrix& solution) const {
        const Matrix said = spread(solution);
        double error = 0, without = 0;
        for (std::size_t e = 0; e < said.rows(); ++e) {
            if (examples_.held_out[e] == 0) continue;
            for (std::size_t k = 0; k < said.columns(); ++k) {
                const auto target = static_cast<double>(examples_.targets[e][k]);
                const double trust = static_cast<double>(examples_.trust[e]);
                error += trust * std::pow(target - static_cast<double>(said[e][k]), 2);
                without += trust * target * target;
            }
        }
        return {error, without};
    }

private:
    // Xᵀ C examples
    Matrix gathered(const Matrix& of_examples) const {
        Matrix sums(examples_.words.of_word.size(), of_examples.columns());
        for_blocks(executor_, sums.rows(), words_a_block, [&](std::size_t w) {
            for (const Scored& said : examples_.words.of_word[w])
                axpy(trust_[said.row] * said.score, of_examples[said.row], sums[w], sums.stride());
        });
        return sums;
    }
    // X of_words
    Matrix spread(const Matrix& of_words) const {
        Matrix sums(examples_.rows.size(), of_words.columns());
        for_blocks(executor_, sums.rows(), rows_a_block, [&](std::size_t e) {
            for (const WordWeight& word : examples_.words.of_row[e])
                axpy(word.weight, of_words[word.word], sums[e], sums.stride());
        });
        return sums;
    }
    template <class Each>
    void each_number(const Matrix& shape, const Each& each) const {
        for_blocks(executor_, shape.rows(), words_a_block, [&](std::size_t w) {
            for (std::size_t k = 0; k < shape.stride(); ++k) each(w, k);
        });
    }
    // Sums in blocks of words, in block order.
    std::vector<double> column_products(const Matrix& a, const Matrix& b) const {
        std::vector<std::vector<double>> blocks(block_count(a.rows(), words_a_block),
                                                std::vector<double>(a.stride(), 0.0));
        executor_.for_each_block(blocks.size(), [&](std::size_t block) {
            for (std::size_t w = block * words_a_block; w < std::min(a.rows(), (block + 1) * words_a_block); ++w)
                for (std::size_t k = 0; k < a.stride(); ++k)
                    blocks[block][k] += static_cast<double>(a[w][k]) * static_cast<double>(b[w][k]);
        });
        std::vector<double> sums(a.stride(), 0.0);
        for (const auto& block : blocks)
            for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += block[k];
        return sums;
    }
    // 0 where there is nothing to divide by: that column is solved.
    static std::vector<float> ratios(const std::vector<double>& over, const std::vector<double>& under) {
        std::vector<float> ratios(over.size(), 0.0f);
        for (std::size_t k = 0; k < under.size(); ++k)
            if (under[k] > 0) ratios[k] = static_cast<float>(over[k] / under[k]);
        return ratios;
    }

    const Examples& examples_;
    Executor& executor_;
    std::vector<float> trust_;
};

// Null where words tell nothing.
std::optional<double> chosen_penalty(const Examples& examples, Executor& executor) {
    Ridge ridge(examples, true, executor);
    std::optional<double> chosen;
    double least = std::numeric_limits<double>::infinity();
    for (const double penalty : penalties) {
        const auto [error, without] = ridge.held_out_errors(ridge.solve(penalty));
        if (error >= without || error >= least) continue;
        least = error;
        chosen = penalty;
    }
    return chosen;
}

void write_cold_rows(const Lesson& lesson, const Learned& learned, const Matrix& words,
                     const std::vector<float>& mean) {
    const std::vector<std::uint32_t>& people = lesson.touched.people;
    std::vector<std::uint32_t> cold, rows;
    for (std::uint32_t row = 0; row < people.size(); ++row)
        if (people[row] == 0) cold.push_back(row);
    const auto hashes = hashes_of(cold, lesson.text, lesson.executor);
    std::vector<float> factors, factor(words.stride());
    for (std::size_t c = 0; c < cold.size(); ++c) {
        if (!candidates::write_text_factor(learned.vocabulary().weights(hashes[c]), words, mean, factor)) continue;
        rows.push_back(cold[c]);
        factors.insert(factors.end(), factor.begin(), factor.end());
    }
    lesson.builder.add("text_factors.rows", std::move(rows));
    lesson.builder.add("text_factors.cold", std::move(factors));
}

}  // namespace

std::vector<std::uint32_t> people_of_items(const History& history, const IalsRecipe& recipe) {
    const Interactions pairs = ials_pairs(history, recipe).pairs;
    std::vector<std::uint32_t> people(pairs.items());
    for (std::size_t i = 0; i < people.size(); ++i) people[i] = static_cast<std::uint32_t>(pairs.people_of(i).size());
    return people;
}

void train_text_factors(const ItemFactors& touched, const Recipe& recipe, const ItemText& text,
                        model::ModelBuilder& builder, Executor& executor) {
    std::vector<std::uint32_t> rows = most_touched(touched.people, recipe.text_factors.items);
    const auto hashes = hashes_of(rows, text, executor);
    Learned learned = words_of(hashes);
    if (learned.words.empty()) return;
    const Lesson lesson{touched, recipe, text, builder, executor};
    const Examples examples = examples_of(lesson, std::move(rows), learned, hashes);
    const std::optional<double> penalty = chosen_penalty(examples, executor);
    if (!penalty) return;
    const Matrix words = Ridge(examples, false, executor).solve(*penalty);
    write_cold_rows(lesson, learned, words, examples.mean);
    builder.add("text_factors.factors", words.numbers());
    builder.add("text_factors.mean", examples.mean);
    builder.add("text_factors.learned_items", std::vector<double>{learned.items});
    builder.add("text_factors.words", std::move(learned.words));
    builder.add("text_factors.rarity", std::move(learned.rarity));
}

}  // namespace vitrina::training
