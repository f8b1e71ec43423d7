#pragma once
// Old one-byte encodings of files, turned into UTF-8 as the bytes come.
//
// Threads: pure functions. Not an error: any byte; the five bytes that Windows-1252 leaves undefined become U+FFFD.
// Source: Unicode's mapping tables 8859-1 and CP1252.

#include <optional>
#include <string>
#include <string_view>

namespace vitrina {

enum class Encoding { utf8, latin1, windows1252 };

// "utf-8", "latin-1", "windows-1252" and their usual spellings, in any case.
std::optional<Encoding> encoding_named(std::string_view name);

// Appends `bytes` as UTF-8; UTF-8 itself is appended unchanged and unchecked.
void append_utf8(std::string& text, std::string_view bytes, Encoding encoding);

}  // namespace vitrina
