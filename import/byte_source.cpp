#include "import/byte_source.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

namespace vitrina::import {
namespace {

constexpr std::size_t piece_bytes = 256 << 10;

struct CloseFile {
    void operator()(std::FILE* file) const {
        if (file != stdin) std::fclose(file);
    }
};

// The file as it lies there, in pieces; the first piece is looked at before anybody reads.
class RawFile {
public:
    RawFile(std::FILE* file, std::string path, std::uint64_t total)
        : file_(file), path_(std::move(path)), total_(total), piece_(piece_bytes) {}

    // What is left of the piece at hand, or the next one; empty at the end.
    Result<std::span<char>> rest() {
        if (at_ < filled_) return std::span(piece_).subspan(at_, filled_ - at_);
        at_ = 0;
        filled_ = std::fread(piece_.data(), 1, piece_.size(), file_.get());
        if (filled_ == 0 && std::ferror(file_.get()) != 0)
            return fail(ErrorCode::io, fmt::format("{} cannot be read: {}", path_, std::strerror(errno)));
        read_ += filled_;
        return std::span(piece_).first(filled_);
    }
    void consume(std::size_t bytes) { at_ += bytes; }
    const std::string& path() const { return path_; }
    std::uint64_t read() const { return read_; }
    std::uint64_t total() const { return total_; }

private:
    std::unique_ptr<std::FILE, CloseFile> file_;
    std::string path_;
    std::uint64_t total_;
    std::vector<char> piece_;
    std::size_t at_ = 0, filled_ = 0;
    std::uint64_t read_ = 0;
};

class Source : public ByteSource {
public:
    explicit Source(RawFile file) : file_(std::move(file)) {}
    std::uint64_t bytes_read() const override { return file_.read(); }
    std::uint64_t bytes_total() const override { return file_.total(); }

protected:
    std::unexpected<Error> damaged(std::string_view why) const {
        return fail(ErrorCode::invalid_input, fmt::format("{}: {}; get it whole and import again", file_.path(), why));
    }
    RawFile file_;
};

class PlainSource final : public Source {
public:
    using Source::Source;
    Result<std::size_t> read(std::span<char> room) override {
        const auto piece = file_.rest();
        if (!piece) return std::unexpected(piece.error());
        const std::size_t bytes = std::min(room.size(), piece->size());
        std::copy_n(piece->begin(), bytes, room.begin());
        file_.consume(bytes);
        return bytes;
    }
};

class GzipSource final : public Source {
public:
    explicit GzipSource(RawFile file) : Source(std::move(file)) {
        ensure(inflateInit2(&stream_, 15 + 16) == Z_OK,
               "zlib cannot start");  // 15: the largest window, 16: gzip's header
    }
    ~GzipSource() override { inflateEnd(&stream_); }

    Result<std::size_t> read(std::span<char> room) override {
        stream_.next_out = reinterpret_cast<Bytef*>(room.data());
        stream_.avail_out = static_cast<uInt>(room.size());
        while (stream_.avail_out == room.size()) {
            const auto piece = file_.rest();
            if (!piece) return std::unexpected(piece.error());
            if (piece->empty()) return ended_ ? Result<std::size_t>(0) : damaged("the gzip file is cut off");
            if (ended_) inflateReset(&stream_);
            stream_.next_in = reinterpret_cast<Bytef*>(piece->data());
            stream_.avail_in = static_cast<uInt>(piece->size());
            const int status = inflate(&stream_, Z_NO_FLUSH);
            file_.consume(piece->size() - stream_.avail_in);
            ended_ = status == Z_STREAM_END;
            if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
                return damaged("the gzip file is damaged");
        }
        return room.size() - stream_.avail_out;
    }

private:
    z_stream stream_{};
    bool ended_ = false;  // between two members
};

class ZstdSource final : public Source {
public:
    explicit ZstdSource(RawFile file) : Source(std::move(file)), stream_(ZSTD_createDStream()) {
        ensure(stream_ != nullptr, "zstd cannot start");
    }
    ~ZstdSource() override { ZSTD_freeDStream(stream_); }

    Result<std::size_t> read(std::span<char> room) override {
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        while (out.pos == 0) {
            const auto piece = file_.rest();
            if (!piece) return std::unexpected(piece.error());
            if (piece->empty() && ended_) return 0;
            ZSTD_inBuffer in{piece->data(), piece->size(), 0};
            const std::size_t status = ZSTD_decompressStream(stream_, &out, &in);
            if (ZSTD_isError(status) != 0) return damaged("the zstd file is damaged");
            if (piece->empty() && out.pos == 0) return damaged("the zstd file is cut off");
            file_.consume(in.pos);
            ended_ = status == 0;
        }
        return out.pos;
    }

private:
    ZSTD_DStream* stream_;
    bool ended_ = false;
};

Result<RawFile> open_raw(const std::string& path) {
    if (path == "-") return RawFile(stdin, "standard input", 0);
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return fail(ErrorCode::invalid_input, fmt::format("{} is a folder; name its files", path));
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr)
        return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                    fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    const auto size = std::filesystem::is_regular_file(path, error) ? std::filesystem::file_size(path, error) : 0;
    return RawFile(file, path, error ? 0 : size);
}

}  // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
    auto file = open_raw(path);
    if (!file) return std::unexpected(std::move(file.error()));
    const auto piece = file->rest();
    if (!piece) return std::unexpected(piece.error());
    const std::string_view start(piece->data(), piece->size());
    if (start.starts_with("\x1f\x8b")) return std::make_unique<GzipSource>(std::move(*file));
    if (start.starts_with("\x28\xb5\x2f\xfd")) return std::make_unique<ZstdSource>(std::move(*file));
    if (start.starts_with("\xff\xfe") || start.starts_with("\xfe\xff"))
        return fail(ErrorCode::invalid_input, fmt::format("{} is UTF-16; save it as UTF-8", path));
    for (const auto& [magic, name] :
         {std::pair{std::string_view("PK\x03\x04"), "a zip archive or a spreadsheet; unpack it or save it as CSV"},
          std::pair{std::string_view("\xfd"
                                     "7zXZ"),
                    "xz; unpack it or use gzip or zstd"},
          std::pair{std::string_view("BZh"), "bzip2; unpack it or use gzip or zstd"}})
        if (start.starts_with(magic)) return fail(ErrorCode::invalid_input, fmt::format("{} is {}", path, name));
    return std::make_unique<PlainSource>(std::move(*file));
}

}  // namespace vitrina::import
