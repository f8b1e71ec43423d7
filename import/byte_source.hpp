#pragma once
// A file's bytes as they mean, whether it lies there plain, gzip or zstd; "-" is standard input.
//
// What it is is told by its first bytes, not by its name. Several gzip members or zstd frames in a row are one file.
// Threads: one. Errors: not_found and io naming the file; invalid_input for damaged or cut-off compression,
// for a folder and for what is packed in another way.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/error.hpp"

namespace vitrina::import {

class ByteSource {
public:
    static Result<std::unique_ptr<ByteSource>> open(const std::string& path);
    virtual ~ByteSource() = default;
    // Fills from the front; 0 at the end.
    virtual Result<std::size_t> read(std::span<char> room) = 0;
    virtual std::uint64_t bytes_read() const = 0;   // of the file as it lies there
    virtual std::uint64_t bytes_total() const = 0;  // 0 where unknown
};

}  // namespace vitrina::import
