#include "import/read_ahead.hpp"

namespace vitrina::import {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;

}  // namespace

Result<std::unique_ptr<ReadAhead>> ReadAhead::open(const std::string& path, Encoding encoding) {
    auto source = ByteSource::open(path);
    if (!source) return std::unexpected(std::move(source.error()));
    return std::unique_ptr<ReadAhead>(new ReadAhead(std::move(*source), encoding));
}

ReadAhead::ReadAhead(std::unique_ptr<ByteSource> source, Encoding encoding)
    : source_(std::move(source)), encoding_(encoding), thread_([this] { read_all(); }) {}

ReadAhead::~ReadAhead() {
    pieces_.stop();
    thread_.join();
}

void ReadAhead::read_all() {
    for (bool more = true; more;) {
        std::string piece(piece_bytes, '\0');
        const auto bytes = source_->read(piece);
        bytes_read_ = source_->bytes_read();
        if (!bytes) {
            more = false;
            pieces_.push(std::unexpected(bytes.error()));
        } else if (*bytes == 0) {
            more = false;
        } else {
            piece.resize(*bytes);
            if (encoding_ != Encoding::utf8) {
                std::string text;
                append_utf8(text, piece, encoding_);
                piece = std::move(text);
            }
            more = pieces_.push(std::move(piece));
        }
    }
    pieces_.close();
}

Result<std::optional<std::string>> ReadAhead::next() {
    auto piece = pieces_.pop();
    if (!piece) return std::optional<std::string>{};
    if (!*piece) return std::unexpected(std::move(piece->error()));
    return std::optional<std::string>(std::move(**piece));
}

}  // namespace vitrina::import
