// Any bytes as a visitor's two records: refused, or read without harm and encoded again to the same bytes.

#include <cstddef>
#include <cstdint>

#include "state/folds.hpp"
#include "state/views.hpp"

using namespace vitrina;
using namespace vitrina::state;

namespace {

event::Event purchase_after(const VisitorView& view) {
    event::Event event;
    event.kind = event::EventKind::purchase;
    event.event_id = "fuzz";
    event.time = view.last_event() + hour_ms;
    event.visitor_id = "visitor";
    event.user_id = "user";
    event.transaction_id = "order";
    event.items.resize(3);
    return event;
}

}  // namespace

// The first byte says where the hot record ends, in steps of 8 bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string_view hot = bytes.substr(0, data[0] * std::size_t{8});
    const std::string_view cold = bytes.substr(hot.size());
    const auto view = VisitorView::open(hot, cold);
    if (!view) return 0;
    (void)view->actions();
    (void)view->cart();
    (void)view->searches();
    if (!hot.empty()) ensure(encode(hot_state(open_hot(hot).value())) == hot, "a hot record has two encodings");
    if (!cold.empty()) ensure(encode(cold_state(open_cold(cold).value())) == cold, "a cold record has two encodings");
    const auto step =
        visitor_step({std::string(hot), std::string(cold)}, purchase_after(*view), PersonHasher(ShopKey{}));
    ensure(step && VisitorView::open(step->state.hot, step->state.cold), "folding made what cannot be read");
    return 0;
}
