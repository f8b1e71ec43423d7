#pragma once
// A JSON object read field by field into a value of ours: a table says which field is read how; a field that the table does
// not know, or that comes twice, is refused by name.
//
// Lifetime: elements borrow from the simdjson parser that made them. Threads: pure functions.
// Errors: a `BadField` with a stable code ("unknown_field", "duplicate_field", "bad_type", "bad_time", "bad_price" or the
// caller's) and a message that names field, value and remedy.
// Not an error: null, which is not given to the field's reader unless the table's `null` says so.

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/closest.hpp"
#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::json {

using Element = simdjson::dom::element;
using Object = simdjson::dom::object;
using Array = simdjson::dom::array;

struct BadField {
    std::string code;
    std::string message;
};
using MaybeBad = std::optional<BadField>;

struct Value {
    std::string_view field;
    Element element;
};

template <class Target>
struct Field {
    std::string_view name;
    MaybeBad (*read)(Target&, const Value&);
};

enum class Null { is_absent, is_read };

BadField bad_value(const char* code, const Value& value, std::string_view wanted);
BadField unknown_field(std::string_view name, std::span<const std::string_view> known);

MaybeBad read_text(const Value& value, std::string& text);
MaybeBad read_flag(const Value& value, bool& flag);
// A number, or the same as text ("4.05"), as senders write it who keep money out of floating point.
MaybeBad read_money(const Value& value, std::optional<MoneyMicros>& amount);
struct WholeBounds {
    std::uint64_t least = 0, most = 0;  // both taken
};
MaybeBad read_whole(const Value& value, const char* code, WholeBounds bounds, std::uint64_t& whole);
// ISO-8601 text or a number of s, ms or µs.
MaybeBad read_time(const Value& value, TimeMs& time);
// A string as it is, a number or a flag as its text.
MaybeBad read_as_text(const Value& value, std::string& text);

// Precondition: at most 64 fields.
template <class Target>
MaybeBad read_object(const Object& object, std::span<const Field<Target>> fields, Target& target,
                     Null null = Null::is_absent) {
    std::uint64_t seen = 0;
    for (const auto& [name, element] : object) {
        std::size_t at = 0;
        while (at < fields.size() && fields[at].name != name) ++at;
        if (at == fields.size()) {
            std::vector<std::string_view> known;
            for (const auto& field : fields) known.push_back(field.name);
            return unknown_field(name, known);
        }
        if ((seen >> at & 1) != 0)
            return BadField{"duplicate_field", "field \"" + std::string(name) + "\" comes twice"};
        seen |= std::uint64_t{1} << at;
        if (null == Null::is_absent && element.is_null()) continue;
        if (auto bad = fields[at].read(target, {name, element})) return bad;
    }
    return {};
}

}  // namespace vitrina::json
