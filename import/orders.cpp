// Orders: rows become parts, parts are gathered by order, orders are brought into the order of time, and sent.

#include <filesystem>

#include "base/keys.hpp"
#include "catalog/observed.hpp"
#include "event/order_parts.hpp"
#include "import/event_pipe.hpp"
#include "import/spill_sort.hpp"
#include "import/subjects.hpp"
#include "import/tables.hpp"

namespace vitrina::import {
namespace {

constexpr std::size_t rows_a_progress = 8192;
constexpr std::size_t order_rows_most =
    100'000;  // of one order before its lines are added up; beyond, the mapping is wrong

std::string temporary_folder(const ImportRequest& request) {
    if (!request.temporary_folder.empty()) return request.temporary_folder;
    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error);
    return error ? "." : folder.string();
}

class OrdersImport {
public:
    explicit OrdersImport(Job& job)
        : job_(job),
          limits_(job.engine.configuration().events),
          by_order_(temporary_folder(job.request), job.request.limits.sort_bytes / 2),
          by_time_(temporary_folder(job.request), job.request.limits.sort_bytes / 2) {}

    Result<void> run() {
        for (std::size_t file = 0; file < job_.request.files.size(); ++file)
            if (auto read = read_file(file); !read) return read;
        if (auto flushed = flush_part(); !flushed) return flushed;
        write_items();
        const std::uint64_t unmatched_before = job_.engine.counters().unmatched_refunds;
        const EventPipe pipe{job_.engine, job_.report, job_.request.limits, [this] { job_.show_progress(); }};
        auto sent = pipe.run([this](const Emit& emit) { return produce(emit); });
        job_.report.unmatched_returns = job_.engine.counters().unmatched_refunds - unmatched_before;
        job_.report.sorted_rows = by_order_.spilled() + by_time_.spilled();
        return sent;
    }

private:
    Result<void> read_file(std::size_t file) {
        const auto make = [&](std::span<const std::string_view> header) {
            return event::OrderRowReader::make(job_.request.orders, header, job_.latest(), limits_);
        };
        Result<void> failed;
        const auto read = read_table<event::OrderRowReader>(job_, file, make,
                                                            [&](event::OrderRowReader& reader, const TableRow& row) {
                                                                if (job_.position.rows % rows_a_progress == 0)
                                                                    job_.show_progress();
                                                                failed = take(file, row, reader);
                                                                return failed.has_value();
                                                            });
        return failed ? read : failed;
    }

    Result<void> take(std::size_t file, const TableRow& row, event::OrderRowReader& reader) {
        const auto read = reader.read(row.fields);
        if (const auto* refused = std::get_if<event::Refusal>(&read)) {
            job_.tally.refuse(row.place, refused->code, refused->message, row.text());
            return {};
        }
        if (const auto* left_out = std::get_if<event::LeftOut>(&read)) {
            job_.tally.leave_out(row.place, left_out->reason, row.text());
            return {};
        }
        return add(file, row.place.line, std::get<event::OrderRow>(read));
    }

    Result<void> add(std::size_t file, std::uint64_t line, const event::OrderRow& row) {
        if (part_.order_id != row.order_id || part_.lines.size() >= limits_.order_lines) {
            if (auto flushed = flush_part(); !flushed) return flushed;
            part_.order_id = row.order_id;
            part_.customer_id = row.customer_id;
            part_.currency = row.currency;
            part_.time = row.time;
            part_.file = static_cast<std::uint32_t>(file);
            part_.line = line;
        }
        if (part_.customer_id.empty()) part_.customer_id = row.customer_id;
        part_.two_times = part_.two_times || row.time != part_.time;
        // A return says what an item once cost, not what it costs.
        const std::uint32_t item = observed_.see({row.item_id, row.title, row.category, row.brand, row.currency,
                                                  row.returned ? std::nullopt : row.price, row.time});
        part_.lines.push_back({item, row.quantity, row.price.value_or(-1), row.returned});
        return {};
    }

    Result<void> flush_part() {
        if (part_.lines.empty()) return {};
        const SortKey key{text_hash(part_.order_id), parts_++};
        auto added = by_order_.add(key, event::encode_part(part_));
        part_ = {};
        return added;
    }

