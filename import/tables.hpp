#pragma once
// Tables and lines of whatever subject, read with what all subjects share: the reader that the header makes, the place of each
// row, and the refusal of rows that cannot be read at all.
//
// Threads, errors: as import.hpp; `make` and `take` are called from the calling thread.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "import/subjects.hpp"

namespace vitrina::import {

// A row that can be read, and how to show it where it is refused after all.
struct TableRow {
    Place place;
    std::span<const std::string_view> fields;
    char separator;
    std::string text() const { return row_text(fields, separator); }
};

// `make(header)` gives a Result<Reader>; `take(reader, row)` is false where nothing more is wanted.
template <class Reader, class Make, class Take>
Result<void> read_table(Job& job, std::size_t file, const Make& make, const Take& take) {
    std::optional<Reader> reader;
    char separator = ',';
    CsvSink sink;
    sink.header = [&](std::span<const std::string_view> header, char told) -> Result<void> {
        separator = told;
        auto made = make(header);
        if (!made) return std::unexpected(std::move(made.error()));
        reader.emplace(std::move(*made));
        return {};
    };
    sink.row = [&](const CsvRow& row) -> bool {
        const Place place{job.request.files[file], row.line};
        if (row.fault == nullptr) return take(*reader, TableRow{place, row.fields, separator});
        job.tally.refuse(place, row.fault->code, row.fault->message, row.fields.front());
        return true;
    };
    return read_csv(job.request, file, job.position, sink);
}

// `take(place, text)` is false where nothing more is wanted.
template <class Take>
Result<void> read_json_lines(Job& job, std::size_t file, const Take& take) {
    return read_lines(job.request, file, job.position, [&](const Line& line) -> bool {
        const Place place{job.request.files[file], line.number};
        if (!line.too_long) return take(place, line.text);
        job.tally.refuse(place, "too_long", "the line is longer than the limit", line.text);
        return true;
    });
}

}  // namespace vitrina::import
