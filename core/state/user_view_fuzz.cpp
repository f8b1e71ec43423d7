// Any bytes as a user: refused, or read without harm and encoded again to the same bytes.

#include <cstddef>
#include <cstdint>

#include "state/folds.hpp"
#include "state/views.hpp"

using namespace vitrina;
using namespace vitrina::state;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto view = UserView::open(bytes);
    if (!view) return 0;
    (void)view->actions();
    if (!bytes.empty()) ensure(encode_user(open_user(bytes)->all()) == bytes, "a user has two encodings");
    const auto step = user_step(std::string(bytes), Fact{});
    ensure(step && UserView::open(*step), "folding made what cannot be read");
    return 0;
}
