// Authorization headers and user tokens from anybody: no key is like them, no token holds.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "server/access.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::server;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const Keys keys{.secret = {digest_of("secret")}, .publicly = {digest_of("public")}, .token = "token key"};
    const auto token = bearer_token(text);
    if (token && admit(keys, *token).access != Access::none && *token != "secret" && *token != "public") std::abort();
    if (user_token_holds(keys.token, text, "u7", 0)) std::abort();
    return 0;
}
