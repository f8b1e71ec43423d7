#include "server/call.hpp"

#include <algorithm>
#include <cctype>

namespace vitrina::server {

std::string_view Call::parameter(std::string_view name) const {
    const auto found = std::ranges::find(query, name, &Parameter::name);
    return found == query.end() ? std::string_view() : std::string_view(found->value);
}

std::string_view header_of(const HttpRequest& request, std::string_view name) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    for (const auto& [known, value] : request.headers) {
        if (std::ranges::equal(known, name, same)) return value;
    }
    return {};
}

HttpResponse json_answer(std::string json, int status) {
    return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json)};
}

}  // namespace vitrina::server
