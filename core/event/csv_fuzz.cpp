// Events as CSV: any header, any rows.

#include "event/csv.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::event;
    vitrina::CsvReader rows(',');
    rows.feed({reinterpret_cast<const char*>(data), size});
    rows.close();
    std::optional<CsvEventReader> reader;
    std::optional<Event> before;
    while (const auto row = rows.next()) {
        if (row->fault != nullptr) continue;
        if (!reader) {
            auto made = CsvEventReader::make(row->fields);
            if (!made) return 0;
            reader.emplace(std::move(*made));
            continue;
        }
        auto event = reader->read(row->fields);
        if (!event) continue;
        event->received_at = 1'767'614'400'000;
        static_cast<void>(validated(*event));
        if (before && belongs_to(*before, *event))
            add_lines(*before, std::move(*event));
        else
            before = std::move(*event);
    }
    return 0;
}
