#pragma once
// A value of a call's JSON with the place where it stood, for messages, and the bounds that hold for it; objects are read by a table of fields.
//
// Threads: values. Lifetime: borrows the parsed document and the limits. Errors: Problem "invalid_input" that names the place.
// Not an error: null (the same as leaving the field out).

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <simdjson.h>

#include "base/plain_text.hpp"
#include "server/recommendation_json.hpp"

namespace vitrina::server {

using Done = OrProblem<void>;

inline Done refused(std::string detail) { return std::unexpected(Problem{"invalid_input", std::move(detail)}); }

struct Value {
    simdjson::dom::element json;
    std::string place;
    const CallLimits& limits;

    Done text(std::string& out, std::size_t most) const {
        std::string_view text;
        if (json.get(text) != simdjson::SUCCESS) return refused(fmt::format("{} is not a string", place));
        if (text.size() > most)
            return refused(fmt::format("{} has {} bytes; at most {} are read", place, text.size(), most));
        if (!is_plain_text(text)) return refused(fmt::format("{} holds control characters; send plain text", place));
        out = text;
        return {};
    }
    Done id(std::string& out) const { return text(out, limits.id_bytes); }
    Done boolean(bool& out) const {
        if (json.get(out) != simdjson::SUCCESS) return refused(fmt::format("{} is neither true nor false", place));
        return {};
    }
    Done number(std::int64_t& out, std::int64_t least, std::int64_t most) const {
        if (json.get(out) != simdjson::SUCCESS || out < least || out > most)
            return refused(fmt::format("{} is not a whole number from {} to {}", place, least, most));
        return {};
    }
    // Calls `take` with each element, which knows its place.
    template <class Take>
    Done each(std::size_t most, const Take& take) const {
        simdjson::dom::array array;
        if (json.get(array) != simdjson::SUCCESS) return refused(fmt::format("{} is not a list", place));
        std::size_t index = 0;
        for (const simdjson::dom::element one : array) {
            if (index == most) return refused(fmt::format("{} holds more than {} entries", place, most));
            if (Done done = take(Value{one, fmt::format("{}[{}]", place, index), limits}); !done) return done;
            ++index;
        }
        return {};
    }
    Done ids(std::vector<std::string>& out) const {
        out.clear();
        return each(limits.ids, [&](const Value& one) { return one.id(out.emplace_back()); });
    }
};

template <class T>
struct Field {
    std::string_view name;
    Done (*read)(const Value& value, T& out);
};

template <class T>
Done read_object(const Value& value, std::span<const Field<T>> table, T& out) {
    simdjson::dom::object object;
    if (value.json.get(object) != simdjson::SUCCESS)
        return refused(fmt::format("{} is not an object", value.place.empty() ? "the body" : value.place));
    std::uint64_t seen = 0;
    for (const auto [name, json] : object) {
        const auto field = std::ranges::find(table, name, &Field<T>::name);
        const std::string place = value.place.empty() ? std::string(name) : fmt::format("{}.{}", value.place, name);
        if (field == table.end())
            return refused(fmt::format("{} is not a field of this request", place.substr(0, 200)));
        const std::uint64_t bit = std::uint64_t{1} << (field - table.begin());
        if ((seen & bit) != 0) return refused(fmt::format("{} comes twice", place));
        seen |= bit;
        if (json.is_null()) continue;
        if (Done done = field->read(Value{json, place, value.limits}, out); !done) return done;
    }
    return {};
}

}  // namespace vitrina::server
