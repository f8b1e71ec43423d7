// Any bytes as blocks of a factorisation, with and without a right head: refused, or read and written to the same bytes, and what is read
// can be computed with, however odd its numbers are.

#include "border/ials_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "border/sealed_block.hpp"

using namespace vitrina;
using namespace vitrina::border;

namespace {

constexpr std::size_t dimensions = 2;

// One block of each kind, which fit each other: three rows that stand still, two that move.
struct Example {
    std::string factors, pairs, gram_matrix, basis_block;
    Example() {
        Matrix still(3, dimensions);
        for (std::size_t row = 0; row < 3; ++row) still[row][row % dimensions] = 1.0f;
        factors = encode_factors(still, dimensions);
        const std::vector<std::uint64_t> offsets{0, 2, 3};
        const std::vector<std::uint32_t> others{0, 2, 1};
        const std::vector<float> weights{1, 2, 3};
        pairs = encode_pairs({offsets, others, weights}, 3, 3.0);
        gram_matrix = gram(factors).value();
        const std::vector<std::string_view> all{gram_matrix};
        basis_block = basis(all).value();
    }
};

void as_factors(const Example& good, std::string_view bytes) {
    const auto factors = decode_factors({&bytes, 1});
    if (!factors) return;
    if (factors->columns() <= 16)
        ensure(encode_factors(*factors, factors->columns()) == bytes, "factors have two encodings");
    const auto squares = gram(bytes);
    if (squares && factors->columns() <= 32) {
        const std::string_view one = *squares;
        static_cast<void>(basis({&one, 1}));
    }
    static_cast<void>(turned(bytes, good.basis_block));
}

// Larger ones are refused by the solver's invariant, which a float's precision sets.
constexpr float solved_max = 10;
template <class Numbers>
bool are_small(const Numbers& numbers) {
    return std::ranges::all_of(numbers, [](auto number) { return std::abs(number) <= solved_max; });
}

void half_step(std::string_view basis, std::string_view still, std::string_view pairs) {
    const auto factors = decode_factors({&still, 1});
    const auto by = decode_basis(basis);
    const auto weights = decode_pairs(pairs);
    if (factors && !are_small(factors->numbers())) return;
    if (by && !are_small(by->basis.numbers())) return;
    if (weights && !are_small(weights->weights)) return;
    training::IalsRecipe recipe;
    recipe.dimensions = dimensions;
    auto step = HalfStep::open(recipe, basis);
    if (!step || !step->add(still)) return;
    if (const auto solved = step->solve(pairs)) {
        static_cast<void>(decode_factors(std::vector<std::string_view>{solved->factors}));
        static_cast<void>(border::basis(std::vector<std::string_view>{solved->gram}));
    }
}

void as_any(const Example& good, std::string_view bytes) {
    as_factors(good, bytes);
    static_cast<void>(basis({&bytes, 1}));
    if (decode_basis(bytes)) static_cast<void>(turned(good.factors, bytes));
    half_step(bytes, good.factors, good.pairs);
    half_step(good.basis_block, bytes, good.pairs);
    if (const auto pairs = decode_pairs(bytes)) {
        const std::string again =
            encode_pairs({pairs->offsets, pairs->others, pairs->weights}, pairs->others_rows, pairs->others_active);
        ensure(again == bytes, "a block of pairs has two encodings");
        half_step(good.basis_block, good.factors, bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Example good;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    as_any(good, bytes);
    if (size == 0) return 0;
    const std::string* const kinds[] = {&good.factors, &good.pairs, &good.gram_matrix, &good.basis_block};
    as_any(good, sealed_block(*kinds[data[0] % std::size(kinds)], bytes.substr(1)));
    return 0;
}
