#include "base/quoted.hpp"

namespace vitrina {
namespace {

void append_escaped(std::string& json, char c) {
    constexpr std::string_view hex = "0123456789abcdef";
    switch (c) {
        case '"': json += "\\\""; break;
        case '\\': json += "\\\\"; break;
        case '\n': json += "\\n"; break;
        case '\r': json += "\\r"; break;
        case '\t': json += "\\t"; break;
        default:
            json += "\\u00";
            json += hex[static_cast<unsigned char>(c) >> 4];
            json += hex[static_cast<unsigned char>(c) & 15];
    }
}

}  // namespace

void append_quoted(std::string& json, std::string_view text) {
    json += '"';
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\')
            append_escaped(json, c);
        else
            json += c;
    }
    json += '"';
}

}  // namespace vitrina
