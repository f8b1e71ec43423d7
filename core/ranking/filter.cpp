#include "ranking/filter.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <simdjson.h>

#include "base/json_parse.hpp"
#include "base/plain_text.hpp"

namespace vitrina::ranking {

namespace {

using simdjson::dom::element;
using Kind = Filter::Kind;

constexpr std::size_t operators_and_field = 9;
constexpr std::string_view attribute_prefix = "attributes.";
constexpr std::string_view fields[] = {"item_id",      "title",    "brand",    "category", "price",
                                       "availability", "group_id", "currency", "quantity", "created_at"};

bool is_field(std::string_view name) {
    if (name.starts_with(attribute_prefix)) return name.size() > attribute_prefix.size();
    return std::find(std::begin(fields), std::end(fields), name) != std::end(fields);
}

bool has_numbers(std::string_view field) {
    return field == "price" || field == "quantity" || field == "created_at" || field.starts_with(attribute_prefix);
}

std::optional<Kind> operator_named(std::string_view name) {
    static constexpr std::pair<std::string_view, Kind> names[] = {
        {"eq", Kind::eq}, {"in", Kind::in},   {"lt", Kind::lt},           {"lte", Kind::lte},
        {"gt", Kind::gt}, {"gte", Kind::gte}, {"between", Kind::between}, {"exists", Kind::exists}};
    for (const auto& [text, kind] : names)
        if (text == name) return kind;
    return std::nullopt;
}

std::unexpected<Error> wrong(const std::string& path, std::string_view what) {
    return fail(ErrorCode::invalid_input, fmt::format("{}: {}", path, what));
}

std::optional<std::string_view> named_twice(const simdjson::dom::object& object) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : object) {
        if (std::find(names.begin(), names.end(), name) != names.end()) return name;
        names.push_back(name);
        if (names.size() > operators_and_field) return std::nullopt;  // one of them is unknown, which is said of it
    }
    return std::nullopt;
}

// Reads one filter; counts terms over the whole of it.
class Reader {
public:
    explicit Reader(const FilterLimits& limits) : limits_(limits) {}

    Result<Filter> filter(const element& json, const std::string& path, std::size_t depth) {
        if (depth > limits_.depth) return wrong(path, fmt::format("nested deeper than {} levels", limits_.depth));
        if (++terms_ > limits_.terms) return wrong(path, fmt::format("more than {} terms", limits_.terms));
        simdjson::dom::object object;
        if (json.get(object) != simdjson::SUCCESS) return wrong(path, "is not an object");
        if (const auto again = named_twice(object)) return wrong(path, fmt::format("\"{}\" comes twice", *again));
        element part;
        if (object["field"].get(part) == simdjson::SUCCESS) return term(object, part, path);
        if (object.size() != 1) return wrong(path, "needs exactly one of all, any, not, or field with an operator");
        const auto [name, value] = *object.begin();
        if (name == "all") return junction(Kind::all, value, path + ".all", depth);
        if (name == "any") return junction(Kind::any, value, path + ".any", depth);
        if (name == "not") return negation(value, path + ".not", depth);
        return wrong(path, fmt::format("unknown name \"{}\"; use all, any, not, or field with an operator", name));
    }

private:
    Result<Filter> junction(Kind kind, const element& json, const std::string& path, std::size_t depth) {
        simdjson::dom::array array;
        if (json.get(array) != simdjson::SUCCESS) return wrong(path, "is not an array of filters");
        Filter filter_of_parts;
        filter_of_parts.kind = kind;
        for (const element part : array) {
            auto read = filter(part, fmt::format("{}[{}]", path, filter_of_parts.parts.size()), depth + 1);
            if (!read) return read;
            filter_of_parts.parts.push_back(std::move(*read));
        }
        if (filter_of_parts.parts.empty()) return wrong(path, "is empty; give at least one filter");
        return filter_of_parts;
    }

    Result<Filter> negation(const element& json, const std::string& path, std::size_t depth) {
        auto read = filter(json, path, depth + 1);
        if (!read) return read;
        Filter negated;
        negated.kind = Kind::negation;
        negated.parts.push_back(std::move(*read));
        return negated;
    }

