#pragma once
// A file read and unpacked by a thread of its own, a few pieces ahead of whoever parses it; old encodings become UTF-8.
//
// Threads: `next` from one thread. Lifetime: the thread ends with the object, also before the file's end.
// Errors: as ByteSource, from `open` or, where reading fails later, from the `next` that comes to it.

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/encoding.hpp"
#include "import/bounded_queue.hpp"
#include "import/byte_source.hpp"

namespace vitrina::import {

class ReadAhead {
public:
    static Result<std::unique_ptr<ReadAhead>> open(const std::string& path, Encoding encoding);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // The next piece of text; nothing at the end.
    Result<std::optional<std::string>> next();
    std::uint64_t bytes_read() const { return bytes_read_; }
    std::uint64_t bytes_total() const { return source_->bytes_total(); }

private:
    ReadAhead(std::unique_ptr<ByteSource> source, Encoding encoding);
    void read_all();

    std::unique_ptr<ByteSource> source_;
    Encoding encoding_;
    BoundedQueue<Result<std::string>> pieces_{8};
    std::atomic<std::uint64_t> bytes_read_ = 0;
    std::thread thread_;
};

}  // namespace vitrina::import
