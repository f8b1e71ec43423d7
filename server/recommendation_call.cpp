// The reading half of recommendation_json.hpp: each field of a call is a line of a table.

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/json_parse.hpp"
#include "base/money.hpp"
#include "base/plain_text.hpp"
#include "server/recommendation_json.hpp"

namespace vitrina::server {

namespace {

using recommendation::Request;
using simdjson::dom::element;
using Done = OrProblem<void>;

Done refused(std::string detail) { return std::unexpected(Problem{"invalid_input", std::move(detail)}); }
Done not_yet(std::string detail) { return std::unexpected(Problem{"not_available_yet", std::move(detail)}); }

constexpr std::array public_fields{"title", "price",      "sale_price",  "currency",     "image_url", "url",
                                   "brand", "categories", "description", "availability", "group_id",  "attributes"};
constexpr std::array secret_fields{"cost", "quantity"};

// A value with the place where it stood, for messages, and the bounds that hold for it.
struct Value {
    element json;
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
        for (const element one : array) {
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

// Reads an object by the table; null is the same as leaving the field out.
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

Done read_filter(std::string_view json, Request& request) {
    auto filter = ranking::parse_filter(json);
    if (!filter) return refused(filter.error().message);
    request.filter = std::move(*filter);
    return {};
}

// A shop whose own list happens to be empty must not be answered from the whole catalogue.
Done read_candidates(const Value& value, Request& request) {
    Done done = value.ids(request.candidates);
    if (done && request.candidates.empty())
        return refused(
            fmt::format("{} is empty, so nothing could be shown; leave it out to allow every item", value.place));
    return done;
}

constexpr std::array<Field<Request>, 9> request_fields{{
    {"placement", [](const Value& value, Request& out) { return value.id(out.placement); }},
    {"item_id", [](const Value& value, Request& out) { return value.id(out.item_id); }},
    {"cart", [](const Value& value, Request& out) { return value.ids(out.cart); }},
    {"size",
     [](const Value& value, Request& out) {
         std::int64_t size = 0;
         Done done = value.number(size, 1, 1000);
         out.size = static_cast<std::size_t>(size);
         return done;
     }},
    {"exclude", [](const Value& value, Request& out) { return value.ids(out.exclude); }},
    {"candidates", read_candidates},
    {"filter", [](const Value& value, Request& out) { return read_filter(simdjson::minify(value.json), out); }},
    {"recent_items", [](const Value& value, Request& out) { return value.ids(out.recent_items); }},
    {"strict", [](const Value& value, Request& out) { return value.boolean(out.strict); }},
}};

// `context` holds for every request of the call.
struct Context {
    std::string locale, category, search_term, unused;
};

Done refuse_context(const Value& value, Context&) {
    return not_yet(fmt::format("{} is not served yet; leave it out", value.place));
}

Done read_currency(const Value& value, Context& out) {
    Done done = value.id(out.unused);
    if (done && !out.unused.empty() && !is_currency(out.unused))
        return refused(fmt::format("{} \"{}\" is no ISO-4217 code; write it as GBP or EUR", value.place,
                                   out.unused.substr(0, 100)));
    return done;
}

constexpr std::array<Field<Context>, 9> context_fields{{
    {"locale", [](const Value& value, Context& out) { return value.id(out.locale); }},
    {"category", [](const Value& value, Context& out) { return value.text(out.category, value.limits.text_bytes); }},
    {"search_term",
     [](const Value& value, Context& out) { return value.text(out.search_term, value.limits.text_bytes); }},
    {"currency", read_currency},
    {"region", [](const Value& value, Context& out) { return value.id(out.unused); }},
    {"device", [](const Value& value, Context& out) { return value.id(out.unused); }},
    {"order_id", refuse_context},
    {"store_id", refuse_context},
    {"segment", refuse_context},
}};

struct Whole {
    RecommendationCall call;
    Context context;
    std::vector<std::string> recent_items;
};

Done read_distinct(std::string_view value, bool& out) {
    if (value != "item")
        return refused(fmt::format("distinct is \"{}\"; it can be \"item\" or left out", value.substr(0, 100)));
    out = true;
    return {};
}

Done read_mode(std::string_view value, bool& live) {
    if (value != "live" && value != "preview")
        return refused(fmt::format("mode is \"{}\"; it can be \"live\" or \"preview\"", value.substr(0, 100)));
    live = value == "live";
    return {};
}

Done check_fields(const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
        if (!is_secret_field(field) && std::ranges::find(public_fields, field) == public_fields.end())
            return refused(fmt::format("fields: \"{}\" is not a field of items that can be asked for", field));
    }
    return {};
}

Done read_requests(const Value& value, Whole& out) {
    return value.each(value.limits.requests, [&](const Value& one) {
        return read_object<Request>(one, request_fields, out.call.request.requests.emplace_back());
    });
}

Done read_timeout(const Value& value, Whole& out) {
    std::int64_t milliseconds = 0;
    Done done = value.number(milliseconds, 1, value.limits.timeout_ms);
    out.call.request.timeout_ms = static_cast<int>(milliseconds);
    return done;
}

Done read_word(const Value& value, bool& out, Done (*read)(std::string_view, bool&)) {
    std::string word;
    if (Done done = value.id(word); !done) return done;
    return read(word, out);
}

constexpr std::array<Field<Whole>, 12> call_fields{{
    {"visitor_id", [](const Value& value, Whole& out) { return value.id(out.call.request.visitor_id); }},
    {"user_id", [](const Value& value, Whole& out) { return value.id(out.call.request.user_id); }},
    {"user_token", [](const Value& value, Whole& out) { return value.id(out.call.user_token); }},
    {"context",
     [](const Value& value, Whole& out) { return read_object<Context>(value, context_fields, out.context); }},
    {"requests", read_requests},
    {"recent_items", [](const Value& value, Whole& out) { return value.ids(out.recent_items); }},
    {"distinct",
     [](const Value& value, Whole& out) { return read_word(value, out.call.request.distinct, read_distinct); }},
    {"fields",
     [](const Value& value, Whole& out) {
         Done done = value.ids(out.call.fields);
         return done ? check_fields(out.call.fields) : done;
     }},
    {"timeout_ms", read_timeout},
    {"mode", [](const Value& value, Whole& out) { return read_word(value, out.call.request.live, read_mode); }},
    {"explain", [](const Value& value, Whole& out) { return value.boolean(out.call.explain); }},
    {"consent", [](const Value&,
                   Whole&) { return not_yet("consent on a request is not served yet; leave visitor_id out instead"); }},
}};

// What holds for all requests of a call goes into each.
OrProblem<RecommendationCall> completed(Whole whole) {
    if (whole.call.request.requests.empty()) {
        return std::unexpected(Problem{
            "invalid_input", "requests is missing or empty; name at least one placement: [{\"placement\": \"home\"}]"});
    }
    std::size_t index = 0;
    for (Request& request : whole.call.request.requests) {
        if (request.placement.empty())
            return std::unexpected(Problem{"invalid_input", fmt::format("requests[{}].placement is missing", index)});
        request.locale = whole.context.locale;
        request.category = whole.context.category;
        request.search_term = whole.context.search_term;
        if (request.recent_items.empty()) request.recent_items = whole.recent_items;
        request.explain = whole.call.explain;
        ++index;
    }
    whole.call.locale = std::move(whole.context.locale);
    return std::move(whole.call);
}

Done read_list(std::string_view text, const CallLimits& limits, std::vector<std::string>& out) {
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        if (out.size() == limits.ids)
            return refused(fmt::format("a list of the query holds more than {} entries", limits.ids));
        if (comma > from) out.emplace_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return {};
}

Done read_flag(const Parameter& parameter, bool& out) {
    if (parameter.value != "true" && parameter.value != "false")
        return refused(fmt::format("{} is neither true nor false", parameter.name));
    out = parameter.value == "true";
    return {};
}

Done read_number(const Parameter& parameter, int most, int& out) {
    const std::string& text = parameter.value;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || end != text.data() + text.size() || out < 1 || out > most)
        return refused(fmt::format("{} is not a whole number from 1 to {}", parameter.name, most));
    return {};
}

Done read_text(const Parameter& parameter, std::size_t most, std::string& out) {
    if (parameter.value.size() > most)
        return refused(
            fmt::format("{} has {} bytes; at most {} are read", parameter.name, parameter.value.size(), most));
    out = parameter.value;
    return {};
}

struct QueryField {
    std::string_view name;
    Done (*read)(const Parameter& parameter, const CallLimits& limits, Whole& out);
};

Request& only(Whole& whole) { return whole.call.request.requests.front(); }

constexpr std::array<QueryField, 17> query_fields{{
    {"placement",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_text(p, l.id_bytes, only(out).placement); }},
    {"visitor_id", [](const Parameter& p, const CallLimits& l,
                      Whole& out) { return read_text(p, l.id_bytes, out.call.request.visitor_id); }},
    {"user_id", [](const Parameter& p, const CallLimits& l,
                   Whole& out) { return read_text(p, l.id_bytes, out.call.request.user_id); }},
    {"user_token",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_text(p, l.id_bytes, out.call.user_token); }},
    {"item_id",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_text(p, l.id_bytes, only(out).item_id); }},
    {"locale",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_text(p, l.id_bytes, out.context.locale); }},
    {"category", [](const Parameter& p, const CallLimits& l,
                    Whole& out) { return read_text(p, l.text_bytes, out.context.category); }},
    {"search_term", [](const Parameter& p, const CallLimits& l,
                       Whole& out) { return read_text(p, l.text_bytes, out.context.search_term); }},
    {"cart", [](const Parameter& p, const CallLimits& l, Whole& out) { return read_list(p.value, l, only(out).cart); }},
    {"exclude",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_list(p.value, l, only(out).exclude); }},
    {"candidates",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_list(p.value, l, only(out).candidates); }},
    {"recent_items",
     [](const Parameter& p, const CallLimits& l, Whole& out) { return read_list(p.value, l, out.recent_items); }},
    {"fields",
     [](const Parameter& p, const CallLimits& l, Whole& out) {
         Done done = read_list(p.value, l, out.call.fields);
         return done ? check_fields(out.call.fields) : done;
     }},
    {"size",
     [](const Parameter& p, const CallLimits&, Whole& out) {
         int size = 0;
         Done done = read_number(p, 1000, size);
         only(out).size = static_cast<std::size_t>(size);
         return done;
     }},
    {"timeout_ms", [](const Parameter& p, const CallLimits& l,
                      Whole& out) { return read_number(p, l.timeout_ms, out.call.request.timeout_ms); }},
    {"strict", [](const Parameter& p, const CallLimits&, Whole& out) { return read_flag(p, only(out).strict); }},
    {"explain", [](const Parameter& p, const CallLimits&, Whole& out) { return read_flag(p, out.call.explain); }},
}};

}  // namespace

