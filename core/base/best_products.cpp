#include "base/best_products.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/dense.hpp"
#include "base/error.hpp"

namespace vitrina {

namespace {

constexpr std::size_t questions_at_once = 64;
constexpr std::size_t chunk_bytes = 16'384;  // of the copy that all questions look at while it lies in the first cache
constexpr std::size_t chunk_blocks_most = 16;
constexpr std::int32_t rounding_steps = 3;  // more than turning a bound into steps can err
constexpr double steps_most = 1 << 30;

// New ones until the bound is drawn again: more of them cost products, fewer cost selecting.
constexpr std::size_t survivors_a_prune(std::size_t limit) { return 3 * limit + coarse_rows; }

float largest_of(const float* numbers, std::size_t count) {
    float largest = std::numeric_limits<float>::min();  // never a step of 0
    for (std::size_t k = 0; k < count; ++k) largest = std::max(largest, std::abs(numbers[k]));
    return largest;
}

double length_of(const float* numbers, std::size_t count) {
    double squares = 0;
    for (std::size_t k = 0; k < count; ++k)
        squares += static_cast<double>(numbers[k]) * static_cast<double>(numbers[k]);
    return std::sqrt(squares);
}

// How far a product of floats, and the sums of the bounds, can lie off: roundings times half a unit of the last place.
double rounding_of(std::size_t columns) { return (static_cast<double>(columns) / 8 + 64) * 0x1p-24; }

constexpr double up = 1 + 1e-6;

struct Coarse {
    double kept = 0, left = 0;  // lengths of what the steps say and of what they leave
};

// Numbers in steps of `worth`; calls take(k, step).
template <class Take>
Coarse coarse(const float* numbers, std::size_t count, double worth, const Take& take) {
    double kept_squares = 0, left_squares = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const double number = static_cast<double>(numbers[k]), step = std::round(number / worth), kept = step * worth;
        kept_squares += kept * kept;
        left_squares += (number - kept) * (number - kept);
        take(k, static_cast<std::int32_t>(step));
    }
    return {std::sqrt(kept_squares), std::sqrt(left_squares)};
}

}  // namespace

// A query in steps, and what is known of its best rows so far.
struct BestProducts::Question {
    struct Survivor {
        std::uint32_t place = 0;
        float upper = 0, lower = 0;
    };
    std::vector<std::int8_t> steps;
    double step = 0, steps_a_unit = 0, length = 0, error = 0;
    std::int32_t of_zeros = 0;  // product with a row of zeros, which are kept as 128
    std::size_t limit = 0, prune_at = 0;
    float least = std::numeric_limits<float>::denorm_min();  // only what is above 0
    std::vector<Survivor> survivors;

    double margin(const Block& block) const { return block.row_error * length + block.row_length * error; }
    // Products in steps up to this cannot be among the best.
    std::int32_t least_in(const Block& block) const {
        const double steps_needed = (static_cast<double>(least) - margin(block)) * (block.steps_a_unit * steps_a_unit);
        return static_cast<std::int32_t>(std::clamp(steps_needed, -steps_most, steps_most)) - rounding_steps + of_zeros;
    }
    void take(const CoarseHit& hit, std::uint32_t first, const Block& block) {
        const double product = (hit.product - of_zeros) * (block.step * step), around = margin(block);
        survivors.push_back(
            {first + hit.place, static_cast<float>(product + around), static_cast<float>(product - around)});
    }
    void prune() {
        if (survivors.size() >= limit) {
            const auto last = survivors.begin() + static_cast<std::ptrdiff_t>(limit - 1);
            std::ranges::nth_element(survivors, last, std::greater<>(), &Survivor::lower);
            least = std::max(least, last->lower);
        }
        std::erase_if(survivors, [&](const Survivor& survivor) { return survivor.upper < least; });
        prune_at = survivors.size() + survivors_a_prune(limit);
    }
};

BestProducts::BestProducts(const Rows& rows) : rows_(rows) {
    ensure(rows.stride <= 1024, "products are bounded for at most 1,024 columns");
    std::vector<double> length(rows.count);
    for (std::uint32_t row = 0; row < rows.count; ++row) {
        length[row] = length_of(rows[row], rows.stride);
        if (length[row] > 0) row_at_.push_back(row);
    }
    std::ranges::stable_sort(row_at_, std::greater<>(), [&](std::uint32_t row) { return length[row]; });
    blocks_.resize((row_at_.size() + coarse_rows - 1) / coarse_rows);
    CoarseLine zeros;
    std::ranges::fill(zeros.steps, static_cast<std::uint8_t>(coarse_zero));
    lines_.resize(blocks_.size() * rows.stride, zeros);  // stride / 4 steps of 4 lines
    for (std::size_t block = 0; block < blocks_.size(); ++block) add_block(block, length);
}

