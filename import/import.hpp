#pragma once
// Bringing a shop's past in: files of orders, events and items, in a stream, of any size, into the engine.
//
// Reads plain, gzip and zstd files (told by their first bytes) and "-" for standard input; takes the good rows and refuses the
// others one by one, each with line, reason and remedy. Importing again changes nothing: ids of events are made from what the
// file says, so everything known comes back as a duplicate and unchanged items are left alone. docs/import.md has the formats.
// Threads: one import at a time; it reads and parses on threads of its own and calls the engine from the calling thread.
// Memory: bounded by the limits below, whatever the size of the files, and by the number of distinct items. The rows of an order
// may stand anywhere in the files of one call, and orders in any order: they are gathered and brought into the order of time in
// memory, and where they do not fit there, by a sort in `ImportRequest::temporary_folder`.
// Errors: not_found and io naming the file, invalid_input for a call that makes no sense (unknown column, bad rule, no header)
// before anything is taken and for a damaged gzip or zstd file (of orders nothing has been taken then, of events and items what
// came before the damage: mend and import again), and whatever the engine answers.
// A complete import of items with refused rows makes nothing absent: a row that cannot be read is no item that is gone.
// Not an error: refused rows; they are in the report. `ImportReport::refused_rows() > 0` is for the caller to judge.
// Surprising cost: events and orders begin with a look at the whole log of the engine, to know what is there already.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/run.hpp"
#include "engine/engine.hpp"
#include "event/order_rows.hpp"

namespace vitrina::import {

enum class Subject { orders, events, items };
enum class Format { automatic, csv, jsonl };  // automatic: by the file's name, else by its first character

Result<Subject> subject_named(std::string_view name);
Result<Format> format_named(std::string_view name);      // "merchant", "yml", "ga4": unavailable, with what to do
Result<Encoding> encoding_named(std::string_view name);  // "utf-8", "latin-1", "windows-1252"

// How the columns and rules of an orders file are told; a mapping file (TOML) or options fill it.
using OrderMapping = event::OrderMapping;

// "order_id=InvoiceNo,item_id=StockCode,…" into `mapping.columns`.
Result<void> add_columns(OrderMapping& mapping, std::string_view columns);
// A mapping file; `file` names the text in messages. An unknown key is refused with its line.
Result<OrderMapping> parse_mapping(std::string_view toml, const std::string& file);
Result<OrderMapping> read_mapping(const std::string& path);

struct ImportLimits {
    std::size_t line_bytes = 1 << 20;    // of one row
    std::size_t columns = 512;           // of a CSV file
    std::size_t sort_bytes = 256 << 20;  // of orders in memory; above, they are sorted in temporary files
    std::size_t batch_events = 2000;     // sent to the engine at once
    std::size_t batch_items = 1000;
    std::size_t known_events = 50'000'000;  // of the log that are looked up so that nothing is sent twice; 8 bytes each
    std::size_t refusal_examples = 5;       // kept for each reason
};

struct ImportProgress {
    std::string file;
    std::uint64_t rows = 0;
    std::uint64_t bytes_read = 0;   // of the file as it lies there
    std::uint64_t bytes_total = 0;  // 0 where unknown (standard input)
};

struct ImportRequest {
    Subject subject = Subject::orders;
    Format format = Format::automatic;
    Encoding encoding = Encoding::utf8;
    char separator = 0;  // of CSV; 0: told by the header (comma, semicolon, tab, bar)
    std::vector<std::string> files;
    bool complete = false;  // items: the files are the whole catalogue; what they do not mention becomes absent
    bool force = false;     // with `complete`: however many vanish
    OrderMapping orders;
    std::string rejects_file;      // refused rows are written here; empty: nowhere
    std::string temporary_folder;  // empty: the system's
    ImportLimits limits;
    std::function<void(const ImportProgress&)> progress;  // called every few thousand rows
};

struct RefusedRow {
    std::string file;
    std::uint64_t line = 0;
    std::string message;
};

struct Refused {
    std::uint64_t rows = 0;
    std::vector<RefusedRow> examples;  // the first ones
};

struct ImportReport {
    std::uint64_t rows = 0;  // of all files, headers not counted
    std::uint64_t bytes = 0;
    std::uint64_t orders = 0;        // purchases made of rows
    std::uint64_t guest_orders = 0;  // of these without a customer
    std::uint64_t returns = 0;       // refunds made of rows
    // Of them, as the engine counts: no earlier order of that customer holds the item.
    std::uint64_t unmatched_returns = 0;
    std::uint64_t events_accepted = 0;
    std::uint64_t events_duplicate = 0;
    std::uint64_t events_unchanged = 0;  // orders that were known, by their transaction
    std::uint64_t items_written = 0;     // new or changed
    std::uint64_t items_unchanged = 0;
    std::optional<catalog::RunOutcome>
        run;  // of a complete one; where rows were refused it was not ended and there is none
    std::map<std::string, Refused> refused;  // by reason: not taken, the row is at fault
    std::map<std::string, Refused> skipped;  // by reason: left out by a rule ("other_code", "negative_quantity", …)
    std::map<std::string, std::uint64_t> noticed;  // taken, but worth knowing: "added_up", "two_times", …
    std::uint64_t sorted_rows = 0;                 // order parts that went through temporary files
    double seconds = 0;

    std::uint64_t refused_rows() const;
    std::uint64_t skipped_rows() const;
};

Result<ImportReport> import_files(engine::Engine& engine, const ImportRequest& request);

}  // namespace vitrina::import
