// The reading half of recommendation_json.hpp: each field of a call is a line of a table.

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/json_parse.hpp"
#include "base/money.hpp"
#include "server/call_value.hpp"
#include "server/recommendation_json.hpp"

namespace vitrina::server {

namespace {

using recommendation::Request;

Done not_yet(std::string detail) { return std::unexpected(Problem{"not_available_yet", std::move(detail)}); }

constexpr std::array public_fields{"title", "price",      "sale_price",  "currency",     "image_url", "url",
                                   "brand", "categories", "description", "availability", "group_id",  "attributes"};
constexpr std::array secret_fields{"cost", "quantity"};

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

constexpr Field<Whole> of_call(std::string_view name) {
    return *std::ranges::find(call_fields, name, &Field<Whole>::name);
}

Done read_listing(const Value& value, Whole& out) {
    Request& request = only(out);
    Done done = value.ids(request.candidates);
    request.listing = true;
    request.size = request.candidates.size();
    if (done && request.candidates.empty())
        return refused(fmt::format("{} is empty, so there is nothing to put into order", value.place));
    return done;
}

// A call of one request, whose candidates are the listing.
constexpr std::array<Field<Whole>, 13> ranking_fields{{
    of_call("visitor_id"),
    of_call("user_id"),
    of_call("user_token"),
    of_call("context"),
    of_call("recent_items"),
    of_call("fields"),
    of_call("timeout_ms"),
    of_call("mode"),
    of_call("explain"),
    {"placement", [](const Value& value, Whole& out) { return value.id(only(out).placement); }},
    {"items", read_listing},
    {"item_id", [](const Value& value, Whole& out) { return value.id(only(out).item_id); }},
    {"cart", [](const Value& value, Whole& out) { return value.ids(only(out).cart); }},
}};

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

Done read_body(std::string_view body, const CallLimits& limits, std::span<const Field<Whole>> fields, Whole& whole) {
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    if (const auto error = json::parse(parser, body, json); error != simdjson::SUCCESS)
        return refused(fmt::format("the body is no JSON: {}", simdjson::error_message(error)));
    whole.call.request.live = true;
    return read_object<Whole>(Value{json, "", limits}, fields, whole);
}

}  // namespace

bool is_secret_field(std::string_view field) { return std::ranges::find(secret_fields, field) != secret_fields.end(); }

OrProblem<RecommendationCall> read_recommendation_call(std::string_view body, const CallLimits& limits) {
    Whole whole;
    if (Done done = read_body(body, limits, call_fields, whole); !done) return std::unexpected(done.error());
    return completed(std::move(whole));
}

OrProblem<RecommendationCall> read_ranking_call(std::string_view body, const CallLimits& limits) {
    Whole whole;
    whole.call.request.requests.resize(1);
    if (Done done = read_body(body, limits, ranking_fields, whole); !done) return std::unexpected(done.error());
    for (const auto& [field, missing] :
         {std::pair{"placement", only(whole).placement.empty()}, std::pair{"items", only(whole).candidates.empty()}})
        if (missing) return std::unexpected(Problem{"invalid_input", fmt::format("{} is missing", field)});
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
