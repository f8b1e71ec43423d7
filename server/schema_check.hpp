#pragma once
// Does a JSON value keep to a schema of openapi.json? For tests: the words that our description uses, and a refusal of any other,
// so that a schema is never passed over in silence.
//
// Threads: pure function. Answers the first violation with its place, empty where there is none.

#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace vitrina::server {

class SchemaCheck {
public:
    explicit SchemaCheck(const nlohmann::json& document) : document_(document) {}

    std::string violation(const nlohmann::json& value, const nlohmann::json& schema,
                          const std::string& place = "$") const {
        if (schema.contains("$ref")) {
            const std::string reference = schema["$ref"].get<std::string>().substr(1);
            return violation(value, document_.at(nlohmann::json::json_pointer(reference)), place);
        }
        for (const auto& [word, rule] : schema.items()) {
            const std::string wrong = broken_rule(value, word, rule);
            if (!wrong.empty()) return place + ": " + wrong;
        }
        return nested(value, schema, place);
    }

private:
    static bool is_of(const nlohmann::json& value, const std::string& type) {
        if (type == "integer")
            return value.is_number_integer() || (value.is_number() && value == value.get<std::int64_t>());
        if (type == "number") return value.is_number();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_boolean();
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        return type == "null" && value.is_null();
    }

    std::string broken_rule(const nlohmann::json& value, const std::string& word, const nlohmann::json& rule) const {
        static const std::set<std::string> silent{
            "description", "examples", "default", "format", "items", "properties", "additionalProperties"};
        if (silent.contains(word)) return {};
        if (word == "type")
            return of_a_type(value, rule) ? "" : "is not of type " + rule.dump() + " but " + value.dump();
        if (word == "enum") return std::ranges::find(rule, value) != rule.end() ? "" : value.dump() + " is not listed";
        if (word == "required") {
            for (const auto& name : rule) {
                if (value.is_object() && !value.contains(name)) return "lacks " + name.dump();
            }
            return {};
        }
        if (word == "minimum") return !value.is_number() || value >= rule ? "" : "is below " + rule.dump();
        if (word == "maximum") return !value.is_number() || value <= rule ? "" : "is above " + rule.dump();
        if (word == "minLength") return !value.is_string() || !value.get<std::string>().empty() ? "" : "is empty";
        if (word == "maxItems") return !value.is_array() || value.size() <= rule ? "" : "has too many entries";
        if (word == "minItems") return !value.is_array() || value.size() >= rule ? "" : "has too few entries";
        if (word == "oneOf") {
            std::size_t fitting = 0;
            for (const auto& one : rule) fitting += violation(value, one).empty() ? 1 : 0;
            return fitting == 1 ? "" : "fits " + std::to_string(fitting) + " of " + rule.dump();
        }
        return "the schema's word \"" + word + "\" is not known to this check";
    }

    static bool of_a_type(const nlohmann::json& value, const nlohmann::json& types) {
        if (types.is_string()) return is_of(value, types);
        return std::ranges::any_of(types, [&](const auto& type) { return is_of(value, type); });
    }

    std::string nested(const nlohmann::json& value, const nlohmann::json& schema, const std::string& place) const {
        if (value.is_array() && schema.contains("items")) {
            for (std::size_t i = 0; i < value.size(); ++i) {
                const std::string wrong = violation(value[i], schema["items"], place + '[' + std::to_string(i) + ']');
                if (!wrong.empty()) return wrong;
            }
        }
        if (!value.is_object()) return {};
        for (const auto& [name, member] : value.items()) {
            const std::string wrong = member_violation(name, member, schema, place + '.' + name);
            if (!wrong.empty()) return wrong;
        }
        return {};
    }

    std::string member_violation(const std::string& name, const nlohmann::json& member, const nlohmann::json& schema,
                                 const std::string& place) const {
        if (schema.contains("properties") && schema["properties"].contains(name))
            return violation(member, schema["properties"][name], place);
        const auto more = schema.find("additionalProperties");
        if (more == schema.end()) return {};
        if (more->is_boolean()) return *more ? "" : place + " is not described";
        return violation(member, *more, place);
    }

    const nlohmann::json& document_;
};

}  // namespace vitrina::server
