#include "server/dispatch.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <exception>
#include <random>

#include "server/bots.hpp"
#include "server/call.hpp"
#include "server/forwarded.hpp"
#include "server/problem.hpp"
#include "server/rate_limit.hpp"
#include "server/request_log.hpp"
#include "server/routes.hpp"

namespace vitrina::server {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> route_labels() {
    std::vector<std::string> labels;
    for (const Route& route : routes()) labels.push_back(fmt::format("{} {}", route.method, route.path));
    labels.emplace_back("other");
    return labels;
}

std::size_t number_of(const Route* route) {
    return route == nullptr ? routes().size() : static_cast<std::size_t>(route - routes().data());
}

// The sender's id where it is a plain word, else one of ours.
std::string request_id_of(const HttpRequest& request) {
    const std::string_view sent = header_of(request, "x-request-id");
    const auto plain = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
    };
    if (!sent.empty() && sent.size() <= 64 && std::ranges::all_of(sent, plain)) return std::string(sent);
    thread_local std::mt19937_64 random{std::random_device{}()};
    return fmt::format("{:016x}", random());
}

// "application/json; charset=utf-8" and "application/merge-patch+json", but no other charset.
bool is_json(std::string_view content_type) {
    std::string type;
    for (const char c : content_type) {
        if (c != ' ' && c != '"') type += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    const std::string essence = type.substr(0, type.find(';'));
    const std::size_t charset = type.find("charset=");
    if (charset != std::string::npos && type.substr(charset + 8, 5) != "utf-8") return false;
    return essence == "application/json" || essence == "application/merge-patch+json";
}

bool names_parameter(std::string_view names, std::string_view name) {
    while (!names.empty()) {
        const std::string_view one = names.substr(0, names.find(' '));
        if (one == name) return true;
        names.remove_prefix(std::min(one.size() + 1, names.size()));
    }
    return false;
}

using Passed = OrProblem<void>;

Passed refused(std::string_view code, std::string detail) { return std::unexpected(Problem{code, std::move(detail)}); }

Passed check_body(const Route& route, const HttpRequest& request, std::size_t most) {
    if (route.body == Body::none) {
        if (request.body.empty()) return {};
        return refused("invalid_input", fmt::format("{} {} takes no body", route.method, route.path));
    }
    if (request.body.size() > most)
        return refused("too_large",
                       fmt::format("the body has {} bytes; at most {} are read", request.body.size(), most));
    const std::string_view encoding = header_of(request, "content-encoding");
    if (!encoding.empty() && encoding != "identity")
        return refused("media_type",
                       fmt::format("Content-Encoding {} is not read; send the body as it is", encoding.substr(0, 100)));
    if (!is_json(header_of(request, "content-type")))
        return refused("media_type", "the body must be JSON in UTF-8; say Content-Type: application/json");
    return {};
}

Passed check_query(const Route& route, const std::vector<Parameter>& query) {
    for (const Parameter& parameter : query) {
        if (!names_parameter(route.parameters, parameter.name))
            return refused("invalid_input",
                           fmt::format("{} is not a parameter of this request", parameter.name.substr(0, 100)));
    }
    return {};
}

}  // namespace

struct Dispatcher::Impl {
    Impl(engine::Engine& engine, Keys given)
        : keys(std::move(given)),
          metrics(route_labels()),
          training(engine),
          rate(keys.secret.size() + keys.publicly.size(), engine.configuration().server.requests_a_second),
          host{engine, keys, metrics, training, item_writes, draining} {}

    struct Answer {
        HttpResponse response;
        const Route* route = nullptr;
    };

    Answer answer(const HttpRequest& request);
    HttpResponse answer_route(const HttpRequest& request, const Match& match, const Target& target);
    OrProblem<Admission> admitted(const HttpRequest& request, const Route& route) const;
    bool allows_origin(std::string_view origin) const;
    HttpResponse preflight(const HttpRequest& request, const Match& match) const;

    const Keys keys;
    Metrics metrics;
    TrainingJob training;
    RateLimit rate;
    std::shared_mutex item_writes;
    std::atomic<bool> draining = false;
    const Host host;
};

bool Dispatcher::Impl::allows_origin(std::string_view origin) const {
    return !origin.empty() &&
           std::ranges::find(host.settings().allowed_origins, origin) != host.settings().allowed_origins.end();
}

OrProblem<Admission> Dispatcher::Impl::admitted(const HttpRequest& request, const Route& route) const {
    if (route.needs == Needs::nothing) return Admission{};
    const auto unauthorized = [](std::string_view code, std::string detail) {
        return std::unexpected(Problem{code, std::move(detail), {{"WWW-Authenticate", "Bearer"}}});
    };
    const std::string_view authorization = header_of(request, "authorization");
    if (authorization.empty()) return unauthorized("key_missing", "send the header Authorization: Bearer KEY");
    const auto token = bearer_token(authorization);
    if (!token) return unauthorized("key_unknown", "the header Authorization is not of the form: Bearer KEY");
    const Admission admission = admit(keys, *token);
    if (admission.access == Access::none)
        return unauthorized("key_unknown", "no key of this shop is like the one sent");
    if (admission.access == Access::publicly) {
        if (route.needs == Needs::secret)
            return std::unexpected(
                Problem{"secret_key_needed", fmt::format("{} {} is for secret keys", route.method, route.path)});
        const std::string_view origin = header_of(request, "origin");
        if (!origin.empty() && !allows_origin(origin)) {
            return std::unexpected(Problem{
                "origin_not_allowed", fmt::format("{} is not among server.allowed_origins", origin.substr(0, 200))});
        }
    }
    return admission;
}

