#pragma once
// Items as JSON: what `/v1/items` takes and gives and what a line of a JSONL file holds (API.md, "Items").
//
// Names and types are judged here, the rest by `validated`. Unknown fields are refused by name.
// Threads: a reader belongs to one thread; make it once and use it again, it keeps its memory.
// Errors: invalid_input naming field and value; for a body of many, exhausted where it holds more than allowed.
// Not an error: null, which takes an optional field away (in `patched`) or leaves it out (elsewhere).

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

struct JsonLimits {
    std::size_t items = 1000;  // of one body
};

class JsonReader {
public:
    explicit JsonReader(JsonLimits limits = {});
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;

    // One item object, or {"items": [ … ]}: one result an element, in order. `item_id` must be there.
    Result<std::vector<Result<Item>>> read_body(std::string_view body);
    // One whole item. With `item_id` given (a PUT to its address) the body may leave it out but must not contradict it.
    Result<Item> read_item(std::string_view body, std::string_view item_id = {});
    // `before` with only the given fields changed; "attributes" and "localized" are merged by name, null takes a name away.
    Result<Item> patched(Item before, std::string_view body);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// One object without line ends that `read_item` reads back as the same item, but for `absent`, which nobody may send; empty fields are left out.
std::string json_text(const Item& item);

}  // namespace vitrina::catalog
