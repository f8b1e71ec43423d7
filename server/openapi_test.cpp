// openapi.json against the running dispatcher: each operation, each documented answer, and no other.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <regex>

#include "base/random.hpp"
#include "server/asking.hpp"
#include "server/embedded.hpp"
#include "server/problem.hpp"
#include "server/routes.hpp"
#include "server/schema_check.hpp"

namespace vitrina::server {
namespace {

using nlohmann::json;

const json& document() {
    static const json parsed = json::parse(embedded_file("openapi.json"));
    return parsed;
}

struct Operation {
    std::string method;  // "POST"
    std::string path;    // "/v1/items/{id}"
    json described;

    bool needs_key() const { return !described.contains("security") || !described["security"].empty(); }
    bool takes_public_key() const { return needs_key() && described.value("security", json::array()).size() == 2; }
    bool has_body() const { return described.contains("requestBody"); }
    // With what stands for {id}.
    std::string target() const {
        std::string id = "MUG";
        if (path == "/v1/visitors/{id}") id = "v1";
        if (path == "/docs/{id}") id = "docs.js";
        if (path == "/v1/experiments/{id}") id = "hold_out";
        std::string filled = std::regex_replace(path, std::regex("\\{id\\}"), id);
        return path == "/v1/recommendations" && method == "GET" ? filled + "?placement=home" : filled;
    }
    Asked ask(const std::string& key, const std::string& query = "") const {
        Asked asked(method, target() + query);
        if (!key.empty()) asked = std::move(asked).with_key(key);
        if (has_body()) asked = std::move(asked).with_json(example().dump());
        return asked;
    }
    json example() const {
        const json& content = described["requestBody"]["content"]["application/json"];
        return content["examples"].begin().value()["value"];
    }
};

std::vector<Operation> operations() {
    std::vector<Operation> found;
    for (const auto& [path, described] : document()["paths"].items()) {
        for (const auto& [method, operation] : described.items()) {
            if (method == "parameters") continue;
            std::string upper = method;
            std::ranges::transform(upper, upper.begin(),
                                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
            found.push_back({upper, path, operation});
        }
    }
    return found;
}

json resolved(const json& response) {
    if (!response.contains("$ref")) return response;
    return document().at(json::json_pointer(response["$ref"].get<std::string>().substr(1)));
}

// Is the answer as the description of this operation says? Empty where it is.
std::string departure(const Operation& operation, const HttpResponse& response) {
    const json& answers = operation.described["responses"];
    const std::string status = std::to_string(response.status);
    if (!answers.contains(status)) return status + " is not documented: " + response.body;
    const json answer = resolved(answers[status]);
    const json headers = answer.value("headers", json::object());
    for (const auto& [name, described] : headers.items()) {
        if (header(response, name).empty()) return "the header " + name + " is missing";
    }
    if (header(response, "Cache-Control") != "private, no-store") return "Cache-Control is wrong";
    if (!answer.contains("content")) return response.body.empty() ? "" : "a body where none is documented";
    const std::string type = header(response, "Content-Type").substr(0, header(response, "Content-Type").find(';'));
    if (!answer["content"].contains(type)) return "Content-Type " + type + " is not documented";
    const json& schema = answer["content"][type]["schema"];
    if (!type.ends_with("json")) return response.body.empty() ? "the body is empty" : "";
    return SchemaCheck(document()).violation(json::parse(response.body), schema);
}

// A shop with an item, a visitor and two model versions, in which every operation's example succeeds.
struct Stocked : Shop {
    explicit Stocked(const engine::Configuration& configuration = shop_configuration()) : Shop(configuration) {
        engine.items["MUG"] = {
            .item_id = "MUG", .title = "Red mug", .price = 4'500'000, .attributes = {{"colour", "red"}}};
        event::Event view{.event_id = "e0",
                          .time = engine.time,
                          .visitor_id = "v1",
                          .items = {{.item_id = "MUG"}, {.item_id = "GONE"}}};
        engine.events.push_back(view);
        engine.runs = {"MUG"};
        const model::Release release{"forced", "v1", {{.name = "events", .passed = false, .says = "few"}}};
        engine.manifests = {{.version = "v2",
                             .figures = {{.task = "home", .metric = "recall@20"}},
                             .rankers = {{.task = "home", .stack = true, .reason = "gains"}},
                             .release = release,
                             .tuning = {.budget = 9,
                                        .tried = {{.source = "ials", .settings = {{"ials.epochs", "8"}}}},
                                        .chosen = {{"ials.epochs", "8"}}}},
                            {.version = "v1"}};
        engine.refused = model::RefusedRelease{.at = engine.time, .release = release};
        for (const char* visitor : {"v1", "v2", "v3"})
            for (const std::string arm : {"hold_out", "vitrina"}) {
                engine.triggers.push_back({.unit = visitor + arm, .arm = arm, .first = engine.time - day_ms});
                engine.events.push_back({.kind = event::EventKind::purchase,
                                         .event_id = visitor + arm,
                                         .time = engine.time,
                                         .visitor_id = visitor + arm,
                                         .items = {{.item_id = "MUG", .price = arm.size() * money_unit}},
                                         .transaction_id = visitor + arm,
                                         .currency = "EUR"});
                if (std::string_view(visitor) == "v2") break;  // the others ordered in both arms
            }
    }
};

HttpResponse with_broken_body(const Operation& operation, const std::string& type, std::string body) {
    Stocked shop;
    Asked asked = Asked(operation.method, operation.target()).with_key(secret_key).with("Content-Type", type);
    asked.body = std::move(body);
    return shop.ask(asked);
}

HttpResponse forbidden(const Operation& operation) {
    Stocked shop;
    if (!operation.takes_public_key()) return shop.ask(operation.ask(public_key));
    return shop.ask(operation.ask(public_key).with("Origin", "https://elsewhere.example"));
}

HttpResponse not_found(const Operation& operation) {
    Stocked shop;
    shop.engine.items.clear();
    shop.engine.events.clear();
    shop.engine.runs.clear();
    if (operation.path == "/v1/items") return shop.ask(operation.ask(secret_key, "?run=nothing"));
    if (operation.path == "/docs/{id}") return shop.ask(Asked("GET", "/docs/nothing"));
    if (operation.path == "/v1/experiments/{id}")
        return shop.ask(Asked("GET", "/v1/experiments/nothing").with_key(secret_key));
    return shop.ask(operation.ask(secret_key));
}

HttpResponse conflict(const Operation& operation) {
    Stocked shop;
    if (operation.path == "/v1/models/rollback") shop.engine.manifests.clear();
    if (operation.path == "/v1/models/train") {
        shop.engine.hold_training();
        shop.ask(operation.ask(secret_key));
        const HttpResponse second = shop.ask(operation.ask(secret_key));
        shop.engine.let_training_go();
        return second;
    }
    shop.engine.failure = Error{ErrorCode::conflict, "another item has this key"};
    if (operation.path == "/v1/models/rollback") shop.engine.failure.reset();
    if (operation.path == "/v1/items") return shop.ask(operation.ask(secret_key, "?run=MUG"));
    return shop.ask(operation.ask(secret_key));
}

HttpResponse too_many(const Operation& operation) {
    engine::Configuration configuration = shop_configuration();
    configuration.server.requests_a_second = 1;
    Stocked shop(configuration);
    shop.ask(operation.ask(secret_key));
    return shop.ask(operation.ask(secret_key));
}

HttpResponse unavailable(const Operation& operation) {
    Stocked shop;
    shop.engine.failure = Error{ErrorCode::unavailable, "not now"};
    shop.dispatcher.drain();
    return shop.ask(operation.ask(operation.needs_key() ? secret_key : ""));
}

HttpResponse at_fault(const Operation& operation) {
    Stocked shop;
    shop.engine.broken = true;
    return shop.ask(operation.ask(secret_key));
}

HttpResponse partly(const Operation& operation) {
    Stocked shop;
    return shop.ask(
        Asked(operation.method, operation.target())
            .with_key(secret_key)
            .with_json(operation.path == "/v1/events"
                           ? R"({"events":[{"event":"search","event_id":"e1","visitor_id":"v","search_term":"mug"},
                                             {"event":"search","event_id":"fails","visitor_id":"v","search_term":"mug"}]})"
                           : R"({"items":[{"item_id":"A"},{"item_id":"fails"},{"item_id":""}]})"));
}

