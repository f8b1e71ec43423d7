#pragma once
// A CSV row read field by field into a value of ours: the header's columns are looked up in a table once.
//
// Threads: pure functions. Errors: of `bind_columns` invalid_input naming the column nobody knows or that comes twice.
// Not an error: an empty field, which says nothing and is not read.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/closest.hpp"
#include "base/error.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::csv {

struct BadField {
    std::string code;
    std::string message;
};
using MaybeBad = std::optional<BadField>;

struct Value {
    std::string_view column;
    std::string_view text;
};

template <class Target>
struct Column {
    std::string_view name;
    MaybeBad (*read)(Target&, const Value&);
};

MaybeBad read_money(const Value& value, std::optional<MoneyMicros>& amount);
MaybeBad read_time(const Value& value, TimeMs& time);
// "true", "false", "1", "0", "yes", "no".
MaybeBad read_flag(const Value& value, bool& flag);
struct WholeBounds {
    std::uint64_t least = 0, most = 0;  // both taken
};
MaybeBad read_whole(const Value& value, const char* code, WholeBounds bounds, std::uint64_t& whole);

std::string_view trimmed(std::string_view text);

// The table's column for each of the header's. A column whose name begins with a prefix of the table ("attributes.") belongs to it.
template <class Target>
Result<std::vector<const Column<Target>*>> bind_columns(std::span<const Column<Target>> table,
                                                        std::span<const std::string_view> header) {
    std::vector<const Column<Target>*> bound;
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string_view name = trimmed(header[i]);
        const auto fits = [&](const Column<Target>& column) {
            return column.name == name ||
                   (column.name.ends_with('.') && name.size() > column.name.size() && name.starts_with(column.name));
        };
        const auto found = std::ranges::find_if(table, fits);
        if (found == table.end()) {
            std::vector<std::string_view> known;
            for (const auto& column : table) known.push_back(column.name);
            return fail(ErrorCode::invalid_input, fmt::format("column \"{}\" is not known{}; known are {}", name,
                                                              did_you_mean(name, known), fmt::join(known, " ")));
        }
        for (std::size_t before = 0; before < i; ++before)
            if (trimmed(header[before]) == name)
                return fail(ErrorCode::invalid_input, fmt::format("column \"{}\" comes twice", name));
        bound.push_back(&*found);
    }
    return bound;
}

}  // namespace vitrina::csv
