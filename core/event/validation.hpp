#pragma once
// The edge: what an event must be before anything else sees it.
//
// `validated` fills what the sender may leave out (event id, quantity 1, value from the lines, the items' recommendation id
// from the event's), clamps the time to arrival + 5 minutes, gives a provisional order an event id of its own, and refuses the rest with a code and a message.
// Threads: pure function. Cost: one pass over the texts.
// Errors: a `Refusal` with one of the codes documented in openapi.json; never an exception.
// Not an error: an event much older than its arrival (imports), a visitor that equals a user.

#include <cstddef>
#include <expected>
#include <string>

#include "event/event.hpp"

namespace vitrina::event {

struct Limits {
    std::size_t items = 200;         // lines of an event; an order is split into chunks of this many
    std::size_t order_lines = 5000;  // lines of an order over all its chunks
    std::size_t id_bytes = 256;      // any id
    std::size_t text_bytes = 1024;   // search terms, coupons, kept values
    std::size_t kept_fields = 32;    // kept fields of an event or of a line
    std::uint32_t quantity = 1'000'000;
    TimeMs ahead_ms = 5 * minute_ms;  // how far an event's time may lie after its arrival before it is clamped
};

// `code` is a stable machine-readable word such as "unknown_event", "missing_visitor", "bad_time", "bad_price".
struct Refusal {
    std::string code;
    std::string message;
};

// `event.received_at` must be set by the host. Not an error: `event.time == 0` means "now", that is `received_at`.
std::expected<Event, Refusal> validated(Event event, const Limits& limits = {});

}  // namespace vitrina::event
