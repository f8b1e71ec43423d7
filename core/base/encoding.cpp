#include "base/encoding.hpp"

#include <array>
#include <cstdint>

namespace vitrina {
namespace {

// What Windows-1252 has at 0x80 … 0x9f, where Latin-1 has control characters.
constexpr std::array<std::uint16_t, 32> windows_block = {
    0x20ac, 0xfffd, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0xfffd, 0x017d, 0xfffd, 0xfffd, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0xfffd, 0x017e, 0x0178};

void append_point(std::string& text, std::uint32_t point) {
    if (point < 0x800) {
        text += static_cast<char>(0xc0 | point >> 6);
    } else {
        text += static_cast<char>(0xe0 | point >> 12);
        text += static_cast<char>(0x80 | (point >> 6 & 0x3f));
    }
    text += static_cast<char>(0x80 | (point & 0x3f));
}

}  // namespace

std::optional<Encoding> encoding_named(std::string_view name) {
    std::string plain;
    for (const char c : name)
        if (c != '-' && c != '_' && c != ' ') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (plain == "utf8") return Encoding::utf8;
    if (plain == "latin1" || plain == "iso88591") return Encoding::latin1;
    if (plain == "windows1252" || plain == "cp1252") return Encoding::windows1252;
    return {};
}

void append_utf8(std::string& text, std::string_view bytes, Encoding encoding) {
    if (encoding == Encoding::utf8) {
        text += bytes;
        return;
    }
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80)
            text += c;
        else if (byte < 0xa0 && encoding == Encoding::windows1252)
            append_point(text, windows_block[byte - 0x80]);
        else
            append_point(text, byte);
    }
}

}  // namespace vitrina
