#pragma once
// How a command speaks: tables for people on standard output, JSON for machines instead with `--json`, messages and progress
// on standard error.
//
// Threads: one.
// Exit statuses (API.md): 0 done · 1 the input is at fault · 2 the call is wrong · 3 the system is at fault.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_input = 1;
inline constexpr int exit_call = 2;
inline constexpr int exit_system = 3;

int exit_status(ErrorCode code);

// Prints "vitrina: <message>" on standard error and answers the exit status.
int report(const Error& error);
// From here on what libraries and the engine warn of goes to standard error: standard output is for answers alone.
void warn_on_standard_error();
// The same for a call that makes no sense as it was typed: always `exit_call`.
int report_call(const Error& error);

// Columns are aligned; numbers (cells that start with a digit, a sign or a point) to the right. Widths count characters, not
// bytes; cells longer than `cell_max` characters are cut with an ellipsis.
class Table {
public:
    explicit Table(std::vector<std::string> header, std::size_t cell_max = 72) : cell_max_(cell_max) {
        rows_.push_back(std::move(header));
    }
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.size() == 1; }
    std::string text(std::string_view indent = "") const;

private:
    std::size_t cell_max_;
    std::vector<std::vector<std::string>> rows_;
};

// A line that is overwritten, on a terminal only and only after a second; cleared when it goes.
class ProgressLine {
public:
    ProgressLine();
    ~ProgressLine();
    void show(std::string_view text);

private:
    bool terminal_;
    bool shown_ = false;
    std::chrono::steady_clock::time_point start_, last_;
};

// 12345 → "12,345".
std::string with_thousands(std::uint64_t number);

}  // namespace vitrina::cli
