#pragma once
// Several byte strings as one, so that a call across the border returns a single array.
//
//   packed = (length u32 · bytes)*      little-endian; the length 0xffffffff stands for "nothing", which is not "empty"
//
// Lifetime: what `unpack` answers borrows the bytes. Threads: values.
// Errors: `unpack` answers corrupt_data where a length reaches beyond the end.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina::border {

class Packing {
public:
    void add(std::string_view bytes);
    void add_nothing();
    void add_number(std::uint32_t number);  // four bytes
    std::string finish() { return std::move(bytes_); }

private:
    std::string bytes_;
};

Result<std::vector<std::optional<std::string_view>>> unpack(std::string_view packed);

}  // namespace vitrina::border
