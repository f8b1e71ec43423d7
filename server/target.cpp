#include "server/target.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>

namespace vitrina::server {

namespace {

constexpr std::size_t segments_max = 8;
constexpr std::size_t parameters_max = 32;

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

enum class Part { path, query };

Result<std::string> decoded(std::string_view text, Part part) {
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            plain += part == Part::query && text[at] == '+' ? ' ' : text[at];
            continue;
        }
        const auto high = at + 2 < text.size() ? hex_digit(text[at + 1]) : std::nullopt;
        const auto low = at + 2 < text.size() ? hex_digit(text[at + 2]) : std::nullopt;
        if (!high || !low)
            return fail(ErrorCode::invalid_input,
                        "the address holds a % without two hexadecimal digits; write % as %25");
        plain += static_cast<char>(*high * 16 + *low);
        at += 2;
    }
    if (std::ranges::any_of(plain, is_control) || !simdjson::validate_utf8(plain.data(), plain.size()))
        return fail(ErrorCode::invalid_input, "the address holds control characters or is not UTF-8");
    return plain;
}

// Calls `take` with each part of a text between separators; stops at the first error.
template <class Take>
Result<void> each_part(std::string_view text, char separator, const Take& take) {
    while (true) {
        const std::size_t end = text.find(separator);
        if (auto taken = take(text.substr(0, end)); !taken) return taken;
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
}

Result<void> add_parameter(std::vector<Parameter>& query, std::string_view pair) {
    if (pair.empty()) return {};
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals), Part::query);
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), Part::query);
    if (!name) return std::unexpected(name.error());
    if (!value) return std::unexpected(value.error());
    if (query.size() == parameters_max)
        return fail(ErrorCode::invalid_input, fmt::format("the query has more than {} parameters", parameters_max));
    if (std::ranges::find(query, *name, &Parameter::name) != query.end())
        return fail(ErrorCode::invalid_input, fmt::format("the query gives {} twice", *name));
    query.push_back({std::move(*name), std::move(*value)});
    return {};
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/')) return fail(ErrorCode::invalid_input, "the address does not begin with /");
    Target result;
    const std::size_t question = std::min(target.find('?'), target.size());
    auto path = each_part(target.substr(1, question - 1), '/', [&](std::string_view text) -> Result<void> {
        if (result.segments.size() == segments_max)
            return fail(ErrorCode::invalid_input, fmt::format("the path has more than {} parts", segments_max));
        auto segment = decoded(text, Part::path);
        if (!segment) return std::unexpected(segment.error());
        result.segments.push_back(std::move(*segment));
        return {};
    });
    if (!path) return std::unexpected(path.error());
    const std::string_view query = target.substr(std::min(question + 1, target.size()));
    auto taken = each_part(query, '&', [&](std::string_view pair) { return add_parameter(result.query, pair); });
    if (!taken) return std::unexpected(taken.error());
    return result;
}

}  // namespace vitrina::server
