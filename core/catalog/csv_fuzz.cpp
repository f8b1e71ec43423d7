// Items as CSV: any header, any rows.

#include "catalog/csv.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/csv.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace vitrina::catalog;
    vitrina::CsvReader rows(',');
    rows.feed({reinterpret_cast<const char*>(data), size});
    rows.close();
    std::optional<CsvItemReader> reader;
    while (const auto row = rows.next()) {
        if (row->fault != nullptr) continue;
        if (!reader) {
            auto made = CsvItemReader::make(row->fields);
            if (!made) return 0;
            reader.emplace(std::move(*made));
            continue;
        }
        const auto item = reader->patched(Item{}, row->fields);
        if (item) vitrina::ensure(item->item_id == reader->item_id(row->fields), "the id is another column's");
    }
    return 0;
}
