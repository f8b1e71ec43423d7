#include "import/reading.hpp"

#include <fmt/format.h>

#include <array>

namespace vitrina::import {
namespace {

// Feeds pieces of the file to `reader` and calls `drain` after each and after the last; `drain` answers whether to go on.
template <class Reader>
Result<void> pump(ReadAhead& file, Reader& reader, Position& position, const std::function<Result<bool>()>& drain) {
    position.total = file.bytes_total();
    for (bool more = true; more;) {
        auto piece = file.next();
        if (!piece) return std::unexpected(std::move(piece.error()));
        more = piece->has_value();
        if (more)
            reader.feed(**piece);
        else
            reader.close();
        position.bytes = file.bytes_read();
        const auto going = drain();
        if (!going) return std::unexpected(going.error());
        more = more && *going;
    }
    position.bytes_before += position.bytes;
    position.bytes = 0;
    return {};
}

// Looks into a file whose name says nothing. What cannot be read is told where it is read in earnest.
bool begins_with_object(const std::string& path) {
    const auto source = ByteSource::open(path);
    if (!source) return false;
    std::array<char, 64> start{};
    const auto bytes = (*source)->read(start);
    if (!bytes) return false;
    const std::string_view text(start.data(), *bytes);
    const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return first != std::string_view::npos && text[first] == '{';
}

Result<void> take_header(const std::string& path, const CsvRow& row, const CsvReader& reader, const CsvSink& sink) {
    if (row.fault != nullptr)
        return fail(ErrorCode::invalid_input, fmt::format("{}: line {}: {}", path, row.line, row.fault->message));
    if (row.fields.front().starts_with('{'))
        return fail(ErrorCode::invalid_input, fmt::format("{} looks like JSONL; say --format jsonl", path));
    auto taken = sink.header(row.fields, reader.separator());
    if (!taken) taken.error().message = fmt::format("{}: {}", path, taken.error().message);
    return taken;
}

}  // namespace

ImportProgress Position::progress(const ImportRequest& request) const {
    return {request.files[file], rows, bytes, total};
}

Result<void> read_csv(const ImportRequest& request, std::size_t file, Position& position, const CsvSink& sink) {
    const std::string& path = request.files[file];
    position.file = file;
    auto source = ReadAhead::open(path, request.encoding);
    if (!source) return std::unexpected(std::move(source.error()));
    CsvReader reader(request.separator, {.row_bytes = request.limits.line_bytes, .columns = request.limits.columns});
    bool headed = false;
    const auto read = pump(**source, reader, position, [&]() -> Result<bool> {
        while (const auto row = reader.next()) {
            if (!headed) {
                if (auto taken = take_header(path, *row, reader, sink); !taken)
                    return std::unexpected(std::move(taken.error()));
                headed = true;
                continue;
            }
            ++position.rows;
            if (!sink.row(*row)) return false;
        }
        return true;
    });
    if (read && !headed)
        return fail(ErrorCode::invalid_input, fmt::format("{} is empty; its first line names the columns", path));
    return read;
}

Result<void> read_lines(const ImportRequest& request, std::size_t file, Position& position,
                        const std::function<bool(const Line&)>& line) {
    position.file = file;
    auto source = ReadAhead::open(request.files[file], request.encoding);
    if (!source) return std::unexpected(std::move(source.error()));
    LineReader reader(request.limits.line_bytes);
    return pump(**source, reader, position, [&]() -> Result<bool> {
        while (const auto next = reader.next()) {
            ++position.rows;
            if (!line(*next)) return false;
        }
        return true;
    });
}

Format format_of(const ImportRequest& request, const std::string& path) {
    if (request.format != Format::automatic) return request.format;
    std::string_view name = path;
    for (const std::string_view packed : {".gz", ".zst"})
        if (name.ends_with(packed)) name.remove_suffix(packed.size());
    for (const std::string_view lines : {".jsonl", ".ndjson", ".json"})
        if (name.ends_with(lines)) return Format::jsonl;
    for (const std::string_view rows : {".csv", ".tsv", ".txt"})
        if (name.ends_with(rows)) return Format::csv;
    return path != "-" && begins_with_object(path) ? Format::jsonl : Format::csv;
}

}  // namespace vitrina::import
