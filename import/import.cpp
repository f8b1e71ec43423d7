#include "import/import.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>

#include "import/subjects.hpp"

namespace vitrina::import {
namespace {

std::uint64_t sum(const std::map<std::string, Refused>& reasons) {
    std::uint64_t rows = 0;
    for (const auto& [reason, refused] : reasons) rows += refused.rows;
    return rows;
}

Result<void> import_subject(Job& job) {
    switch (job.request.subject) {
        case Subject::orders: return import_orders(job);
        case Subject::events: return import_events(job);
        case Subject::items: return import_items(job);
    }
    return fail(ErrorCode::invalid_input, "nothing to import is named; say orders, events or items");
}

Result<void> check(const ImportRequest& request) {
    if (request.files.empty())
        return fail(ErrorCode::invalid_input, "no file is named; name files, or - for standard input");
    for (const std::string& file : request.files) {
        std::error_code neither;  // one of them is not there: they are not the same
        if (!request.rejects_file.empty() && std::filesystem::equivalent(file, request.rejects_file, neither))
            return fail(ErrorCode::invalid_input,
                        fmt::format("{} is to be read, and refused rows would be written over it; name another file "
                                    "for them",
                                    file));
    }
    if (request.subject != Subject::orders) return {};
    for (const std::string& file : request.files)
        if (format_of(request, file) != Format::csv)
            return fail(ErrorCode::invalid_input,
                        fmt::format("{}: orders are read from CSV; import JSONL as events", file));
    return {};
}

}  // namespace

std::uint64_t ImportReport::refused_rows() const { return sum(refused); }
std::uint64_t ImportReport::skipped_rows() const { return sum(skipped); }

Result<ImportReport> import_files(engine::Engine& engine, const ImportRequest& request) {
    if (auto good = check(request); !good) return std::unexpected(std::move(good.error()));
    const auto start = std::chrono::steady_clock::now();
    ImportReport report;
    Tally tally(report, request.limits);
    if (auto opened = tally.open_rejects(request.rejects_file); !opened)
        return std::unexpected(std::move(opened.error()));
    Job job{engine, request, report, tally, {}};
    const auto done = import_subject(job);
    const auto closed = tally.close();
    if (!done) return std::unexpected(done.error());
    if (!closed) return std::unexpected(closed.error());
    report.rows = job.position.rows;
    report.bytes = job.position.bytes_before;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace vitrina::import