    void write_items() {
        ItemWriter writer(job_);
        const std::string orders = "orders";
        for (std::uint32_t number = 0; number < observed_.ids().size(); ++number) {
            const catalog::Item observed = observed_.item(number);
            const auto known = job_.engine.item(observed.item_id);
            writer.write(known ? completed(*known, observed) : observed, known, {orders, 0});
        }
        writer.flush();
    }

    // Runs on the pipe's thread; from here on only it uses sorts and tally.
    Result<void> produce(const Emit& emit) {
        if (auto gathered = gather(); !gathered) return gathered;
        for (;;) {
            auto record = by_time_.next();
            if (!record) return std::unexpected(std::move(record.error()));
            if (!*record) return {};
            auto order = event::decode_part((*record)->bytes);
            if (!order) return std::unexpected(std::move(order.error()));
            if (!send(*order, emit)) return {};
        }
    }

    // Joins the parts of each order and hands the orders over to be sorted by time.
    Result<void> gather() {
        if (auto finished = by_order_.finish(); !finished) return finished;
        std::vector<Open> open;  // orders of one hash: nearly always one
        std::uint64_t hash = 0;
        for (;;) {
            auto record = by_order_.next();
            if (!record) return std::unexpected(std::move(record.error()));
            if (!*record || (*record)->key.high != hash)
                for (Open& each : std::exchange(open, {}))
                    if (auto added = by_time_.add({static_cast<std::uint64_t>(each.order.time), each.number},
                                                  event::encode_part(each.order));
                        !added)
                        return added;
            if (!*record) break;
            hash = (*record)->key.high;
            auto part = event::decode_part((*record)->bytes);
            if (!part) return std::unexpected(std::move(part.error()));
            join_one(open, (*record)->key.low, std::move(*part));
        }
        return by_time_.finish();
    }

    struct Open {
        event::OrderPart order;
        std::uint64_t number = 0;  // of its first part
    };

    void join_one(std::vector<Open>& open, std::uint64_t number, event::OrderPart&& part) {
        for (Open& each : open) {
            if (each.order.order_id != part.order_id) continue;
            if (each.order.lines.size() + part.lines.size() > order_rows_most)
                job_.tally.refuse({job_.request.files[part.file], part.line}, "too_many_lines",
                                  "order " + part.order_id + " has too many rows; is order_id the right column?", {},
                                  part.lines.size());
            else
                event::join(each.order, std::move(part));
            return;
        }
        open.push_back({std::move(part), number});
    }

    // False: nobody takes events any more.
    bool send(const event::OrderPart& order, const Emit& emit) {
        auto events = event::events_of(order, observed_.ids(), limits_);
        job_.tally.notice("added_up", events.added_up);
        job_.tally.notice("two_times", order.two_times ? 1 : 0);
        for (auto* list : {&events.purchase, &events.refund}) {
            if (list->empty()) continue;
            const bool purchase = list == &events.purchase;
            if (!check(order, *list)) continue;
            ++(purchase ? job_.report.orders : job_.report.returns);
            if (purchase && order.customer_id.empty()) ++job_.report.guest_orders;
            for (auto& event : *list)
                if (!emit(std::move(event))) return false;
        }
        return true;
    }

    // Validates all chunks or refuses the order.
    bool check(const event::OrderPart& order, std::vector<event::Event>& chunks) {
        for (auto& chunk : chunks) {
            chunk.received_at = job_.engine.now();
            auto checked = event::validated(std::move(chunk), limits_);
            if (!checked) {
                job_.tally.refuse({job_.request.files[order.file], order.line}, checked.error().code,
                                  "order " + order.order_id + ": " + checked.error().message, order.order_id,
                                  order.lines.size());
                return false;
            }
            chunk = std::move(*checked);
        }
        return true;
    }

    Job& job_;
    event::Limits limits_;
    catalog::ObservedItems observed_;
    event::OrderPart part_;  // of the rows that stand together just now
    std::uint64_t parts_ = 0;
    SpillSort by_order_;
    SpillSort by_time_;
};

}  // namespace

Result<void> import_orders(Job& job) { return OrdersImport(job).run(); }

}  // namespace vitrina::import
