#include "cli/console.hpp"

#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>

namespace vitrina::cli {

namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

std::string cut(const std::string& text, std::size_t most) {
    if (characters(text) <= most) return text;
    std::size_t bytes = 0;
    for (std::size_t kept = 0; kept + 1 < most; ++kept) {
        ++bytes;
        while (bytes < text.size() && continues_character(text[bytes])) ++bytes;
    }
    return text.substr(0, bytes) + "…";
}

bool is_numeric(const std::string& cell) {
    return !cell.empty() &&
           (cell[0] == '+' || cell[0] == '-' || cell[0] == '.' || (cell[0] >= '0' && cell[0] <= '9')) &&
           cell.find_first_not_of("0123456789.,+-% ") == std::string::npos;
}

}  // namespace

int exit_status(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input:
        case ErrorCode::not_found:
        case ErrorCode::conflict: return exit_input;
        case ErrorCode::corrupt_data:
        case ErrorCode::io:
        case ErrorCode::exhausted:
        case ErrorCode::unavailable: return exit_system;
    }
    return exit_system;
}

int report(const Error& error) {
    fmt::print(stderr, "vitrina: {}\n", error.message);
    return exit_status(error.code);
}

void warn_on_standard_error() {
    auto logger = std::make_shared<spdlog::logger>("vitrina", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("vitrina: %v");
    spdlog::set_default_logger(std::move(logger));
}

int report_call(const Error& error) {
    report(error);
    return exit_call;
}

std::string Table::text(std::string_view indent) const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], std::min(characters(row[c]), cell_max_));
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line(indent);
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string cell = cut(row[c], cell_max_);
            const std::string padding(widths[c] - characters(cell), ' ');
            line += is_numeric(row[c]) ? padding + cell : cell + padding;
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

ProgressLine::ProgressLine()
    : terminal_(isatty(STDERR_FILENO) == 1), start_(std::chrono::steady_clock::now()), last_(start_) {}

ProgressLine::~ProgressLine() {
    if (shown_) fmt::print(stderr, "\r\033[K");
}

void ProgressLine::show(std::string_view text) {
    using namespace std::chrono_literals;
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now - start_ < 1s || (shown_ && now - last_ < 100ms)) return;
    fmt::print(stderr, "\r\033[K{}", text);
    std::fflush(stderr);
    shown_ = true;
    last_ = now;
}

std::string with_thousands(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t place = digits.size(); place > 3; place -= 3) digits.insert(place - 3, 1, ',');
    return digits;
}

}  // namespace vitrina::cli