HttpResponse good(const Operation& operation) {
    Stocked shop;
    return shop.ask(operation.ask(operation.needs_key() ? secret_key : ""));
}

HttpResponse asked_plainly(const Operation& operation, const std::string& method, const std::string& target) {
    Stocked shop;
    return shop.ask(Asked(method, target).with_key(operation.needs_key() ? secret_key : ""));
}

// Makes the operation answer with this status, by the means that a client or bad luck has.
HttpResponse provoked(const Operation& operation, int status) {
    const std::string separator = operation.target().contains('?') ? "&" : "?";
    switch (status) {
        case 207: return partly(operation);
        case 400: return asked_plainly(operation, operation.method, operation.target() + separator + "misspelt=1%");
        case 401: return Stocked().ask(operation.ask(""));
        case 403: return forbidden(operation);
        case 404: return not_found(operation);
        case 405: return asked_plainly(operation, "TRACE", operation.target());
        case 409: return conflict(operation);
        case 413: return with_broken_body(operation, "application/json", std::string((4 << 20) + 1, ' '));
        case 415: return with_broken_body(operation, "text/plain", "{}");
        case 429: return too_many(operation);
        case 500: return at_fault(operation);
        case 503: return unavailable(operation);
        default: return good(operation);
    }
}

TEST(OpenApi, describes_exactly_the_routes_there_are) {
    std::set<std::string> described, routed;
    for (const Operation& operation : operations()) described.insert(operation.method + ' ' + operation.path);
    for (const Route& route : routes()) routed.insert(std::string(route.method) + ' ' + std::string(route.path));
    EXPECT_EQ(described, routed);
}

