#pragma once
// What goes wrong as an answer: RFC 9457 problem details, `application/problem+json`.
//
// `code` is the stable word that programs branch on; its status and title stand in one table, which openapi.json repeats and a
// test compares. `type` is the code's place on the docs page.
// Threads: values and pure functions.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "server/dispatch.hpp"

namespace vitrina::server {

struct Problem {
    std::string_view code;  // of the table; another one is a bug
    std::string detail;     // what happened, with which value, what to do
    std::vector<Header> headers = {};
    std::string members = {};  // more members, as JSON text that begins with a comma
};

template <class T>
using OrProblem = std::expected<T, Problem>;

struct ProblemKind {
    std::string_view code;
    int status;
    std::string_view title;
};

std::span<const ProblemKind> problem_kinds();

// The code for what the engine could not do: "invalid_input", "not_found", "conflict", "unavailable", "internal".
Problem problem_of(const Error& error);

HttpResponse answer_of(const Problem& problem);

}  // namespace vitrina::server
