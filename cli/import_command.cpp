#include <fmt/core.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "import/import.hpp"

namespace vitrina::cli {

namespace {

using import::ImportReport;
using import::ImportRequest;
using nlohmann::ordered_json;

Result<ImportRequest> to_request(const ImportOptions& options) {
    ImportRequest request;
    const auto subject = import::subject_named(options.subject);
    if (!subject) return std::unexpected(subject.error());
    const auto format = options.format.empty() ? import::Format::automatic : import::format_named(options.format);
    if (!format) return std::unexpected(format.error());
    const auto encoding = import::encoding_named(options.encoding);
    if (!encoding) return std::unexpected(encoding.error());
    if (*subject != import::Subject::orders && !(options.mapping.empty() && options.columns.empty()))
        return fail(ErrorCode::invalid_input,
                    fmt::format("--columns and --mapping are for orders; {} have columns named "
                                "as in docs/import.md",
                                options.subject));
    if (const auto added = import::add_columns(request.orders, options.columns); !added) {
        return std::unexpected(added.error());
    }
    if (options.complete && *subject != import::Subject::items)
        return fail(ErrorCode::invalid_input, "--complete is for items; say --as items");
    request.subject = *subject;
    request.complete = options.complete;
    request.force = options.force;
    request.format = *format;
    request.encoding = *encoding;
    if (options.separator == "tab") {
        request.separator = '\t';
    } else if (!options.separator.empty()) {
        request.separator = options.separator.front();
    }
    request.files = options.files;
    request.rejects_file = options.rejects;
    return request;
}

// The file says what the call leaves open.
Result<void> add_mapping(ImportRequest& request, const std::string& path) {
    if (path.empty()) return {};
    auto mapping = import::read_mapping(path);
    if (!mapping) return std::unexpected(mapping.error());
    for (auto& [ours, theirs] : request.orders.columns) mapping->columns[ours] = std::move(theirs);
    request.orders = std::move(*mapping);
    return {};
}

void print_reasons(const char* what, const std::map<std::string, import::Refused>& reasons) {
    for (const auto& [reason, refused] : reasons) {
        fmt::print("  {} {:>10}  {}\n", what, with_thousands(refused.rows), reason);
    }
}

void print_examples(const ImportReport& report) {
    for (const auto& [reason, refused] : report.refused) {
        for (const auto& row : refused.examples)
            fmt::print(stderr, "{}: line {}: {}\n", row.file, row.line, row.message);
        if (refused.rows > refused.examples.size()) {
            fmt::print(stderr, "… and {} more rows with {}\n", with_thousands(refused.rows - refused.examples.size()),
                       reason);
        }
    }
}

void print_run(const ImportReport& report) {
    using Kind = catalog::RunOutcome::Kind;
    if (!report.run)
        fmt::print(stderr,
                   "rows were refused, so no item was made absent; mend them and import the whole feed again\n");
    else if (report.run->kind == Kind::ended)
        fmt::print("absent now: {} that the feed no longer has\n", with_thousands(report.run->vanished));
    else
        fmt::print(stderr, "vitrina: the run did not end: {}{}\n", report.run->message,
                   report.run->kind == Kind::too_many ? " (--force)" : "");
}

void print_report(const ImportReport& report) {
    const double seconds = std::max(report.seconds, 1e-3);
    fmt::print("read {} rows in {:.2f} s ({} rows/s)\n", with_thousands(report.rows), report.seconds,
               with_thousands(static_cast<std::uint64_t>(static_cast<double>(report.rows) / seconds)));
    if (report.orders > 0) {
        fmt::print("orders {} ({} of guests), returns {} ({} match no earlier order); {} orders/s\n",
                   with_thousands(report.orders), with_thousands(report.guest_orders), with_thousands(report.returns),
                   with_thousands(report.unmatched_returns),
                   with_thousands(static_cast<std::uint64_t>(static_cast<double>(report.orders) / seconds)));
    }
    fmt::print("events: {} taken, {} known already\n", with_thousands(report.events_accepted),
               with_thousands(report.events_duplicate + report.events_unchanged));
    fmt::print("items: {} written, {} as they were\n", with_thousands(report.items_written),
               with_thousands(report.items_unchanged));
    for (const auto& [what, count] : report.noticed) fmt::print("  noticed {:>10}  {}\n", with_thousands(count), what);
    print_reasons("skipped", report.skipped);
    print_reasons("refused", report.refused);
}

ordered_json to_json(const std::map<std::string, import::Refused>& reasons) {
    ordered_json json = ordered_json::object();
    for (const auto& [reason, refused] : reasons) {
        json[reason]["rows"] = refused.rows;
        for (const auto& row : refused.examples) {
            json[reason]["examples"].push_back({{"file", row.file}, {"line", row.line}, {"message", row.message}});
        }
    }
    return json;
}

ordered_json to_json(const std::optional<catalog::RunOutcome>& run) {
    if (!run) return nullptr;
    return {{"ended", run->kind == catalog::RunOutcome::Kind::ended},
            {"items", run->seen},
            {"before", run->before},
            {"vanished", run->vanished},
            {"message", run->message}};
}

ordered_json to_json(const ImportReport& report) {
    return {{"rows", report.rows},
            {"bytes", report.bytes},
            {"seconds", report.seconds},
            {"orders", report.orders},
            {"guest_orders", report.guest_orders},
            {"returns", report.returns},
            {"unmatched_returns", report.unmatched_returns},
            {"events_accepted", report.events_accepted},
            {"events_duplicate", report.events_duplicate},
            {"events_unchanged", report.events_unchanged},
            {"items_written", report.items_written},
            {"items_unchanged", report.items_unchanged},
            {"run", to_json(report.run)},
            {"refused", to_json(report.refused)},
            {"skipped", to_json(report.skipped)},
            {"noticed", report.noticed}};
}

std::string progress_text(const import::ImportProgress& progress) {
    std::string text = fmt::format("reading {}: {} rows", progress.file, with_thousands(progress.rows));
    if (progress.bytes_total > 0) text += fmt::format(" ({} %)", 100 * progress.bytes_read / progress.bytes_total);
    return text;
}

}  // namespace

int run_import(const ImportOptions& options) {
    auto request = to_request(options);
    if (!request) return report_call(request.error());
    if (const auto mapped = add_mapping(*request, options.mapping); !mapped) return report(mapped.error());
    auto engine = open_engine(options, Folder::may_be_new);
    if (!engine) return report(engine.error());
    Result<ImportReport> imported;
    {
        ProgressLine line;
        request->progress = [&](const import::ImportProgress& progress) { line.show(progress_text(progress)); };
        imported = import::import_files(**engine, *request);
    }
    if (!imported) return report(imported.error());
    if (options.json) {
        fmt::print("{}\n", to_json(*imported).dump(2));
    } else {
        print_report(*imported);
        if (options.complete) print_run(*imported);
        print_examples(*imported);
    }
    const bool ended = imported->run && imported->run->kind == catalog::RunOutcome::Kind::ended;
    if (options.complete && !ended) return exit_input;
    // Some bad rows among good ones are reported and forgiven; a file of which nothing could be taken is not.
    const bool nothing_taken = imported->rows > 0 && imported->refused_rows() == imported->rows;
    return nothing_taken ? exit_input : exit_done;
}

}  // namespace vitrina::cli
