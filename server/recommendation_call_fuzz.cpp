// Bodies of POST /v1/recommendations from anybody: read or refused with a problem of the table.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/recommendation_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::server;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto call = read_recommendation_call(text);
    if (!call) (void)answer_of(call.error());
    return 0;
}