HttpResponse Dispatcher::Impl::answer_route(const HttpRequest& request, const Match& match, const Target& target) {
    const Route& route = *match.route;
    const auto admission = admitted(request, route);
    if (!admission) return answer_of(admission.error());
    if (admission->access != Access::none) {
        const std::size_t wait = rate.wait_seconds(admission->key, host.engine.now());
        if (wait > 0) {
            return answer_of({"too_many_requests",
                              fmt::format("this key may ask again in {} s", wait),
                              {{"Retry-After", fmt::format("{}", wait)}}});
        }
    }
    if (const auto checked = check_body(route, request, host.settings().body_bytes); !checked)
        return answer_of(checked.error());
    if (const auto checked = check_query(route, target.query); !checked) return answer_of(checked.error());
    return route.answer({.host = host,
                         .request = request,
                         .query = target.query,
                         .id = match.id,
                         .access = admission->access,
                         .bot = admission->access == Access::publicly && is_bot(header_of(request, "user-agent"))});
}

// What a page of another origin asks before it asks.
HttpResponse Dispatcher::Impl::preflight(const HttpRequest& request, const Match& match) const {
    HttpResponse response{.status = 204, .headers = {{"Allow", match.allow}}};
    if (match.open_to_pages && allows_origin(header_of(request, "origin"))) {
        response.headers.emplace_back("Access-Control-Allow-Methods", match.allow);
        response.headers.emplace_back("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Request-Id");
        response.headers.emplace_back("Access-Control-Max-Age", "600");
    }
    return response;
}

Dispatcher::Impl::Answer Dispatcher::Impl::answer(const HttpRequest& request) {
    const auto target = parse_target(request.target);
    if (!target) return {answer_of(problem_of(target.error()))};
    const Match found = match(request.method, target->segments);
    if (found.route == nullptr && !(request.method == "OPTIONS" && !found.allow.empty())) {
        const std::string_view later = not_built_yet(request.method, target->segments);
        const std::string detail(later.empty() ? "GET /openapi.json lists what there is" : later);
        if (found.allow.empty()) return {answer_of({"not_found", detail})};
        return {answer_of({"method_not_allowed", detail, {{"Allow", found.allow}}})};
    }
    Answer answer{.response =
                      found.route == nullptr ? preflight(request, found) : answer_route(request, found, *target),
                  .route = found.route};
    const std::string_view origin = header_of(request, "origin");
    if (found.open_to_pages && !origin.empty()) {
        answer.response.headers.emplace_back("Vary", "Origin");
        if (allows_origin(origin)) {
            answer.response.headers.emplace_back("Access-Control-Allow-Origin", origin);
            answer.response.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
        }
    }
    return answer;
}

Dispatcher::Dispatcher(engine::Engine& engine, Keys keys) : impl_(std::make_unique<Impl>(engine, std::move(keys))) {}
Dispatcher::~Dispatcher() = default;

void Dispatcher::drain() { impl_->draining = true; }

bool Dispatcher::waits(const HttpRequest& request) const {
    const auto target = parse_target(request.target);
    if (!target) return false;
    const Match found = match(request.method, target->segments);
    return found.route != nullptr && found.route->waits;
}

bool Dispatcher::asks_others(const HttpRequest& request) const {
    if (impl_->host.engine.peers() == nullptr || request.body.size() > impl_->host.settings().body_bytes) return false;
    const auto target = parse_target(request.target);
    if (!target) return false;
    const Match found = match(request.method, target->segments);
    if (found.route == nullptr || found.route->person == nullptr) return false;
    const Call call{.host = impl_->host, .request = request, .query = target->query, .id = found.id};
    const auto person = found.route->person(call);
    return person && keeping_of(call, *person) == Keeping::elsewhere;
}

HttpResponse Dispatcher::dispatch(const HttpRequest& request) {
    const auto start = Clock::now();
    const std::string request_id = request_id_of(request);
    Impl::Answer answer;
    try {
        answer = impl_->answer(request);
    } catch (const std::exception& fault) {
        log_fault(request_id, fault.what());
        answer.response = answer_of({"internal", "a fault of ours; the log has it under this answer's X-Request-Id"});
    }
    HttpResponse& response = answer.response;
    response.headers.emplace_back("Cache-Control", "private, no-store");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("X-Request-Id", request_id);
    if (request.method == "HEAD") {
        response.headers.emplace_back("Content-Length", fmt::format("{}", response.body.size()));
        response.body.clear();
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    impl_->metrics.observe(number_of(answer.route), response.status, seconds);
    log_answer({.request_id = request_id,
                .method = request.method,
                .route = answer.route == nullptr ? std::string_view("other") : answer.route->path,
                .status = response.status,
                .milliseconds = seconds * 1000,
                .bytes_in = request.body.size(),
                .bytes_out = response.body.size()});
    return std::move(response);
}

}  // namespace vitrina::server
