// Events as JSON: what is taken and validated is written as a line that reads as the same event.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "event/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::event;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static JsonReader reader({.events = 10, .own_fields = true});
    static_cast<void>(reader.read_body(text));
    auto read = reader.read_line(text);
    if (!read) return 0;
    read->event.received_at = 1'767'614'400'000;
    const auto checked = validated(std::move(read->event));
    if (!checked) return 0;
    const auto again = reader.read_line(json_line(*checked));
    vitrina::ensure(again.has_value(), "our own line is refused");
    vitrina::ensure(again->event.items.size() == checked->items.size() && again->event.event_id == checked->event_id &&
                        again->event.kept == checked->kept && again->event.time == checked->time,
                    "our own line reads as another event");
    return 0;
}
