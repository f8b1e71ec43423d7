// Items as JSON: what is read is written as text that reads as the same item, and patching with nothing changes nothing.

#include "catalog/json.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::catalog;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static JsonReader reader({.items = 10});
    static_cast<void>(reader.read_body(text));
    static_cast<void>(reader.patched(Item{.item_id = "A", .title = "Mug"}, text));
    const auto item = reader.read_item(text);
    if (!item) return 0;
    const auto again = reader.read_item(json_text(*item));
    vitrina::ensure(again.has_value(), "our own text is refused");
    vitrina::ensure(again->item_id == item->item_id && again->attributes == item->attributes &&
                        again->localized == item->localized,
                    "our own text reads as another item");
    vitrina::ensure(reader.patched(*item, "{}") == *item, "a patch with nothing changed something");
    return 0;
}
