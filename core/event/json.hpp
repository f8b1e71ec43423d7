#pragma once
// Events as JSON: what `POST /v1/events` takes and what a line of a JSONL file holds (API.md, "Events").
//
// One event object, or {"events": [ … ]}. Every element becomes an event or a refusal of its own; the reader does not judge
// what `validated` judges (ids, limits, what a kind needs), only names and types. Unknown fields are refused by name; GA4's
// descriptive fields are kept as sent. `recommendation_id` and `index` on the event are the default of its items, and an
// `item_list_id` of the form "vitrina:<placement>:<recommendation_id>" carries the id for senders that only know GA4.
// Threads: a reader belongs to one thread; make it once and use it again, it keeps its memory.
// Preconditions: none, any bytes may come. `received_at`, `trusted` and (unless `own_fields`) `bot`, `provisional` are the host's.
// Errors: `read_body` answers invalid_input where the body as a whole is no JSON, no object or has an unknown field beside
// "events", and exhausted where it holds more events than allowed. Refusal codes of the reader: "bad_json", "unknown_field",
// "duplicate_field", "missing_event", "unknown_event", "bad_type", "bad_time", "bad_price", "bad_quantity", "bad_index",
// "unsupported" (a refused consent: not built yet, so the event is not taken).
// Not an error: null, which is the same as leaving the field out; an event without a time (0: "now").

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "event/event.hpp"
#include "event/validation.hpp"

namespace vitrina::event {

struct JsonLimits {
    std::size_t events = 1000;                   // of one body
    std::uint32_t quantity = Limits{}.quantity;  // of a line
    bool own_fields =
        false;  // also "guest", "bot", "provisional", "chunk", "chunks": what export writes and import reads
};

struct ReadEvent {
    Event event;
    std::string user_token;  // proves `user_id` to a public key; never stored
};

using ReadOrRefused = std::expected<ReadEvent, Refusal>;

class JsonReader {
public:
    explicit JsonReader(JsonLimits limits = {});
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;

    // One result an element, in order.
    Result<std::vector<ReadOrRefused>> read_body(std::string_view body);
    // One event object, as on a line of a JSONL file.
    ReadOrRefused read_line(std::string_view line);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// One line without its end that `read_line` with `own_fields` reads back as the same event.
std::string json_line(const Event& event);

}  // namespace vitrina::event
