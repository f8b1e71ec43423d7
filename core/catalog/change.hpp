#pragma once
// The catalogue as a fold of its changes: (entry, change) → entry', commutative and idempotent.
//
// Whoever changes an item says what he writes and when; nobody reads before writing. Of two changes that write the same field
// the one with the larger stamp (time, id) stays, so any order and any repetition of the same changes give the same entry.
// A field is a column of `Item`, a name of `attributes` or a name of `localized`.
//
//   put      writes every field; the item is there
//   patch    writes the fields it names; whether the item is there stays as it was
//   remove   writes every field, to nothing; the item is gone. The entry stays, so that an older change cannot bring it back.
//
// `created_at` is apart: only a change that says one writes it; else it is the time of the earliest put ever seen.
// Lifetime: values. Threads: pure functions.
// Preconditions: `change` went through `validated`.
// Not errors: a patch of an item that nobody put yet (kept until the put comes), a change that is older than everything.
// Surprising cost: names once taken away by a patch keep their stamps until the next put or remove.

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/catalog.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

// Numbers are those of the message Item in proto/item.proto.
enum class Field : std::uint8_t {
    title = 2,
    description = 3,
    categories = 4,
    brand = 5,
    price = 6,
    sale_price = 7,
    sale_from = 8,
    sale_until = 9,
    currency = 10,
    cost = 11,
    availability = 12,
    quantity = 13,
    url = 14,
    image_url = 15,
    group_id = 16,
    attributes = 17,  // all names at once
    available_from = 18,
    available_until = 19,
    hidden = 20,
    localized = 21,  // all names at once
    created_at = 22,
    absent = 23,
};

enum class ChangeKind : std::uint8_t { put = 1, patch = 2, remove = 3 };

struct ItemChange {
    ChangeKind kind = ChangeKind::put;
    std::string item_id;
    TimeMs changed_at = 0;
    std::string change_id;
    Item item;                            // of put and patch
    std::vector<Field> fields;            // of patch
    std::vector<std::string> attributes;  // of patch: set where `item` has them, else taken away
    std::vector<std::string> locales;     // of patch, likewise
    std::string run;                      // of put: the complete run of the feed that mentions the item (run.hpp)
    bool operator==(const ItemChange&) const = default;
};

struct Stamp {
    TimeMs changed_at = 0;
    std::string change_id;
    std::uint64_t content = 0;  // hash of the change, so that two changes never have the same stamp
    auto operator<=>(const Stamp&) const = default;
};

struct Entry {
    Item item;  // what nobody wrote since `base` is as `base` left it
    bool present = false;
    Stamp base;                               // the newest put or remove
    std::map<Field, Stamp> fields;            // newer than `base`, but for created_at
    std::map<std::string, Stamp> attributes;  // newer than what wrote all of them
    std::map<std::string, Stamp> locales;
    std::optional<TimeMs> first_put;
    std::uint64_t run = 0;  // mark of the run in the newest put that was of one; 0: none was
    Stamp run_stamp;        // of that put
    bool operator==(const Entry&) const = default;
};

// Refuses a change without id, time or item, or with a bad field, naming it.
Result<ItemChange> validated(ItemChange change, const Limits& limits = {});

Entry folded(Entry entry, const ItemChange& change);

// The item as the catalogue shows it; nothing where it is not there.
std::optional<Item> item_of(const Entry& entry);

// The patch that makes `after` of `before`: what differs, by name within attributes and localized.
// Precondition: both have the same id. The caller sets time and id of the change.
ItemChange patch_between(const Item& before, const Item& after);

// proto/item.proto. Errors: corrupt_data for bytes that are no change and no entry of ours.
std::string encode(const ItemChange& change);
Result<ItemChange> decode_change(std::string_view bytes);
std::string encode(const Entry& entry);
Result<Entry> decode_entry(std::string_view bytes);

}  // namespace vitrina::catalog
