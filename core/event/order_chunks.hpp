#pragma once
// An order of more lines than an event may hold travels in chunks: events of the same transaction, each with its number.
//
// `in_chunks` leaves an event that fits (and every kind but purchase and refund) as it is, alone in the answer. The first
// chunk keeps the event's id, tax, shipping and discount; the others' ids are made from it ("<id>/1", …; an empty id stays
// empty and is derived later). The value of a chunk is that of its lines where they have prices, else the first keeps it all.
// Threads: pure function. Not an error: more lines than an order may have; `refused_order` says so, and
// `validated` refuses the chunks.

#include <optional>
#include <vector>

#include "event/event.hpp"
#include "event/validation.hpp"

namespace vitrina::event {

// Has the whole order more lines than an order may have? Then why it is refused, with code "too_many_items". Not for chunks.
std::optional<Refusal> refused_order(const Event& event, const Limits& limits = {});

std::vector<Event> in_chunks(Event event, const Limits& limits = {});

}  // namespace vitrina::event
