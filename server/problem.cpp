#include "server/problem.hpp"

#include <algorithm>
#include <array>

#include "server/json_writer.hpp"

namespace vitrina::server {

namespace {

constexpr std::array kinds{
    ProblemKind{"invalid_input", 400, "The request is not valid"},
    ProblemKind{"not_available_yet", 400, "This is not built yet"},
    ProblemKind{"all_refused", 400, "Nothing in the batch could be taken"},
    ProblemKind{"key_missing", 401, "A key is needed"},
    ProblemKind{"key_unknown", 401, "The key is not known"},
    ProblemKind{"secret_key_needed", 403, "Only a secret key may do this"},
    ProblemKind{"origin_not_allowed", 403, "Pages of this origin may not ask"},
    ProblemKind{"not_found", 404, "There is no such thing"},
    ProblemKind{"method_not_allowed", 405, "The address does not know this method"},
    ProblemKind{"too_slow", 408, "The request did not come in time"},
    ProblemKind{"conflict", 409, "This contradicts what is there"},
    ProblemKind{"run_incomplete", 409, "The run is not what was taken of it"},
    ProblemKind{"too_many_absent", 409, "Too much of the catalogue would vanish"},
    ProblemKind{"too_large", 413, "The request is too large"},
    ProblemKind{"media_type", 415, "The body is in a form that is not read"},
    ProblemKind{"too_many_requests", 429, "The key asks too often"},
    ProblemKind{"internal", 500, "The server is at fault"},
    ProblemKind{"unavailable", 503, "Not now"},
};

std::string_view code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input: return "invalid_input";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::io:
        case ErrorCode::exhausted:
        case ErrorCode::unavailable: return "unavailable";
        case ErrorCode::corrupt_data: return "internal";
    }
    return "internal";
}

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kinds; }

Problem problem_of(const Error& error) {
    Problem problem{.code = code_of(error.code), .detail = error.message};
    if (problem.code == "unavailable") problem.headers.emplace_back("Retry-After", "1");
    return problem;
}

HttpResponse answer_of(const Problem& problem) {
    const auto* const kind = std::ranges::find(kinds, problem.code, &ProblemKind::code);
    ensure(kind != kinds.end(), "a problem's code stands in the table of problem.cpp");
    JsonWriter json;
    json.begin_object();
    json.key("type").text(std::string("/docs#problem-").append(kind->code));
    json.key("title").text(kind->title);
    json.key("status").number(static_cast<std::int64_t>(kind->status));
    json.key("code").text(kind->code);
    json.key("detail").text(problem.detail);
    json.raw(problem.members);
    json.end_object();
    HttpResponse response{.status = kind->status, .headers = problem.headers, .body = json.take()};
    response.headers.emplace_back("Content-Type", "application/problem+json");
    return response;
}

}  // namespace vitrina::server
