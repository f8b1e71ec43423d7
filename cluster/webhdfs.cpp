#include "cluster/webhdfs.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <memory>
#include <mutex>

#include "cluster/download.hpp"

namespace vitrina::cluster {

namespace {

using Curl = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// Every byte but the plain ones as %XX; slashes stay.
std::string escaped(const std::string& path) {
    std::string out;
    for (const char letter : path) {
        const auto byte = static_cast<unsigned char>(letter);
        const bool plain = std::isalnum(byte) != 0 || letter == '/' || letter == '-' || letter == '_' || letter == '.';
        out += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
    }
    return out;
}

}  // namespace

Result<std::string> WebHdfs::read(const std::string& path, std::uint64_t bytes_max) const {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    const Curl curl(curl_easy_init(), curl_easy_cleanup);
    if (curl == nullptr) return fail(ErrorCode::io, "libcurl cannot be started");
    std::string url = settings_.address + escaped(path) + "?op=OPEN";
    if (!settings_.user.empty()) url += "&user.name=" + escaped(settings_.user);
    Download download{.bytes = {}, .bytes_max = bytes_max};
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 4L);
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout_ms));
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings_.quiet_timeout_ms / second_ms));
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &download);
    const CURLcode code = curl_easy_perform(curl.get());
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (code == CURLE_OK) return std::move(download.bytes);
    if (download.too_large)
        return fail(ErrorCode::exhausted, fmt::format("{} in HDFS is larger than {} bytes", path, bytes_max));
    if (status == 404) return fail(ErrorCode::not_found, fmt::format("there is no file {} in HDFS", path));
    const bool malformed = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
    return fail(malformed ? ErrorCode::invalid_input : ErrorCode::unavailable,
                fmt::format("cannot read {} from HDFS at {}: {}", path, settings_.address, curl_easy_strerror(code)));
}

}  // namespace vitrina::cluster
