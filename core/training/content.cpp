#include "training/content.hpp"

#include <algorithm>
#include <cmath>

#include "base/pool.hpp"
#include "features/words.hpp"
#include "model/sparse_table.hpp"
#include "training/row_accumulator.hpp"

namespace vitrina::training {
namespace {

constexpr std::size_t rows_a_block = 128;

struct Said {
    std::uint32_t word = 0;
    float weight = 0;
};

// Words of all items, numbered in the order of their hash, and back.
struct Vocabulary {
    std::vector<std::uint64_t> hashes;               // sorted
    std::vector<std::vector<std::uint64_t>> of_row;  // sorted, with repeats
    std::vector<std::uint32_t> items_with;           // df, beside `hashes`
};

Vocabulary read_words(std::size_t rows, const ItemText& text, Executor& executor) {
    std::vector<std::string> texts(rows);
    for (std::uint32_t r = 0; r < rows; ++r) texts[r] = text(r);
    Vocabulary vocabulary;
    vocabulary.of_row.resize(rows);
    Pool<features::Words> pool([] { return std::make_unique<features::Words>(); });
    executor.for_each_block(block_count(rows, rows_a_block), [&](std::size_t block) {
        const auto words = pool.borrow();
        for (std::size_t r = block * rows_a_block; r < std::min(rows, (block + 1) * rows_a_block); ++r) {
            for (const std::string& word : words->of(texts[r])) vocabulary.of_row[r].push_back(text_hash(word));
            std::ranges::sort(vocabulary.of_row[r]);
        }
    });
    for (const auto& hashes : vocabulary.of_row)
        std::ranges::unique_copy(hashes, std::back_inserter(vocabulary.hashes));
    std::ranges::sort(vocabulary.hashes);
    std::vector<std::uint64_t> distinct;
    for (const std::uint64_t hash : vocabulary.hashes) {
        if (distinct.empty() || distinct.back() != hash) {
            distinct.push_back(hash);
            vocabulary.items_with.push_back(0);
        }
        ++vocabulary.items_with.back();
    }
    vocabulary.hashes = std::move(distinct);
    return vocabulary;
}

// The weights of one item's words, of length 1 together.
std::vector<Said> weighted(const Vocabulary& vocabulary, std::size_t row, const ContentRecipe& recipe) {
    std::vector<Said> said;
    const std::vector<std::uint64_t>& hashes = vocabulary.of_row[row];
    double squares = 0;
    for (auto begin = hashes.begin(); begin != hashes.end();) {
        const auto end = std::upper_bound(begin, hashes.end(), *begin);
        const auto word =
            static_cast<std::size_t>(std::ranges::lower_bound(vocabulary.hashes, *begin) - vocabulary.hashes.begin());
        const std::uint32_t items_with = vocabulary.items_with[word];
        const double idf =
            std::log((1.0 + static_cast<double>(vocabulary.of_row.size())) / (1.0 + static_cast<double>(items_with)));
        const double weight = (1.0 + std::log(static_cast<double>(end - begin))) * idf;
        squares += weight * weight;  // words that no other item has still make an item less like the others
        if (items_with > 1 && items_with <= recipe.word_items && weight > 0)
            said.push_back({static_cast<std::uint32_t>(word), static_cast<float>(weight)});
        begin = end;
    }
    for (Said& word : said) word.weight = static_cast<float>(static_cast<double>(word.weight) / std::sqrt(squares));
    return said;
}

// Who says a word and how strongly, ascending by row.
std::vector<std::vector<Scored>> postings_of(const std::vector<std::vector<Said>>& said, std::size_t words) {
    std::vector<std::vector<Scored>> postings(words);
    for (std::uint32_t row = 0; row < said.size(); ++row)
        for (const Said& word : said[row]) postings[word.word].push_back({row, word.weight});
    return postings;
}

}  // namespace

void train_content(const ContentRecipe& recipe, const ItemText& text, model::ModelBuilder& builder,
                   Executor& executor) {
    const std::size_t rows = builder.item_keys().size();
    const Vocabulary vocabulary = read_words(rows, text, executor);
    std::vector<std::vector<Said>> said(rows);
    executor.for_each_block(block_count(rows, rows_a_block), [&](std::size_t block) {
        for (std::size_t r = block * rows_a_block; r < std::min(rows, (block + 1) * rows_a_block); ++r)
            said[r] = weighted(vocabulary, r, recipe);
    });
    const std::vector<std::vector<Scored>> postings = postings_of(said, vocabulary.hashes.size());
    std::vector<model::SparseBlock> blocks(block_count(rows, rows_a_block));
    Pool<RowAccumulator> accumulators([&] { return std::make_unique<RowAccumulator>(rows); });
    executor.for_each_block(blocks.size(), [&](std::size_t block) {
        const auto sums = accumulators.borrow();
        for (std::size_t r = block * rows_a_block; r < std::min(rows, (block + 1) * rows_a_block); ++r) {
            for (const Said& word : said[r])
                for (const Scored& other : postings[word.word]) sums->add(other.row, word.weight * other.score);
            blocks[block].append_row(sums->take_largest(recipe.neighbours, static_cast<std::uint32_t>(r), {}));
        }
    });
    model::add_table(builder, "content", std::move(blocks));
    builder.add("content.query", std::vector<double>{recipe.view_weight, recipe.wish_weight, recipe.cart_weight, 1.0,
                                                     recipe.half_life_days});
}

}  // namespace vitrina::training
