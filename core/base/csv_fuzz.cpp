// CSV and lines: the rows do not depend on the pieces in which the bytes come, and good rows are written as they were read.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/lines.hpp"

namespace {

using Rows = std::vector<std::vector<std::string>>;

template <class Reader, class Take>
void pump(Reader& reader, std::string_view text, std::size_t piece, const Take& take) {
    for (std::size_t at = 0; at < text.size(); at += piece) {
        reader.feed(text.substr(at, piece));
        while (const auto next = reader.next()) take(*next);
    }
    reader.close();
    while (const auto next = reader.next()) take(*next);
}

Rows read(std::string_view text, std::size_t piece, char separator) {
    vitrina::CsvReader reader(separator, {.row_bytes = 200, .columns = 20});
    Rows rows;
    pump(reader, text, piece, [&](const vitrina::CsvRow& row) {
        rows.emplace_back(row.fields.begin(), row.fields.end());
        if (row.fault != nullptr) rows.back() = {row.fault->code, std::to_string(row.line)};
    });
    return rows;
}

std::vector<std::string> lines(std::string_view text, std::size_t piece) {
    vitrina::LineReader reader(100);
    std::vector<std::string> lines;
    pump(reader, text, piece,
         [&](const vitrina::Line& line) { lines.push_back(line.too_long ? "too long" : std::string(line.text)); });
    return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t piece = 1 + data[0] % 16;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Rows rows = read(text, size, 0);
    vitrina::ensure(read(text, piece, 0) == rows, "rows depend on the pieces");
    vitrina::ensure(lines(text, piece) == lines(text, size), "lines depend on the pieces");
    for (const auto& row : rows) {
        // A line before it, because a byte order mark at the very start would be dropped.
        const std::string line = vitrina::csv_line(std::vector<std::string_view>(row.begin(), row.end()));
        if (line.size() <= 200)
            vitrina::ensure(read("x\n" + line, line.size(), ',') == Rows{{"x"}, row},
                            "a row reads otherwise than it was written");
    }
    return 0;
}
