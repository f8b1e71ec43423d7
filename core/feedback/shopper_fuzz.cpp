// Any bytes as a shopper's open records and as an item's counts: refused, or folded without harm into what can be read.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "feedback/shopper.hpp"
#include "feedback/success.hpp"

using namespace vitrina;
using namespace vitrina::feedback;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(decode_outcome(bytes));
    if (const auto more = decode_user_records(bytes, {1, 2}))
        ensure(user_step("", *more, {}).has_value(), "records of ours are refused");
    if (const auto deltas = decode_success_deltas(bytes, ItemKey{1})) static_cast<void>(success_step("", *deltas));
    if (const auto rows = success_step(bytes, {}))
        ensure(success_rows(*rows).has_value(), "counting made what cannot be read");
    Records records;
    records.touches.push_back({"r-1", "mug", "", Stage::clicked, 1'770'000'000'000});
    OrderLine line;
    line.transaction_id = "o-1";
    line.item_id = "mug";
    line.time = 1'770'000'000'001;
    records.lines.push_back(line);
    records.refunds.push_back({"e-1", "o-1", 0, "mug", 1, 1'770'000'000'002});
    const auto step = user_step(bytes, {.user = {}, .travelled = {}, .records = records}, {});
    ensure(!step || open_records(step->state).has_value(), "folding made what cannot be read");
    return 0;
}
