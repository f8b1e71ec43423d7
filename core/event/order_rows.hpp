#pragma once
// A row of an orders file as one line of an order: columns by a mapping, product and return rules, numbers and times read.
//
// The mapping says what a file calls things and which of its rows are no sales; nothing about a particular shop is in code
// (data/online-retail/mapping.toml is the worked example, docs/import.md lists the keys).
// Threads: a reader belongs to one thread (it remembers which item ids are products).
// Lifetime: an `OrderRow` borrows from the fields that were read and from the reader, until the next `read`.
// Errors: `make` answers invalid_input for a column that is not there, a rule that is none; `read` refuses a row with one of the
// codes "missing_order", "missing_item", "bad_text", "bad_quantity", "bad_price", "bad_time", "time_ahead", "bad_currency",
// "missing_column".
// Not an error: a row that a rule leaves out ("other_code", "ignored_order", "negative_quantity", "zero_price").

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "event/validation.hpp"

namespace vitrina::event {

enum class Rule { take, leave_out };

struct OrderMapping {
    // Ours → the file's. Ours: order_id, item_id, quantity, time (needed), price, customer_id, title, category, brand, currency.
    std::map<std::string, std::string> columns;
    std::string time_format;                       // empty: ISO-8601 or numbers; else as in base/time_format.hpp
    std::string time_zone_offset = "Z";            // of times that do not say it themselves: "+02:00"
    std::string currency;                          // of rows that do not say it
    std::string customer_suffix;                   // taken off customer ids where it is there: ".0"
    bool upper_case_ids = false;                   // item ids that differ only by case are one item
    std::vector<std::string> return_prefixes;      // order ids that begin so are returns: "C"
    std::vector<std::string> ignored_prefixes;     // order ids that are neither orders nor returns: "A"
    std::vector<std::string> other_codes;          // item ids that are no products: "POST"
    std::vector<std::string> other_code_patterns;  // the same as regular expressions over the whole id
    Rule negative_quantity = Rule::take;           // outside of returns: a return, or left out (stock-keeping)
    Rule zero_price = Rule::take;                  // a gift, or left out
};

struct OrderRow {
    std::string_view order_id;
    std::string_view item_id;
    std::string_view customer_id;  // empty: a guest
    std::string_view title;
    std::string_view category;
    std::string_view brand;
    std::string_view currency;
    TimeMs time = 0;
    std::uint32_t quantity = 1;
    std::optional<MoneyMicros> price;
    bool returned = false;
};

struct LeftOut {
    std::string_view reason;
};

using OrderRowRead = std::variant<OrderRow, LeftOut, Refusal>;

class OrderRowReader {
public:
    // `latest` is the newest time that can be true (the host's now plus what clocks may differ).
    static Result<OrderRowReader> make(const OrderMapping& mapping, std::span<const std::string_view> header,
                                       TimeMs latest, const Limits& limits = {});
    ~OrderRowReader();
    OrderRowReader(OrderRowReader&&) noexcept;

    OrderRowRead read(std::span<const std::string_view> fields);

private:
    struct Impl;
    explicit OrderRowReader(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The names that a mapping may give columns to.
std::span<const std::string_view> order_columns();

}  // namespace vitrina::event
