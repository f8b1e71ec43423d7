#include "border/packing.hpp"

#include <cstddef>
#include <cstring>

namespace vitrina::border {
namespace {

constexpr std::uint32_t nothing = 0xffffffff;

void append(std::string& out, std::uint32_t number) {
    char bytes[4];
    for (int i = 0; i < 4; ++i) bytes[i] = static_cast<char>((number >> (8 * i)) & 0xff);
    out.append(bytes, 4);
}

std::uint32_t number_at(std::string_view bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 4; i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

}  // namespace

void Packing::add(std::string_view bytes) {
    ensure(bytes.size() < nothing, "four gigabytes do not cross the border at once");
    append(bytes_, static_cast<std::uint32_t>(bytes.size()));
    bytes_.append(bytes);
}

void Packing::add_nothing() { append(bytes_, nothing); }

void Packing::add_number(std::uint32_t number) {
    append(bytes_, 4);
    append(bytes_, number);
}

Result<std::vector<std::optional<std::string_view>>> unpack(std::string_view packed) {
    const auto corrupt = [] { return fail(ErrorCode::corrupt_data, "packed bytes end in the middle of a part"); };
    std::vector<std::optional<std::string_view>> parts;
    while (!packed.empty()) {
        if (packed.size() < 4) return corrupt();
        const std::uint32_t length = number_at(packed);
        packed.remove_prefix(4);
        if (length == nothing) {
            parts.emplace_back();
            continue;
        }
        if (length > packed.size()) return corrupt();
        parts.emplace_back(packed.substr(0, length));
        packed.remove_prefix(length);
    }
    return parts;
}

}  // namespace vitrina::border