    // {"field": …, one or more operators}; several operators must all hold.
    Result<Filter> term(const simdjson::dom::object& object, const element& field, const std::string& path) {
        std::string_view name;
        if (field.get(name) != simdjson::SUCCESS) return wrong(path + ".field", "is not a text");
        if (!is_field(name))
            return wrong(path + ".field", fmt::format("unknown field \"{}\"; known: {}, attributes.<name>", name,
                                                      fmt::join(fields, ", ")));
        std::vector<Filter> tests;
        for (const auto& [key, value] : object) {
            if (key == "field") continue;
            auto read = test(std::string(name), key, value, fmt::format("{}.{}", path, key));
            if (!read) return read;
            tests.push_back(std::move(*read));
        }
        if (tests.empty()) return wrong(path, "has no operator; use eq, in, lt, lte, gt, gte, between or exists");
        if (tests.size() == 1) return std::move(tests.front());
        Filter every;
        every.parts = std::move(tests);
        return every;
    }

    Result<Filter> test(std::string field, std::string_view key, const element& json, const std::string& path) {
        const auto kind = operator_named(key);
        if (!kind) return wrong(path, "unknown operator; use eq, in, lt, lte, gt, gte, between or exists");
        Filter one;
        one.kind = *kind;
        one.field = std::move(field);
        auto values = operands(one, json, path);
        if (!values) return std::unexpected(values.error());
        one.values = std::move(*values);
        return one;
    }

    Result<std::vector<FilterValue>> operands(const Filter& one, const element& json, const std::string& path) {
        const bool list = one.kind == Kind::in || one.kind == Kind::between;
        if (!list) {
            auto value = operand(one, json, path);
            if (!value) return std::unexpected(value.error());
            return std::vector<FilterValue>{std::move(*value)};
        }
        simdjson::dom::array array;
        if (json.get(array) != simdjson::SUCCESS) return wrong(path, "is not an array of values");
        std::vector<FilterValue> values;
        for (const element part : array) {
            if (values.size() == limits_.values) return wrong(path, fmt::format("more than {} values", limits_.values));
            auto value = operand(one, part, fmt::format("{}[{}]", path, values.size()));
            if (!value) return std::unexpected(value.error());
            values.push_back(std::move(*value));
        }
        if (values.empty()) return wrong(path, "is empty; give at least one value");
        if (one.kind == Kind::between && values.size() != 2) return wrong(path, "needs two numbers, lowest first");
        return values;
    }

    static Result<FilterValue> operand(const Filter& one, const element& json, const std::string& path) {
        bool truth = false;
        double number = 0;
        std::string_view text;
        if (json.get(truth) == simdjson::SUCCESS) return checked(one, FilterValue(truth), path);
        if (json.get(number) == simdjson::SUCCESS) return checked(one, FilterValue(number), path);
        if (json.get(text) != simdjson::SUCCESS) return wrong(path, "is not a text, a number, true or false");
        if (!is_plain_text(text, LineEnds::allowed)) return wrong(path, "is not UTF-8 without control characters");
        if (text.starts_with('$'))
            return wrong(path, fmt::format("\"{}\": comparing with $item, $cart or $visitor is not available; "
                                           "give a constant",
                                           text));
        if (one.field != "created_at") return checked(one, FilterValue(std::string(text)), path);
        const auto time = parse_time(text);
        if (!time) return wrong(path, time.error().message);
        return FilterValue(static_cast<double>(*time));
    }

    static Result<FilterValue> checked(const Filter& one, FilterValue value, const std::string& path) {
        const bool compares = one.kind == Kind::lt || one.kind == Kind::lte || one.kind == Kind::gt ||
                              one.kind == Kind::gte || one.kind == Kind::between;
        if (one.kind == Kind::exists && !std::holds_alternative<bool>(value))
            return wrong(path, "is not true or false");
        if (compares && !std::holds_alternative<double>(value)) return wrong(path, "is not a number");
        if (compares && !has_numbers(one.field))
            return wrong(path, fmt::format("{} is a text; use eq or in", one.field));
        if (one.field != "created_at" || !std::holds_alternative<double>(value)) return value;
        const auto time = time_from_number(std::get<double>(value));
        if (!time) return wrong(path, time.error().message);
        return FilterValue(static_cast<double>(*time));
    }

    const FilterLimits& limits_;
    std::size_t terms_ = 0;
};

std::string_view name_of(catalog::Availability availability) {
    switch (availability) {
        case catalog::Availability::in_stock: return "in_stock";
        case catalog::Availability::out_of_stock: return "out_of_stock";
        case catalog::Availability::preorder: return "preorder";
    }
    return "";
}

