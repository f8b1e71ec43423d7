#include "cluster/http_client.hpp"

#include <curl/curl.h>
#include <fmt/core.h>

#include <utility>

#include "cluster/download.hpp"

namespace vitrina::cluster {

namespace {

using Lines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

Lines lines_of(const engine::PeerRequest& request) {
    Lines lines(nullptr, curl_slist_free_all);
    const auto add = [&](const std::string& line) {
        curl_slist* const longer = curl_slist_append(lines.get(), line.c_str());
        ensure(longer != nullptr, "there is memory for a header");
        static_cast<void>(lines.release());
        lines.reset(longer);
    };
    for (const auto& [name, value] : request.headers) add(fmt::format("{}: {}", name, value));
    add("Expect:");  // the body goes with the head
    return lines;
}

std::string header_value(CURL* curl, const char* name) {
    curl_header* header = nullptr;
    const auto found = curl_easy_header(curl, name, 0, CURLH_HEADER, -1, &header);
    return found == CURLHE_OK ? header->value : std::string();
}

}  // namespace

struct HttpClient::Connection {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl{curl_easy_init(), curl_easy_cleanup};
};

HttpClient::HttpClient(TimeMs timeout_ms, std::size_t answer_bytes_max)
    : timeout_ms_(timeout_ms), answer_bytes_max_(answer_bytes_max) {
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}
HttpClient::~HttpClient() = default;

std::unique_ptr<HttpClient::Connection> HttpClient::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Connection>();
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

void HttpClient::give(std::unique_ptr<Connection> connection) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
}

Result<engine::PeerAnswer> HttpClient::ask(const std::string& address, const engine::PeerRequest& request) {
    auto connection = take();
    CURL* const curl = connection->curl.get();
    if (curl == nullptr) return fail(ErrorCode::unavailable, "libcurl cannot be started");
    const std::string url = address + request.target;
    const Lines lines = lines_of(request);
    Download download{.bytes = {}, .bytes_max = answer_bytes_max_};
    curl_easy_reset(curl);  // keeps its connections
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout_ms_));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms_));
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &download);
    if (request.method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
    }
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {  // the connection is not used again
        return fail(download.too_large ? ErrorCode::exhausted : ErrorCode::unavailable,
                    fmt::format("{} does not answer: {}", address, curl_easy_strerror(code)));
    }
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    engine::PeerAnswer answer{.status = static_cast<int>(status),
                              .content_type = header_value(curl, "Content-Type"),
                              .retry_after = header_value(curl, "Retry-After"),
                              .body = std::move(download.bytes)};
    give(std::move(connection));
    return answer;
}

}  // namespace vitrina::cluster
