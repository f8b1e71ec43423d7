#pragma once
// The address of a request taken apart: "/v1/items/A%2FB?fields=title" → segments {"v1", "items", "A/B"}, query {fields: title}.
//
// Threads: pure function; the result owns its texts.
// Errors: invalid_input for what does not begin with '/', a wrong escape, a control character or bad UTF-8 after decoding, a
// parameter given twice, or more segments or parameters than a request of ours can have.
// Not an error: an empty segment ("/v1/items/"), which no route matches; '+' is a space in the query only.

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina::server {

struct Parameter {
    std::string name;
    std::string value;
};

struct Target {
    std::vector<std::string> segments;
    std::vector<Parameter> query;
};

Result<Target> parse_target(std::string_view target);

}  // namespace vitrina::server
