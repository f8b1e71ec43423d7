#pragma once
// CSV as a stream of rows, from bytes that come in pieces of any size.
//
// Strict where it matters: a field may be quoted, a quote inside is doubled, a quoted field may hold separators and line ends;
// after a closing quote only a separator or a line end may come. A row that breaks this, is longer than the limit, has more
// columns than the limit or is not UTF-8 is answered with its fault, and reading goes on with the line after its first.
// Line ends are LF or CRLF; a byte order mark at the start is dropped; empty lines are passed over. Inside a field that does
// not begin with a quote, a quote is an ordinary character (7" FRAME).
// Threads: a reader belongs to one thread.
// Lifetime: a row and its fields are valid until the next call of the reader.
// Cost: one copy of the bytes, one look at each; fields are unescaped in place.
// Source: RFC 4180; its strictness about quotes inside unquoted fields is relaxed as said above.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina {

struct CsvLimits {
    std::size_t row_bytes = 1 << 20;
    std::size_t columns = 512;
};

struct CsvFault {
    std::string code;  // "bad_quotes", "too_long", "too_many_columns", "not_utf8"
    std::string message;
};

struct CsvRow {
    std::uint64_t line = 0;  // of its first character, from 1
    std::span<const std::string_view> fields;
    const CsvFault* fault = nullptr;  // why it cannot be read; then `fields` is its first line, as it stands there
};

class CsvReader {
public:
    // `separator` 0: told by the first row – the one of comma, semicolon, tab and bar that it holds most of.
    explicit CsvReader(char separator = 0, CsvLimits limits = {}) : separator_(separator), limits_(limits) {}

    void feed(std::string_view bytes);
    void close() { closed_ = true; }
    // The next row that is complete; nothing: feed more, or after `close` the end.
    std::optional<CsvRow> next();
    char separator() const { return separator_; }

private:
    enum class Scan { complete, unfinished, broken };
    bool ready_to_begin();
    bool past_skipped();
    Scan find_end(std::size_t& end);
    Scan find_end_quoted(std::size_t& end);
    Scan find_end_of_field(std::size_t& at);
    Scan broken(const char* code, std::string message);
    std::optional<CsvRow> broken_row();
    CsvRow row_until(std::size_t end);
    void split(std::size_t end);
    void split_quoted(std::size_t end);

    char separator_;
    CsvLimits limits_;
    std::string buffer_;
    std::size_t start_ = 0;  // of the next row in the buffer
    std::uint64_t line_ = 1;
    bool begun_ = false;
    bool closed_ = false;
    bool skipping_ = false;  // the rest of a line that was too long
    bool quoted_ = false;    // the row at hand holds quotes
    std::vector<std::string_view> fields_;
    CsvFault fault_;
};

// One row with its line end, quoted where it must be.
std::string csv_line(std::span<const std::string_view> fields, char separator = ',');

}  // namespace vitrina
