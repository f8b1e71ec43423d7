#pragma once
// The rows of one file after the other, with the file's name, the line and how far the reading is.
//
// Threads: one reader; the position may be looked at from another.
// Errors: of the file (ReadAhead), and invalid_input for a CSV file without a header.

#include <atomic>
#include <functional>

#include "base/csv.hpp"
#include "base/lines.hpp"
#include "import/import.hpp"
#include "import/read_ahead.hpp"

namespace vitrina::import {

struct Position {
    std::atomic<std::size_t> file = 0;  // its number in the request
    std::atomic<std::uint64_t> rows = 0;
    std::atomic<std::uint64_t> bytes = 0;         // of the file at hand
    std::atomic<std::uint64_t> bytes_before = 0;  // of the files that are done
    std::atomic<std::uint64_t> total = 0;

    ImportProgress progress(const ImportRequest& request) const;
};

// What is done with the rows of a file. False from `row` or `line`: stop, somebody else has failed.
struct CsvSink {
    std::function<Result<void>(std::span<const std::string_view> header, char separator)> header;
    std::function<bool(const CsvRow& row)> row;
};

Result<void> read_csv(const ImportRequest& request, std::size_t file, Position& position, const CsvSink& sink);
Result<void> read_lines(const ImportRequest& request, std::size_t file, Position& position,
                        const std::function<bool(const Line&)>& line);

// By the request, else by the file's name, else by its first character ('{': JSONL); standard input is CSV unless it is said.
Format format_of(const ImportRequest& request, const std::string& path);

}  // namespace vitrina::import
