// Items: each row or line changes what it says about one item.

#include <cstdint>
#include <set>
#include <unordered_set>

#include "base/keys.hpp"
#include "catalog/csv.hpp"
#include "catalog/json.hpp"
#include "import/subjects.hpp"
#include "import/tables.hpp"

namespace vitrina::import {
namespace {

constexpr std::size_t rows_a_progress = 1024;

class ItemsImport {
public:
    explicit ItemsImport(Job& job) : job_(job), writer_(job) {}

    Result<void> run() {
        if (!job_.request.complete) return read_all();
        auto begun = job_.engine.begin_item_run();
        if (!begun) return std::unexpected(begun.error());
        run_ = std::move(*begun);
        writer_.mention_in(run_);
        if (auto read = read_all(); !read || job_.report.refused_rows() > 0) return read;
        auto outcome = job_.engine.end_item_run(run_, {.items = mentioned_.size(), .force = job_.request.force});
        if (!outcome) return std::unexpected(outcome.error());
        job_.report.run = std::move(*outcome);
        return {};
    }

private:
    Result<void> read_all() {
        for (std::size_t file = 0; file < job_.request.files.size(); ++file) {
            const bool lines = format_of(job_.request, job_.request.files[file]) == Format::jsonl;
            const auto read = lines ? read_jsonl(file) : read_rows(file);
            writer_.flush();
            if (!read) return read;
        }
        return {};
    }

    Result<void> read_jsonl(std::size_t file) {
        catalog::JsonReader reader;
        return read_json_lines(job_, file, [&](const Place& place, std::string_view line) {
            const auto named = reader.read_item(line);
            const auto before = named ? known(named->item_id) : std::nullopt;
            auto item = before ? reader.patched(*before, line) : named;
            take(place, std::move(item), before, line);
            return true;
        });
    }

    Result<void> read_rows(std::size_t file) {
        return read_table<catalog::CsvItemReader>(
            job_, file, catalog::CsvItemReader::make, [&](const catalog::CsvItemReader& reader, const TableRow& row) {
                const auto before = known(std::string(reader.item_id(row.fields)));
                take(row.place, reader.patched(before.value_or(catalog::Item{}), row.fields), before, row.text());
                return true;
            });
    }

    std::optional<catalog::Item> known(const std::string& item_id) {
        // An item that comes again may still wait in the batch: what the file said before must count.
        const bool again = written_.contains(item_id);
        if (again || written_.size() >= job_.request.limits.batch_items) {
            writer_.flush();
            written_.clear();
        }
        written_.insert(item_id);
        return job_.engine.item(item_id);
    }

    void take(const Place& place, Result<catalog::Item> item, const std::optional<catalog::Item>& before,
              std::string_view row) {
        if (job_.position.rows % rows_a_progress == 0) job_.show_progress();
        if (!item) return job_.tally.refuse(place, "bad_item", item.error().message, row);
        item->absent = false;  // who is sent is back
        if (job_.request.complete) mentioned_.insert(text_hash(item->item_id));
        writer_.write(std::move(*item), before, place);
    }

    Job& job_;
    ItemWriter writer_;
    std::set<std::string> written_;                // that may wait in the batch
    catalog::Run run_;                             // where it is a complete one
    std::unordered_set<std::uint64_t> mentioned_;  // of it, by hash of the id
};

}  // namespace

Result<void> import_items(Job& job) { return ItemsImport(job).run(); }

}  // namespace vitrina::import
