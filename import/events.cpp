// Events: each row or line is an event, sent in the order of the files.

#include "event/csv.hpp"
#include "event/json.hpp"
#include "event/order_chunks.hpp"
#include "import/event_pipe.hpp"
#include "import/subjects.hpp"
#include "import/tables.hpp"

namespace vitrina::import {
namespace {

class EventsImport {
public:
    EventsImport(Job& job, const Emit& emit)
        : job_(job), limits_(job.engine.configuration().events), latest_(job.latest()), emit_(emit) {}

    Result<void> run() {
        for (std::size_t file = 0; file < job_.request.files.size() && !stopped_; ++file) {
            const bool lines = format_of(job_.request, job_.request.files[file]) == Format::jsonl;
            const auto read = lines ? read_jsonl(file) : read_rows(file);
            flush();
            if (!read) return read;
        }
        return {};
    }

private:
    Result<void> read_jsonl(std::size_t file) {
        event::JsonReader reader({.quantity = limits_.quantity, .own_fields = true});
        return read_json_lines(job_, file, [&](const Place& place, std::string_view line) {
            auto read = reader.read_line(line);
            if (!read)
                job_.tally.refuse(place, read.error().code, read.error().message, line);
            else
                send(place, std::move(read->event), line);
            return !stopped_;
        });
    }

    Result<void> read_rows(std::size_t file) {
        const auto make = [&](std::span<const std::string_view> header) {
            return event::CsvEventReader::make(header, limits_);
        };
        return read_table<event::CsvEventReader>(
            job_, file, make, [&](const event::CsvEventReader& reader, const TableRow& row) {
                auto read = reader.read(row.fields);
                if (!read)
                    job_.tally.refuse(row.place, read.error().code, read.error().message, row.text());
                else
                    gather(row.place, std::move(*read), row.text());
                return !stopped_;
            });
    }

    // Rows of one event stand together; the first that does not belong to it ends it.
    void gather(const Place& place, event::Event&& next, std::string&& row) {
        if (waiting_ && event::belongs_to(waiting_->event, next) &&
            waiting_->event.items.size() < limits_.order_lines) {
            event::add_lines(waiting_->event, std::move(next));
            return;
        }
        flush();
        waiting_.emplace(Waiting{std::move(next), place.file, place.line, std::move(row)});
    }

    void flush() {
        if (!waiting_) return;
        send({waiting_->file, waiting_->line}, std::move(waiting_->event), waiting_->row);
        waiting_.reset();
    }

    // An order is taken whole or not at all.
    void send(const Place& place, event::Event&& event, std::string_view row) {
        if (event.time == 0) {
            job_.tally.refuse(place, "missing_time", "time is missing; say when it happened", row);
            return;
        }
        if (event.time > latest_) {
            job_.tally.refuse(place, "time_ahead",
                              "time " + iso_time(event.time) + " lies ahead of now; is the clock wrong?", row);
            return;
        }
        event.received_at = job_.engine.now();
        event.trusted = true;
        if (const auto refused = event::refused_order(event, limits_)) {
            job_.tally.refuse(place, refused->code, refused->message, row);
            return;
        }
        auto chunks = event::in_chunks(std::move(event), limits_);
        for (auto& chunk : chunks) {
            auto checked = event::validated(std::move(chunk), limits_);
            if (!checked) {
                job_.tally.refuse(place, checked.error().code, checked.error().message, row);
                return;
            }
            chunk = std::move(*checked);
        }
        for (auto& chunk : chunks) stopped_ = stopped_ || !emit_(std::move(chunk));
    }

    struct Waiting {
        event::Event event;
        std::string file;
        std::uint64_t line;
        std::string row;
    };
    Job& job_;
    event::Limits limits_;
    TimeMs latest_;
    const Emit& emit_;
    std::optional<Waiting> waiting_;
    bool stopped_ = false;
};

}  // namespace

Result<void> import_events(Job& job) {
    const EventPipe pipe{job.engine, job.report, job.request.limits, [&job] { job.show_progress(); }};
    return pipe.run([&job](const Emit& emit) { return EventsImport(job, emit).run(); });
}

}  // namespace vitrina::import
