// Addresses and queries from anybody: taken apart or refused, matched or not, never a crash; a query that is taken is judged.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/recommendation_json.hpp"
#include "server/routes.hpp"
#include "server/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::server;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto target = parse_target(text);
    if (!target) return 0;
    const Match found = match("GET", target->segments);
    if (found.route != nullptr) (void)recommendation_call_of(target->query);
    return 0;
}
