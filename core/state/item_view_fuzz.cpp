// Any bytes as an item: refused, or read without harm and encoded again to the same bytes.

#include <cstddef>
#include <cstdint>

#include "state/folds.hpp"
#include "state/views.hpp"

using namespace vitrina;
using namespace vitrina::state;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto view = ItemView::open(bytes);
    if (!view) return 0;
    (void)view->buckets();
    (void)view->neighbours();
    (void)view->total();
    if (!bytes.empty()) ensure(encode(item_state(open_item(bytes).value())) == bytes, "an item has two encodings");
    ItemDelta delta;
    delta.hour = 24 * 20'000;
    delta.views = 1;
    delta.neighbours = {ItemKey{1}, ItemKey{2}};
    const auto step = item_step(std::string(bytes), delta);
    ensure(step && ItemView::open(*step), "folding made what cannot be read");
    return 0;
}
