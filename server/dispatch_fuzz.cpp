// Whole requests from anybody who has a key: "METHOD TARGET\nBODY". Whatever comes is answered, and never with a fault of ours.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/asking.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::server;
    [[maybe_unused]] static const int quiet = ::setenv("VITRINA_LOG", "off", 1);
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(text.find('\n'), text.size());
    const std::size_t blank = std::min(text.find(' '), line);
    Shop shop;
    shop.engine.items["MUG"] = {.item_id = "MUG", .title = "Red mug"};
    const auto response = shop.ask(Asked(std::string(text.substr(0, blank)),
                                         std::string(text.substr(blank, line - blank).substr(blank < line ? 1 : 0)))
                                       .with_key(secret_key)
                                       .with_json(std::string(text.substr(std::min(line + 1, text.size())))));
    if (response.status == 500 || header(response, "X-Request-Id").empty()) std::abort();
    return 0;
}
