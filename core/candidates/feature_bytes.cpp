#include "candidates/feature_bytes.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <xxhash.h>

namespace vitrina::candidates {
namespace {

constexpr int fraction_bits = 2, bias = 15;
constexpr float largest = 57'344, smallest_step = 0x1p-16f;

float decoded(std::uint32_t byte) {
    const std::uint32_t exponent = byte >> fraction_bits & 31, fraction = byte & 3;
    const auto part = static_cast<float>(fraction);
    const float value =
        exponent == 0 ? part * smallest_step : std::ldexp(1 + part / 4, static_cast<int>(exponent) - bias);
    return (byte & 128) != 0 ? -value : value;
}

std::array<float, 256> all_values() {
    std::array<float, 256> values{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) values[byte] = decoded(byte);
    return values;
}

}  // namespace

std::uint8_t byte_of(float value) {
    const float size = std::min(std::fabs(value), largest);
    const auto sign = static_cast<std::uint8_t>(std::signbit(value) && size > smallest_step / 2 ? 128 : 0);
    if (size < 0x1p-14f) return static_cast<std::uint8_t>(sign | std::lrint(size / smallest_step));
    constexpr std::uint32_t dropped = 23 - fraction_bits;
    const auto bits = std::bit_cast<std::uint32_t>(size);
    const std::uint32_t even = bits + (1u << (dropped - 1)) - 1 + (bits >> dropped & 1);
    return static_cast<std::uint8_t>(sign | ((even >> dropped) - (std::uint32_t{127 - bias} << fraction_bits)));
}

float value_of(std::uint8_t byte) {
    static const std::array<float, 256> values = all_values();
    return values[byte];
}

float least_kept_as(float value) {
    // Finite floats in their order, as integers; rounding keeps order, so those that are kept as at least `value` are the last ones.
    const auto number = [](std::int64_t place) {
        const float size = std::bit_cast<float>(static_cast<std::uint32_t>(place < 0 ? -place : place));
        return place < 0 ? -size : size;
    };
    const auto last = static_cast<std::int64_t>(std::bit_cast<std::uint32_t>(std::numeric_limits<float>::max()));
    std::int64_t below = -last - 1, from = last + 1;  // not, and surely
    while (from - below > 1) {
        const std::int64_t middle = below + (from - below) / 2;
        (quantised(number(middle)) >= value ? from : below) = middle;
    }
    return from > last ? std::numeric_limits<float>::infinity() : number(from);
}

std::string bytes_of(std::span<const float> values) {
    std::string bytes(values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) bytes[i] = static_cast<char>(byte_of(values[i]));
    return bytes;
}

void append_values(std::string_view bytes, std::vector<float>& to) {
    for (const char byte : bytes) to.push_back(value_of(static_cast<std::uint8_t>(byte)));
}

std::uint64_t layout_of(std::span<const std::string> names) {
    std::string all;
    for (const std::string& name : names) all += name + '\n';
    return XXH3_64bits(all.data(), all.size());
}

}  // namespace vitrina::candidates