bool is_secret_field(std::string_view field) { return std::ranges::find(secret_fields, field) != secret_fields.end(); }

OrProblem<RecommendationCall> read_recommendation_call(std::string_view body, const CallLimits& limits) {
    simdjson::dom::parser parser;
    element json;
    if (const auto error = json::parse(parser, body, json); error != simdjson::SUCCESS) {
        return std::unexpected(
            Problem{"invalid_input", fmt::format("the body is no JSON: {}", simdjson::error_message(error))});
    }
    Whole whole;
    whole.call.request.live = true;
    if (Done done = read_object<Whole>(Value{json, "", limits}, call_fields, whole); !done)
        return std::unexpected(done.error());
    return completed(std::move(whole));
}

OrProblem<RecommendationCall> recommendation_call_of(const std::vector<Parameter>& query, const CallLimits& limits) {
    Whole whole;
    whole.call.request.requests.resize(1);
    for (const Parameter& parameter : query) {
        const auto* const field = std::ranges::find(query_fields, parameter.name, &QueryField::name);
        if (field == query_fields.end())
            return std::unexpected(
                Problem{"invalid_input", fmt::format("{} is not a parameter of this request", parameter.name)});
        if (Done done = field->read(parameter, limits, whole); !done) return std::unexpected(done.error());
    }
    return completed(std::move(whole));
}

}  // namespace vitrina::server
