#include <nlohmann/json.hpp>

#include "base/time.hpp"
#include "owner/wire.hpp"

namespace vitrina::owner {

namespace {

using nlohmann::json;
using ranking::Filter;
using ranking::FilterValue;

const char* operator_of(Filter::Kind kind) {
    switch (kind) {
        case Filter::Kind::all: return "all";
        case Filter::Kind::any: return "any";
        case Filter::Kind::negation: return "not";
        case Filter::Kind::eq: return "eq";
        case Filter::Kind::in: return "in";
        case Filter::Kind::lt: return "lt";
        case Filter::Kind::lte: return "lte";
        case Filter::Kind::gt: return "gt";
        case Filter::Kind::gte: return "gte";
        case Filter::Kind::between: return "between";
        case Filter::Kind::exists: return "exists";
    }
    return "all";
}

// A date is kept as milliseconds; written as a date it needs no guess at its unit.
json to_json(const FilterValue& value, bool is_date) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* truth = std::get_if<bool>(&value)) return *truth;
    const double number = std::get<double>(value);
    return is_date ? json(iso_time(static_cast<TimeMs>(number))) : json(number);
}

json to_json(const Filter& filter) {
    const char* const name = operator_of(filter.kind);
    json object = json::object();
    if (filter.kind == Filter::Kind::negation) {
        object[name] = to_json(filter.parts.front());
        return object;
    }
    json parts = json::array();
    for (const Filter& part : filter.parts) parts.push_back(to_json(part));
    const bool is_date = filter.field == "created_at";
    for (const FilterValue& value : filter.values) parts.push_back(to_json(value, is_date));
    if (!filter.field.empty()) object["field"] = filter.field;
    const bool has_one =
        !filter.field.empty() && filter.kind != Filter::Kind::in && filter.kind != Filter::Kind::between;
    object[name] = has_one ? parts.front() : parts;
    return object;
}

}  // namespace

std::string filter_json(const Filter& filter) { return to_json(filter).dump(); }

}  // namespace vitrina::owner