// All rows of a block have one step: the longest first, they differ little in length.
void BestProducts::add_block(std::size_t number, std::span<const double> length) {
    constexpr std::size_t rows_a_line = coarse_rows / coarse_lines;
    Block& block = blocks_[number];
    const std::size_t first = number * coarse_rows, count = std::min(coarse_rows, row_at_.size() - first);
    float largest = 0;
    for (std::size_t r = 0; r < count; ++r)
        largest = std::max(largest, largest_of(rows_[row_at_[first + r]], rows_.stride));
    block.step = static_cast<double>(largest) / coarse_row_most;
    block.steps_a_unit = 1 / block.step;
    const double rounding = rounding_of(rows_.stride);
    block.longest = static_cast<float>(length[row_at_[first]] * (1 + 2 * rounding) * up);
    for (std::size_t r = 0; r < count; ++r) {
        CoarseLine* const lines = &lines_[number * rows_.stride] + r / rows_a_line;
        const Coarse row =
            coarse(rows_[row_at_[first + r]], rows_.stride, block.step, [&](std::size_t k, std::int32_t step) {
                lines[k / 4 * coarse_lines].steps[r % rows_a_line * 4 + k % 4] =
                    static_cast<std::uint8_t>(step + coarse_zero);
            });
        block.row_error = std::max(block.row_error, (row.left + rounding * (row.kept + row.left)) * up);
        block.row_length = std::max(block.row_length, row.kept * (1 + rounding) * up);
    }
}

std::vector<BestProducts::Question> BestProducts::questions_of(const Rows& queries, std::size_t limit) const {
    std::vector<Question> questions(queries.count);
    for (std::size_t q = 0; q < queries.count; ++q) {
        Question& question = questions[q];
        question.steps.resize(rows_.stride);
        question.step = static_cast<double>(largest_of(queries[q], rows_.stride)) / coarse_query_most;
        const Coarse query = coarse(queries[q], rows_.stride, question.step, [&](std::size_t k, std::int32_t step) {
            question.steps[k] = static_cast<std::int8_t>(step);
            question.of_zeros += coarse_zero * step;
        });
        question.steps_a_unit = 1 / question.step;
        question.length = length_of(queries[q], rows_.stride) * up;
        question.error = query.left * up;
        question.limit = limit;
        question.prune_at = 2 * limit + coarse_rows;  // early, so that the rest is held to something
    }
    return questions;
}

void BestProducts::find_survivors(std::span<Question> questions) const {
    const std::size_t chunk = std::clamp<std::size_t>(chunk_bytes / (coarse_rows * rows_.stride), 1, chunk_blocks_most);
    std::vector<CoarseHit> hits(questions.size() * chunk * coarse_rows);
    std::vector<std::int32_t> least(questions.size() * chunk);
    std::vector<Question*> open;
    for (Question& question : questions) open.push_back(&question);
    std::vector<CoarseQuestion> asked;
    for (std::size_t begin = 0; begin < blocks_.size(); begin += chunk) {
        const std::size_t count = std::min(chunk, blocks_.size() - begin);
        std::erase_if(open, [&](const Question* question) {
            return static_cast<double>(blocks_[begin].longest) * question->length <
                   static_cast<double>(question->least);
        });
        if (open.empty()) break;
        asked.clear();
        for (std::size_t q = 0; q < open.size(); ++q) {
            for (std::size_t b = 0; b < count; ++b) least[q * chunk + b] = open[q]->least_in(blocks_[begin + b]);
            asked.push_back({open[q]->steps.data(), &least[q * chunk], &hits[q * chunk * coarse_rows], 0});
        }
        find_coarse_hits({&lines_[begin * rows_.stride], rows_.stride, count}, asked);
        const std::size_t first = begin * coarse_rows;
        for (std::size_t q = 0; q < open.size(); ++q) {
            for (const CoarseHit& hit : std::span(asked[q].hits, asked[q].hit_count))
                if (first + hit.place < row_at_.size())  // what fills up the last block is no row
                    open[q]->take(hit, static_cast<std::uint32_t>(first), blocks_[begin + hit.place / coarse_rows]);
            if (open[q]->survivors.size() >= open[q]->prune_at) open[q]->prune();
        }
    }
    for (Question& question : questions) question.prune();
}

std::vector<Scored> BestProducts::best_of(const float* query, const Question& question) const {
    std::vector<std::uint32_t> rows;
    for (const Question::Survivor& survivor : question.survivors) rows.push_back(row_at_[survivor.place]);
    std::vector<float> scores(rows.size());
    dot_some(rows_, rows, query, scores);
    TopK best(question.limit);
    for (std::size_t index = 0; index < rows.size(); ++index)
        if (scores[index] > 0) best.offer({rows[index], scores[index]});
    return best.take();
}

std::vector<std::vector<Scored>> BestProducts::find_all(const Rows& queries, std::size_t limit) const {
    ensure(queries.stride == rows_.stride, "queries and rows must have equally many columns");
    std::vector<std::vector<Scored>> found(queries.count);
    limit = std::min(limit, row_at_.size());
    if (limit == 0) return found;
    for (std::size_t begin = 0; begin < queries.count; begin += questions_at_once) {
        const std::size_t count = std::min(questions_at_once, queries.count - begin);
        std::vector<Question> questions = questions_of({queries[begin], count, queries.stride}, limit);
        find_survivors(questions);
        for (std::size_t q = 0; q < count; ++q) found[begin + q] = best_of(queries[begin + q], questions[q]);
    }
    return found;
}

std::vector<Scored> BestProducts::find(const float* query, std::size_t limit) const {
    return std::move(find_all({query, 1, rows_.stride}, limit).front());
}

std::size_t BestProducts::products_for(const float* query, std::size_t limit) const {
    limit = std::min(limit, row_at_.size());
    if (limit == 0) return 0;
    std::vector<Question> questions = questions_of({query, 1, rows_.stride}, limit);
    find_survivors(questions);
    return questions.front().survivors.size();
}

std::size_t BestProducts::bytes() const {
    return lines_.size() * sizeof(CoarseLine) + blocks_.size() * sizeof(Block) + row_at_.size() * sizeof(row_at_[0]);
}

}  // namespace vitrina
