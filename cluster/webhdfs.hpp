#pragma once
// Files of HDFS over HTTP (WebHDFS), without a JVM.
//
// Threads: any; every call is a connection of its own. Lifetime: a value.
// Errors: not_found where there is no such file; exhausted where it is larger than allowed; unavailable where HDFS is away, slow or
// breaks off; invalid_input for an address that is none.

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::cluster {

struct WebHdfsSettings {
    std::string address;  // "http://namenode:9870/webhdfs/v1"
    std::string user;     // empty: nobody is named
    TimeMs connect_timeout_ms = 5 * second_ms;
    TimeMs quiet_timeout_ms = 30 * second_ms;  // without a byte for so long it is given up
};

class WebHdfs {
public:
    explicit WebHdfs(WebHdfsSettings settings) : settings_(std::move(settings)) {}

    // `path` is absolute within HDFS. Follows the namenode to the datanode that has the file.
    Result<std::string> read(const std::string& path, std::uint64_t bytes_max) const;

private:
    WebHdfsSettings settings_;
};

}  // namespace vitrina::cluster
