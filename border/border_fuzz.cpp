// Any bytes in every place of the border: an answer or an error, and what a fold answers can be folded on.

#include "border/border.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace vitrina;
using namespace vitrina::border;

namespace {

constexpr TimeMs now = 1'767'268'800'000;

const Border& opened() {
    static const Border border =
        Border::open(R"({"shops": {"default": "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}})")
            .value();
    return border;
}

void fold_on(const EventFold& fold) {
    for (const Keyed& facts : fold.facts)
        ensure(opened().fold_facts(facts.key, "", facts.value).has_value(), "facts of ours are refused");
    for (const Keyed& delta : fold.deltas)
        ensure(opened().fold_delta(delta.key, "", delta.value).has_value(), "a delta of ours is refused");
}

// The record alone with the key that it asks for, so that more than the key is tried.
void fold_record(std::string_view bytes) {
    const std::string person = person_key("default", {1, 2});
    if (const auto user = opened().fold_facts(person, "", bytes))
        ensure(opened().fold_facts(person, *user, bytes).value() == *user, "the same facts again change a user");
    static_cast<void>(opened().fold_facts(person, bytes, bytes));
    static_cast<void>(opened().fold_shopper_records(person, "", bytes));
    static_cast<void>(opened().fold_success_deltas(item_key("default", ItemKey{1}), "", bytes));
    const auto item = item_of(read_key("default/" + std::string(bytes.substr(0, 8))).value_or(Key{"a", "b"}));
    if (item) static_cast<void>(opened().fold_delta(item_key("default", *item), "", bytes.substr(8)));
}

void fold_success(std::string_view key, std::string_view event) {
    const auto fold = opened().fold_success(key, "", event, now);
    if (!fold) return;
    for (const Keyed& records : fold->records)
        ensure(opened().fold_shopper_records(records.key, "", records.value).has_value(),
               "records of ours are refused");
    for (const Keyed& deltas : fold->deltas)
        ensure(opened().fold_success_deltas(deltas.key, "", deltas.value).has_value(), "deltas of ours are refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(Border::open(bytes));
    fold_record(bytes);
    if (size < 2) return 0;
    const std::size_t cut = std::min<std::size_t>(data[0], size - 1);
    const std::string_view first = bytes.substr(1, cut), second = bytes.substr(1 + cut);
    const std::string key = "default/" + std::string(first);
    if (const auto fold = opened().fold_event(key, "", "", second, now)) {
        fold_on(*fold);
        fold_success(key, second);
        const auto again = opened().fold_event(key, fold->hot, fold->cold, second, now);
        ensure(again && again->verdict != state::Verdict::folded, "the same event is folded twice");
    }
    static_cast<void>(opened().fold_event("default/v", first, second, second, now));
    if (const auto entry = opened().fold_item_change(key, "", second, now))
        ensure(opened().fold_item_change(key, *entry, second, now).value() == *entry,
               "the same change again changes an item");
    return 0;
}