// What the item has in a field; `text` borrows from the item.
struct Value {
    std::string_view text;
    std::optional<double> number;
    bool there = false;
};

Value of_text(std::string_view text) { return {text, std::nullopt, !text.empty()}; }
Value of_number(std::optional<double> number) { return {{}, number, number.has_value()}; }

Value of_attribute(const catalog::Item& item, std::string_view name) {
    const auto found = item.attributes.find(std::string(name));
    if (found == item.attributes.end()) return {};
    const std::string& text = found->second;
    Value value{text, std::nullopt, true};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) value.number = number;
    return value;
}

Value value_of(const catalog::Item& item, std::string_view field, TimeMs now) {
    if (field == "price") {
        const auto price = catalog::price_at(item, now);
        return of_number(price ? std::optional(money_number(*price)) : std::nullopt);
    }
    if (field == "brand") return of_text(item.brand);
    if (field == "item_id") return of_text(item.item_id);
    if (field == "title") return of_text(item.title);
    if (field == "group_id") return of_text(item.group_id);
    if (field == "currency") return of_text(item.currency);
    if (field == "availability") return of_text(name_of(item.availability));
    if (field == "quantity")
        return of_number(item.quantity ? std::optional(static_cast<double>(*item.quantity)) : std::nullopt);
    if (field == "created_at")
        return of_number(item.created_at ? std::optional(static_cast<double>(*item.created_at)) : std::nullopt);
    return of_attribute(item, field.substr(attribute_prefix.size()));
}

bool equals(const Value& value, const FilterValue& wanted) {
    if (const auto* number = std::get_if<double>(&wanted)) return value.number && *value.number == *number;
    if (const auto* truth = std::get_if<bool>(&wanted)) return value.text == (*truth ? "true" : "false");
    return value.there && value.text == std::get<std::string>(wanted);
}

bool compares(const Filter& filter, double number) {
    const double first = std::get<double>(filter.values[0]);
    switch (filter.kind) {
        case Kind::lt: return number < first;
        case Kind::lte: return number <= first;
        case Kind::gt: return number > first;
        case Kind::gte: return number >= first;
        default: return number >= first && number <= std::get<double>(filter.values[1]);
    }
}

bool category_matches(const Filter& filter, const catalog::Item& item) {
    if (filter.kind == Kind::exists) return item.categories.empty() != std::get<bool>(filter.values[0]);
    return std::any_of(filter.values.begin(), filter.values.end(), [&](const FilterValue& value) {
        const auto* wanted = std::get_if<std::string>(&value);
        return wanted != nullptr && in_category(item, *wanted);
    });
}

}  // namespace

bool in_category(const catalog::Item& item, std::string_view category) {
    return std::any_of(item.categories.begin(), item.categories.end(), [&](const std::string& path) {
        if (!path.starts_with(category)) return false;
        const std::size_t next = path.find_first_not_of(' ', category.size());
        return next == std::string::npos || path[next] == '>';
    });
}

Result<Filter> parse_filter(std::string_view json, const FilterLimits& limits) {
    simdjson::dom::parser parser;
    element root;
    if (const auto error = vitrina::json::parse(parser, json, root); error != simdjson::SUCCESS)
        return wrong("filter", fmt::format("is no JSON ({})", simdjson::error_message(error)));
    return Reader(limits).filter(root, "filter", 1);
}

bool matches(const Filter& filter, const catalog::Item& item, TimeMs now) {
    const auto holds = [&](const Filter& part) { return matches(part, item, now); };
    if (filter.kind == Kind::all) return std::all_of(filter.parts.begin(), filter.parts.end(), holds);
    if (filter.kind == Kind::any) return std::any_of(filter.parts.begin(), filter.parts.end(), holds);
    if (filter.kind == Kind::negation) return !holds(filter.parts.front());
    if (filter.field == "category") return category_matches(filter, item);
    const Value value = value_of(item, filter.field, now);
    if (filter.kind == Kind::exists) return value.there == std::get<bool>(filter.values[0]);
    if (filter.kind == Kind::eq || filter.kind == Kind::in)
        return std::any_of(filter.values.begin(), filter.values.end(),
                           [&](const FilterValue& wanted) { return equals(value, wanted); });
    return value.number && compares(filter, *value.number);
}

}  // namespace vitrina::ranking
