// Orders files: any header and rows, with rules; what is taken keeps the promises of the header, and parts read back.

#include "event/order_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/csv.hpp"
#include "event/order_parts.hpp"

namespace {

constexpr std::string_view header[] = {"order_id", "item_id",     "quantity", "time",
                                       "price",    "customer_id", "title",    "currency"};

const vitrina::event::OrderMapping& mapping() {
    static const vitrina::event::OrderMapping mapping{.customer_suffix = ".0",
                                                      .upper_case_ids = true,
                                                      .return_prefixes = {"C"},
                                                      .other_codes = {"POST"},
                                                      .other_code_patterns = {"GIFT_[0-9]+"},
                                                      .zero_price = vitrina::event::Rule::leave_out};
    return mapping;
}

void read_row(std::span<const std::string_view> fields) {
    using namespace vitrina::event;
    static auto reader = OrderRowReader::make(mapping(), header, 4'000'000'000'000);
    const auto read = reader->read(fields);
    const auto* row = std::get_if<OrderRow>(&read);
    if (row == nullptr) return;
    vitrina::ensure(!row->order_id.empty() && !row->item_id.empty() && row->quantity > 0 && row->time > 0,
                    "a row is half taken");
    const OrderPart part{.order_id = std::string(row->order_id),
                         .customer_id = std::string(row->customer_id),
                         .currency = std::string(row->currency),
                         .time = row->time,
                         .lines = {{0, row->quantity, row->price.value_or(-1), row->returned}}};
    vitrina::ensure(decode_part(encode_part(part)) == part, "a part reads otherwise than it was written");
    for (auto& events :
         {events_of(part, {std::string(row->item_id)}).purchase, events_of(part, {std::string(row->item_id)}).refund})
        for (auto event : events) {
            event.received_at = 4'000'000'000'000;
            vitrina::ensure(validated(event).has_value(), "a row that was taken makes no event");
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(vitrina::event::decode_part(text));
    vitrina::CsvReader rows(',');
    rows.feed(text);
    rows.close();
    for (bool first = true; const auto row = rows.next(); first = false) {
        if (row->fault != nullptr) continue;
        if (first) static_cast<void>(vitrina::event::OrderRowReader::make(mapping(), row->fields, 4'000'000'000'000));
        read_row(row->fields);
    }
    return 0;
}
