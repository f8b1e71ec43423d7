#include "base/csv.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cstring>

namespace vitrina {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

std::size_t find(const std::string& text, char wanted, std::size_t from, std::size_t end) {
    const void* at = from < end ? std::memchr(text.data() + from, wanted, end - from) : nullptr;
    return at == nullptr ? std::string::npos : static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

char guessed_separator(std::string_view first_line) {
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char candidate : {',', ';', '\t', '|'}) {
        const auto count = std::ranges::count(first_line, candidate);
        if (count > most) {
            most = count;
            best = candidate;
        }
    }
    return best;
}

}  // namespace

void CsvReader::feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    start_ = 0;
    buffer_.append(bytes);
}

// Byte order mark and separator are known once the first line is.
bool CsvReader::ready_to_begin() {
    if (begun_) return true;
    const std::size_t line_end = std::min(buffer_.find('\n'), buffer_.size());
    if (line_end == buffer_.size() && !closed_ && buffer_.size() <= limits_.row_bytes) return false;
    if (buffer_.starts_with(byte_order_mark)) start_ = byte_order_mark.size();
    // Of a line beyond the limit only what the limit holds tells the separator, however much of it is here already.
    const std::size_t told_by = std::min(line_end, limits_.row_bytes + 1);
    if (separator_ == 0) separator_ = guessed_separator(std::string_view(buffer_).substr(0, told_by));
    begun_ = true;
    return true;
}

bool CsvReader::past_skipped() {
    if (!skipping_) return true;
    const std::size_t line_end = buffer_.find('\n', start_);
    start_ = line_end == std::string::npos ? buffer_.size() : line_end + 1;
    skipping_ = line_end == std::string::npos;
    if (!skipping_) ++line_;
    return !skipping_;
}

std::optional<CsvRow> CsvReader::next() {
    if (!ready_to_begin()) return {};
    while (past_skipped() && start_ < buffer_.size()) {
        std::size_t end = 0;
        switch (find_end(end)) {
            case Scan::unfinished: return {};
            case Scan::broken: return broken_row();
            case Scan::complete: break;
        }
        const bool empty = end == start_ || (end == start_ + 1 && buffer_[start_] == '\r');
        if (!empty) return row_until(end);
        start_ = std::min(end + 1, buffer_.size());
        ++line_;
    }
    return {};
}

CsvReader::Scan CsvReader::broken(const char* code, std::string message) {
    fault_ = {code, std::move(message)};
    return Scan::broken;
}

// `end` is the position of the line end that ends the row, or the end of everything.
CsvReader::Scan CsvReader::find_end(std::size_t& end) {
    const std::size_t line_end = find(buffer_, '\n', start_, buffer_.size());
    const std::size_t look_until = std::min(line_end, buffer_.size());
    quoted_ = find(buffer_, '"', start_, look_until) != std::string::npos;
    end = look_until;
    Scan scan = Scan::complete;
    if (quoted_)
        scan = find_end_quoted(end);
    else if (line_end == std::string::npos && !closed_)
        scan = Scan::unfinished;
    const std::size_t seen = (scan == Scan::unfinished ? buffer_.size() : end) - start_;
    if (seen > limits_.row_bytes)
        return broken("too_long",
                      fmt::format("the row is longer than {} bytes; is a quote missing?", limits_.row_bytes));
    if (scan == Scan::complete && !simdjson::validate_utf8(buffer_.data() + start_, end - start_))
        return broken("not_utf8",
                      "the row is not UTF-8; name the file's encoding (latin-1, windows-1252) or save it as UTF-8");
    return scan;
}

CsvReader::Scan CsvReader::find_end_quoted(std::size_t& end) {
    for (std::size_t at = start_;; ++at) {
        const Scan scan = find_end_of_field(at);
        if (scan != Scan::complete) {
            // A carriage return that is looked at again when more has come belongs to what was seen.
            const std::size_t seen = std::min(at, buffer_.size());
            end = seen < buffer_.size() && buffer_[seen] == '\r' ? seen + 1 : seen;
            return scan;
        }
        if (at == buffer_.size() || buffer_[at] == '\n') {
            end = at;
            return at == buffer_.size() && !closed_ ? Scan::unfinished : Scan::complete;
        }
    }
}