TEST(OpenApi, every_documented_answer_is_given_as_documented) {
    std::size_t answers = 0;
    for (const Operation& operation : operations()) {
        for (const auto& [status, answer] : operation.described["responses"].items()) {
            const HttpResponse response = provoked(operation, std::stoi(status));
            EXPECT_EQ(std::to_string(response.status), status)
                << operation.method << ' ' << operation.path << ' ' << response.body;
            EXPECT_EQ(departure(operation, response), "") << operation.method << ' ' << operation.path << ' ' << status;
            ++answers;
        }
    }
    EXPECT_GT(answers, 120u);
}

TEST(OpenApi, a_run_that_does_not_end_says_so_as_documented) {
    using Kind = catalog::RunOutcome::Kind;
    for (const Operation& operation : operations()) {
        if (operation.path != "/v1/item-runs/{id}") continue;
        for (const Kind kind : {Kind::counts_differ, Kind::too_many}) {
            Stocked shop;
            shop.engine.outcome = {.kind = kind, .expected = 9, .seen = 8, .before = 7, .vanished = 6, .message = "no"};
            const HttpResponse response = shop.ask(operation.ask(secret_key));
            EXPECT_EQ(response.status, 409) << response.body;
            EXPECT_EQ(departure(operation, response), "") << response.body;
        }
    }
}

TEST(OpenApi, every_example_of_a_request_is_taken_and_keeps_to_its_schema) {
    for (const Operation& operation : operations()) {
        if (!operation.has_body()) continue;
        for (const auto& [type, content] : operation.described["requestBody"]["content"].items()) {
            for (const auto& [name, example] : content["examples"].items()) {
                Stocked shop;
                Asked asked =
                    Asked(operation.method, operation.target()).with_key(secret_key).with("Content-Type", type);
                asked.body = example["value"].dump();
                const HttpResponse response = shop.ask(asked);
                EXPECT_EQ(response.status, 200) << operation.path << ' ' << name << ' ' << response.body;
                EXPECT_EQ(SchemaCheck(document()).violation(example["value"], content["schema"]), "")
                    << operation.path << ' ' << name;
            }
        }
    }
}

TEST(OpenApi, names_the_query_parameters_that_are_read) {
    for (const Operation& operation : operations()) {
        std::string names;
        for (const auto& parameter : operation.described.value("parameters", json::array()))
            names += parameter["name"].get<std::string>() + ' ';
        const auto route = std::ranges::find_if(
            routes(), [&](const Route& one) { return one.method == operation.method && one.path == operation.path; });
        ASSERT_NE(route, routes().end());
        std::set<std::string> described, read;
        for (std::istringstream words(names); words >> names;) described.insert(names);
        for (std::istringstream words{std::string(route->parameters)}; words >> names;) read.insert(names);
        EXPECT_EQ(described, read) << operation.path;
    }
}

TEST(OpenApi, lists_the_codes_of_problems) {
    const json& listed = document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"];
    json known = json::array();
    for (const ProblemKind& kind : problem_kinds()) known.push_back(kind.code);
    EXPECT_EQ(listed, known);
}

// Whatever comes, in whatever mixture: an answer that is documented, in the form that is documented.
TEST(OpenApi, random_requests_get_documented_answers_only) {
    const std::uint64_t seed = 20260105;
    Random random(seed);
    const auto one_of = [&](const auto& list) { return list[random.below(std::size(list))]; };
    const std::array<std::string, 4> keys{"", secret_key, public_key, "wrong key"};
    const std::array<std::string, 3> origins{"", allowed_origin, "https://elsewhere.example"};
    const std::array<std::string, 4> types{"application/json", "application/json; charset=utf-8", "text/plain", ""};
    const std::array<std::string, 6> queries{"",    "", "?size=0", "?validate_only=maybe", "?placement=nowhere&size=3",
                                             "?%zz"};
    const std::array<std::string, 9> bodies{"",
                                            "{}",
                                            "[]",
                                            "{\"events\":[]}",
                                            "{\"items\":[{}]}",
                                            "{\"requests\":[{\"placement\":\"nowhere\"}]}",
                                            "{\"requests\":[{\"placement\":\"home\",\"size\":-1}]}",
                                            "nonsense",
                                            "\xff\xfe"};
    const std::vector<Operation> all = operations();
    Stocked shop;
    for (int round = 0; round < 4000; ++round) {
        const Operation& operation = all[random.below(all.size())];
        std::string target = operation.target();
        if (random.below(2) == 0) target = target.substr(0, target.find('?')) + one_of(queries);
        Asked asked(operation.method, target);
        const std::string key = one_of(keys), origin = one_of(origins), type = one_of(types);
        if (!key.empty()) asked = std::move(asked).with_key(key);
        if (!origin.empty()) asked = std::move(asked).with("Origin", origin);
        if (!type.empty()) asked = std::move(asked).with("Content-Type", type);
        if (random.below(2) == 0)
            asked.body = operation.has_body() && random.below(2) == 0 ? operation.example().dump() : one_of(bodies);
        const HttpResponse response = shop.ask(asked);
        ASSERT_EQ(departure(operation, response), "") << "seed " << seed << " round " << round << ": " << asked.method
                                                      << ' ' << asked.target << ' ' << asked.body;
    }
}

}  // namespace
}  // namespace vitrina::server
