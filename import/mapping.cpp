#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "base/closest.hpp"
#include "import/import.hpp"

namespace vitrina::import {
namespace {

std::unexpected<Error> invalid(std::string message) { return fail(ErrorCode::invalid_input, std::move(message)); }

std::unexpected<Error> misread(const std::string& file, const toml::node& node, std::string_view what) {
    return invalid(fmt::format("{} line {}: {}", file, node.source().begin.line, what));
}

Result<void> read_text(const std::string& file, const toml::node& node, std::string_view key, std::string& text) {
    const auto value = node.value_exact<std::string>();
    if (!value) return misread(file, node, fmt::format("{} must be a text in quotes", key));
    text = *value;
    return {};
}

Result<void> read_flag(const std::string& file, const toml::node& node, std::string_view key, bool& flag) {
    const auto value = node.value_exact<bool>();
    if (!value) return misread(file, node, fmt::format("{} must be true or false", key));
    flag = *value;
    return {};
}

Result<void> read_texts(const std::string& file, const toml::node& node, std::string_view key,
                        std::vector<std::string>& texts) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return misread(file, node, fmt::format("{} must be a list of texts", key));
    for (const toml::node& each : *list)
        if (auto read = read_text(file, each, key, texts.emplace_back()); !read) return read;
    return {};
}

Result<void> read_rule(const std::string& file, const toml::node& node, std::string_view key, event::Rule& rule) {
    std::string name;
    if (auto read = read_text(file, node, key, name); !read) return read;
    if (name != "take" && name != "leave_out")
        return misread(file, node, fmt::format("{} must be \"take\" or \"leave_out\"", key));
    rule = name == "take" ? event::Rule::take : event::Rule::leave_out;
    return {};
}

Result<void> read_columns(const std::string& file, const toml::node& node, OrderMapping& mapping) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return misread(file, node, "columns must be a table of ours = \"theirs\"");
    for (const auto& [ours, theirs] : *table) {
        const auto known = event::order_columns();
        if (std::ranges::find(known, ours.str()) == known.end())
            return misread(file, theirs,
                           fmt::format("column \"{}\" is not known{}", ours.str(), did_you_mean(ours.str(), known)));
        if (auto read = read_text(file, theirs, ours.str(), mapping.columns[std::string(ours.str())]); !read)
            return read;
    }
    return {};
}

struct Key {
    std::string_view name;
    Result<void> (*read)(const std::string& file, const toml::node& node, OrderMapping& mapping);
};

constexpr auto keys = std::to_array<Key>({
    {"columns", read_columns},
    {"time_format", [](const std::string& f, const toml::node& n,
                       OrderMapping& m) { return read_text(f, n, "time_format", m.time_format); }},
    {"time_zone_offset", [](const std::string& f, const toml::node& n,
                            OrderMapping& m) { return read_text(f, n, "time_zone_offset", m.time_zone_offset); }},
    {"currency", [](const std::string& f, const toml::node& n,
                    OrderMapping& m) { return read_text(f, n, "currency", m.currency); }},
    {"customer_suffix", [](const std::string& f, const toml::node& n,
                           OrderMapping& m) { return read_text(f, n, "customer_suffix", m.customer_suffix); }},
    {"upper_case_ids", [](const std::string& f, const toml::node& n,
                          OrderMapping& m) { return read_flag(f, n, "upper_case_ids", m.upper_case_ids); }},
    {"return_prefixes", [](const std::string& f, const toml::node& n,
                           OrderMapping& m) { return read_texts(f, n, "return_prefixes", m.return_prefixes); }},
    {"ignored_prefixes", [](const std::string& f, const toml::node& n,
                            OrderMapping& m) { return read_texts(f, n, "ignored_prefixes", m.ignored_prefixes); }},
    {"other_codes", [](const std::string& f, const toml::node& n,
                       OrderMapping& m) { return read_texts(f, n, "other_codes", m.other_codes); }},
    {"other_code_patterns",
     [](const std::string& f, const toml::node& n, OrderMapping& m) {
         return read_texts(f, n, "other_code_patterns", m.other_code_patterns);
     }},
    {"negative_quantity", [](const std::string& f, const toml::node& n,
                             OrderMapping& m) { return read_rule(f, n, "negative_quantity", m.negative_quantity); }},
    {"zero_price", [](const std::string& f, const toml::node& n,
                      OrderMapping& m) { return read_rule(f, n, "zero_price", m.zero_price); }},
});

}  // namespace

Result<OrderMapping> parse_mapping(std::string_view text, const std::string& file) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return invalid(fmt::format("{} line {}: {}", file, error.source().begin.line, error.description()));
    }
    OrderMapping mapping;
    for (const auto& [name, node] : table) {
        const auto key = std::ranges::find(keys, name.str(), &Key::name);
        if (key == keys.end()) {
            std::vector<std::string_view> known;
            for (const Key& each : keys) known.push_back(each.name);
            return misread(file, node,
                           fmt::format("key \"{}\" is not known{}", name.str(), did_you_mean(name.str(), known)));
        }
        if (auto read = key->read(file, node, mapping); !read) return std::unexpected(std::move(read.error()));
    }
    return mapping;
}

Result<OrderMapping> read_mapping(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return fail(ErrorCode::not_found,
                    fmt::format("mapping file {} cannot be read: {}", path, std::strerror(errno)));
    return parse_mapping(text.str(), path);
}

Result<void> add_columns(OrderMapping& mapping, std::string_view columns) {
    while (!columns.empty()) {
        const std::string_view pair = columns.substr(0, columns.find(','));
        columns.remove_prefix(std::min(columns.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        const std::string_view ours = pair.substr(0, equals);
        if (equals == std::string_view::npos || ours.empty() || equals + 1 == pair.size())
            return invalid(fmt::format("\"{}\" names no column; write order_id=InvoiceNo,item_id=StockCode", pair));
        const auto known = event::order_columns();
        if (std::ranges::find(known, ours) == known.end())
            return invalid(fmt::format("column \"{}\" is not known{}", ours, did_you_mean(ours, known)));
        mapping.columns[std::string(ours)] = pair.substr(equals + 1);
    }
    return {};
}

Result<Subject> subject_named(std::string_view name) {
    if (name == "orders") return Subject::orders;
    if (name == "events") return Subject::events;
    if (name == "items") return Subject::items;
    return invalid(fmt::format("\"{}\" is nothing to import; say orders, events or items", name));
}

Result<Format> format_named(std::string_view name) {
    if (name == "csv") return Format::csv;
    if (name == "jsonl") return Format::jsonl;
    if (name == "merchant" || name == "yml" || name == "ga4")
        return fail(ErrorCode::unavailable,
                    fmt::format("format {} is not built yet; convert the file to csv or jsonl", name));
    return invalid(fmt::format("\"{}\" is no format; say csv or jsonl", name));
}

Result<Encoding> encoding_named(std::string_view name) {
    if (const auto encoding = vitrina::encoding_named(name)) return *encoding;
    return invalid(fmt::format(
        "encoding \"{}\" is not known; say utf-8, latin-1 or windows-1252, or convert the file to UTF-8", name));
}

}  // namespace vitrina::import
