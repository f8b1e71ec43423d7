#pragma once
// Events as rows of a CSV file: one row an event with at most one item, columns named like the fields of API.md.
//
// An event of several lines (a purchase) is several rows that stand together and agree on event, visitor, time and a
// transaction_id or event_id; `belongs_to` says so and `add_lines` joins them.
// Threads: a reader belongs to one thread.
// Errors: `make` answers invalid_input for an unknown column or a missing needed one (event, visitor_id); `read` refuses with the
// codes of the JSON reader, of names and numbers only; the rest is judged by `validated`.
// Not an error: an empty field, which is the same as no such column.

#include <expected>
#include <span>
#include <string_view>

#include "base/csv_fields.hpp"
#include "event/event.hpp"
#include "event/validation.hpp"

namespace vitrina::event {

struct CsvDraft;

class CsvEventReader {
public:
    static Result<CsvEventReader> make(std::span<const std::string_view> header, const Limits& limits = {});
    std::expected<Event, Refusal> read(std::span<const std::string_view> fields) const;

private:
    csv::BoundColumns<CsvDraft> columns_;
    std::uint32_t quantity_most_ = 0;
};

bool belongs_to(const Event& event, const Event& next);
void add_lines(Event& event, Event&& next);

}  // namespace vitrina::event
