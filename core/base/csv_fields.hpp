#pragma once
// A CSV row read field by field into a value of ours: the header's columns are looked up in a table once.
//
// Threads: pure functions; `BoundColumns` is immutable. Lifetime: `BoundColumns` borrows the table.
// Errors: of `bind_columns` invalid_input naming the column nobody knows or that comes twice, of `BoundColumns::make` also one
// that is needed and missing.
// Not an error: an empty field, which says nothing and is not read.

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
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

// The columns of one file: its header's names and the table's column for each.
template <class Target>
class BoundColumns {
public:
    BoundColumns() = default;
    static Result<BoundColumns> make(std::span<const Column<Target>> table, std::span<const std::string_view> header,
                                     std::initializer_list<std::string_view> needed) {
        auto columns = bind_columns<Target>(table, header);
        if (!columns) return std::unexpected(std::move(columns.error()));
        BoundColumns bound;
        bound.columns_ = std::move(*columns);
        for (const std::string_view name : header) bound.names_.emplace_back(trimmed(name));
        for (const std::string_view name : needed)
            if (bound.place_of(name) == header.size())
                return fail(ErrorCode::invalid_input, fmt::format("the file has no column \"{}\"; it has {}", name,
                                                                  fmt::join(bound.names_, " ")));
        return bound;
    }
    // Behind the last where there is none of that name.
    std::size_t place_of(std::string_view name) const {
        return static_cast<std::size_t>(std::ranges::find(names_, name) - names_.begin());
    }
    // Changes in `target` what the row says, up to the field at fault.
    MaybeBad read(std::span<const std::string_view> fields, Target& target) const {
        if (fields.size() != columns_.size())
            return BadField{"missing_column",
                            fmt::format("the row has {} columns and the header {}", fields.size(), columns_.size())};
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::string_view text = trimmed(fields[i]);
            if (text.empty()) continue;
            if (auto bad = columns_[i]->read(target, {names_[i], text})) return bad;
        }
        return {};
    }

private:
    std::vector<const Column<Target>*> columns_;
    std::vector<std::string> names_;
};

}  // namespace vitrina::csv
