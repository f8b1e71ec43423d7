#pragma once
// Items as rows of a CSV file, columns named like the fields of API.md.
//
// A row changes what its columns say and leaves the rest of an item that is known already: a file of item_id, price and quantity
// is a stock update. Categories are paths separated by bars ("kitchen > mugs|gifts"); an attribute is a column
// "attributes.colour", a translation "localized.ru.title" (title, url, description).
// Threads: a reader belongs to one thread.
// Errors: `make` answers invalid_input for an unknown column or a missing item_id; `patched` names column and value.
// Not an error: an empty field; it changes nothing.

#include <span>
#include <string_view>

#include "base/csv_fields.hpp"
#include "catalog/item.hpp"

namespace vitrina::catalog {

class CsvItemReader {
public:
    static Result<CsvItemReader> make(std::span<const std::string_view> header);
    // Empty where the row has none.
    std::string_view item_id(std::span<const std::string_view> fields) const;
    Result<Item> patched(Item before, std::span<const std::string_view> fields) const;

private:
    csv::BoundColumns<Item> columns_;
    std::size_t id_column_ = 0;
};

}  // namespace vitrina::catalog
