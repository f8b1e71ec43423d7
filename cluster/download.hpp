#pragma once
// Bytes that libcurl hands over, up to a limit: `take_bytes` is its CURLOPT_WRITEFUNCTION, with a `Download` as CURLOPT_WRITEDATA.
// What goes beyond the limit is not kept: `too_large` is set, and libcurl ends the transfer with CURLE_WRITE_ERROR.
// Threads: one at a time.

#include <cstddef>
#include <cstdint>
#include <string>

namespace vitrina::cluster {

struct Download {
    std::string bytes;
    std::uint64_t bytes_max = 0;
    bool too_large = false;
};

inline std::size_t take_bytes(char* data, std::size_t size, std::size_t count, void* download_to) {
    auto& download = *static_cast<Download*>(download_to);
    if (download.bytes.size() + size * count > download.bytes_max) {
        download.too_large = true;
        return 0;
    }
    download.bytes.append(data, size * count);
    return size * count;
}

}  // namespace vitrina::cluster
