#include "import/tally.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/csv.hpp"

namespace vitrina::import {
namespace {

void write_row(std::FILE* file, std::span<const std::string_view> fields) {
    const std::string line = csv_line(fields);
    std::fwrite(line.data(), 1, line.size(), file);
}

}  // namespace

Result<void> Tally::open_rejects(const std::string& path) {
    if (path.empty()) return {};
    path_ = path;
    rejects_.reset(std::fopen(path.c_str(), "wb"));
    if (!rejects_) return fail(ErrorCode::io, fmt::format("{} cannot be written: {}", path, std::strerror(errno)));
    write_row(rejects_.get(), std::to_array<std::string_view>({"file", "line", "reason", "message", "row"}));
    return {};
}

void Tally::count(Refused& refused, const Place& place, std::string_view message, std::uint64_t rows) const {
    refused.rows += rows;
    if (refused.examples.size() < examples_) refused.examples.push_back({place.file, place.line, std::string(message)});
}

void Tally::refuse(const Place& place, const std::string& code, std::string_view message, std::string_view row,
                   std::uint64_t rows) {
    count(report_.refused[code], place, message, rows);
    if (!rejects_) return;
    const std::string line = std::to_string(place.line);
    write_row(rejects_.get(), std::to_array<std::string_view>({place.file, line, code, message, row}));
}

void Tally::leave_out(const Place& place, std::string_view reason, std::string_view row) {
    Refused& skipped = report_.skipped[std::string(reason)];
    if (skipped.examples.size() < examples_)
        count(skipped, place, row, 1);
    else
        ++skipped.rows;
}

void Tally::notice(const std::string& what, std::uint64_t times) {
    if (times > 0) report_.noticed[what] += times;
}

Result<void> Tally::close() {
    if (!rejects_) return {};
    const bool good = std::fflush(rejects_.get()) == 0 && std::ferror(rejects_.get()) == 0;
    rejects_.reset();
    if (good) return {};
    return fail(ErrorCode::io, fmt::format("{} could not be written to its end: {}", path_, std::strerror(errno)));
}

std::string row_text(std::span<const std::string_view> fields, char separator) {
    std::string text = csv_line(fields, separator);
    text.pop_back();
    return text;
}

}  // namespace vitrina::import
