#include "server/forwarded.hpp"

#include <array>

namespace vitrina::server {

namespace {

constexpr std::array<std::string_view, 4> passed_on{"authorization", "content-type", "user-agent", "x-request-id"};

}  // namespace

Keeping keeping_of(const Call& call, const engine::Person& person) {
    const engine::Peers* const peers = call.host.engine.peers();
    if (peers == nullptr || !peers->elsewhere(person)) return Keeping::here;
    return header_of(call.request, forwarded_header).empty() ? Keeping::elsewhere : Keeping::nowhere;
}

std::optional<HttpResponse> answer_of_keeper(const Call& call, const engine::Person& person) {
    engine::PeerRequest request{.method = call.request.method == "HEAD" ? "GET" : call.request.method,
                                .target = call.request.target,
                                .headers = {{std::string(forwarded_header), "1"}},
                                .body = call.request.body};
    for (const std::string_view name : passed_on)
        if (const auto value = header_of(call.request, name); !value.empty())
            request.headers.emplace_back(std::string(name), std::string(value));
    auto answer = call.host.engine.peers()->ask(person, request);
    if (!answer) return std::nullopt;
    HttpResponse response{.status = answer->status, .headers = {}, .body = std::move(answer->body)};
    if (!answer->content_type.empty()) response.headers.emplace_back("Content-Type", std::move(answer->content_type));
    if (!answer->retry_after.empty()) response.headers.emplace_back("Retry-After", std::move(answer->retry_after));
    return response;
}

}  // namespace vitrina::server
