#pragma once
// A text as a stream of lines (JSONL), from bytes that come in pieces of any size.
//
// Line ends are LF or CRLF; a byte order mark at the start is dropped; empty lines are passed over. A line longer than the limit
// is answered as `too_long` with its start, and reading goes on behind it.
// Threads: a reader belongs to one thread. Lifetime: a line is valid until the next call of the reader.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrina {

struct Line {
    std::uint64_t number = 0;  // from 1
    std::string_view text;
    bool too_long = false;
};

class LineReader {
public:
    explicit LineReader(std::size_t line_bytes = 1 << 20) : line_bytes_(line_bytes) {}
    void feed(std::string_view bytes);
    void close() { closed_ = true; }
    // The next line that is complete; nothing: feed more, or after `close` the end.
    std::optional<Line> next();

private:
    std::size_t line_bytes_;
    std::string buffer_;
    std::size_t start_ = 0;
    std::uint64_t number_ = 0;
    bool closed_ = false;
    bool skipping_ = false;  // the rest of a line that was too long
};

}  // namespace vitrina
