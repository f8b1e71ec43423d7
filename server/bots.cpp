#include "server/bots.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace vitrina::server {

namespace {

constexpr std::array<std::string_view, 14> words{
    "bot",        "crawl",  "spider",          "slurp", "preview", "headless",    "lighthouse",
    "monitoring", "scrapy", "python-requests", "curl/", "wget/",   "libwww-perl", "go-http-client"};

}  // namespace

bool is_bot(std::string_view user_agent) {
    std::string lower(user_agent);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return lower.empty() || std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

}  // namespace vitrina::server