// Moves `at` from the first character of a field to the separator or line end behind it.
CsvReader::Scan CsvReader::find_end_of_field(std::size_t& at) {
    const std::size_t size = buffer_.size();
    if (at < size && buffer_[at] == '"') {
        for (++at;; at += 2) {
            at = find(buffer_, '"', at, size);
            if (at == std::string::npos)
                return closed_
                           ? broken("bad_quotes", "a quoted field does not end; close it or double the quotes in it")
                           : Scan::unfinished;
            if (at + 1 >= size || buffer_[at + 1] != '"') break;
        }
        ++at;
        if (at < size && buffer_[at] == '\r' && at + 1 < size && buffer_[at + 1] == '\n') ++at;
        if (at == size || (at + 1 == size && buffer_[at] == '\r')) {
            at = size;
            return closed_ ? Scan::complete : Scan::unfinished;
        }
        if (buffer_[at] != separator_ && buffer_[at] != '\n')
            return broken("bad_quotes", "text follows a closing quote; double the quotes inside a quoted field");
        return Scan::complete;
    }
    while (at < size && buffer_[at] != separator_ && buffer_[at] != '\n') ++at;
    return Scan::complete;
}

// Its first line is given up; whatever follows is read as if nothing had been.
std::optional<CsvRow> CsvReader::broken_row() {
    const std::size_t line_end = std::min(buffer_.find('\n', start_), buffer_.size());
    std::string_view text(buffer_.data() + start_, line_end - start_);
    if (text.ends_with('\r')) text.remove_suffix(1);
    fields_.assign(1, text);
    const CsvRow row{line_, fields_, &fault_};
    skipping_ = line_end == buffer_.size() && !closed_;
    start_ = std::min(line_end + 1, buffer_.size());
    if (!skipping_) ++line_;
    return row;
}

CsvRow CsvReader::row_until(std::size_t end) {
    CsvRow row{line_, {}, nullptr};
    line_ += quoted_ ? static_cast<std::uint64_t>(std::count(buffer_.begin() + static_cast<std::ptrdiff_t>(start_),
                                                             buffer_.begin() + static_cast<std::ptrdiff_t>(end), '\n'))
                     : 0;
    ++line_;
    std::size_t text_end = end;
    if (text_end > start_ && buffer_[text_end - 1] == '\r') --text_end;
    fields_.clear();
    if (quoted_)
        split_quoted(text_end);
    else
        split(text_end);
    start_ = std::min(end + 1, buffer_.size());
    row.fields = fields_;
    if (fields_.size() > limits_.columns) {
        broken("too_many_columns",
               fmt::format("the row has {} columns; at most {} are read", fields_.size(), limits_.columns));
        row.fault = &fault_;
    }
    return row;
}

void CsvReader::split(std::size_t end) {
    for (std::size_t at = start_;;) {
        std::size_t next = at;
        while (next < end && buffer_[next] != separator_) ++next;
        fields_.emplace_back(buffer_.data() + at, next - at);
        if (next == end) return;
        at = next + 1;
    }
}

void CsvReader::split_quoted(std::size_t end) {
    for (std::size_t at = start_;; ++at) {
        if (at < end && buffer_[at] == '"') {
            const std::size_t first = ++at;
            std::size_t out = first;
            for (; buffer_[at] != '"' || (at + 1 < end && buffer_[at + 1] == '"'); ++at) {
                if (buffer_[at] == '"') ++at;
                buffer_[out++] = buffer_[at];
            }
            fields_.emplace_back(buffer_.data() + first, out - first);
            ++at;
        } else {
            const std::size_t first = at;
            while (at < end && buffer_[at] != separator_) ++at;
            fields_.emplace_back(buffer_.data() + first, at - first);
        }
        if (at >= end) return;
    }
}

std::string csv_line(std::span<const std::string_view> fields, char separator) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) line += separator;
        const bool plain = fields[i].find_first_of("\"\r\n") == std::string_view::npos &&
                           fields[i].find(separator) == std::string_view::npos &&
                           !(fields[i].empty() && fields.size() == 1);
        if (plain) {
            line += fields[i];
            continue;
        }
        line += '"';
        for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
        line += '"';
    }
    return line += '\n';
}

}  // namespace vitrina
