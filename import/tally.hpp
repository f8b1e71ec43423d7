#pragma once
// What an import counts on its way: rows refused, rows left out, things worth noticing – and the file of refused rows.
//
// Threads: one at a time. The rejects file is CSV: file, line, reason, message, row.
// Errors: `open_rejects` answers io; a write that fails later is answered by `close`.

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "import/import.hpp"

namespace vitrina::import {

struct Place {
    const std::string& file;
    std::uint64_t line = 0;
};

class Tally {
public:
    Tally(ImportReport& report, const ImportLimits& limits) : report_(report), examples_(limits.refusal_examples) {}

    Result<void> open_rejects(const std::string& path);
    void refuse(const Place& place, const std::string& code, std::string_view message, std::string_view row,
                std::uint64_t rows = 1);
    void leave_out(const Place& place, std::string_view reason, std::string_view row);
    void notice(const std::string& what, std::uint64_t times = 1);
    Result<void> close();

private:
    struct CloseFile {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    void count(Refused& refused, const Place& place, std::string_view message, std::uint64_t rows) const;

    ImportReport& report_;
    std::size_t examples_;
    std::string path_;
    std::unique_ptr<std::FILE, CloseFile> rejects_;
};

// A row of fields as one text, for messages and the rejects file.
std::string row_text(std::span<const std::string_view> fields, char separator);

}  // namespace vitrina::import
