#include "engine/event_log.hpp"

#include <fmt/core.h>

#include <vector>

#include "event/codec.hpp"

namespace vitrina::engine {

namespace {

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

Error damaged(const std::string& folder, Position position, const std::string& how) {
    return {ErrorCode::corrupt_data,
            fmt::format("the log of {} is damaged at event {}: {}; restore the folder from a backup", folder, position,
                        how)};
}

Result<std::vector<event::Event>> events_of(const Database& database, const rocksdb::Iterator& record) {
    const Position first = big_endian_at(view(record.key()));
    auto events = event::decode_batch(view(record.value()));
    if (!events) return std::unexpected(damaged(database.folder(), first, events.error().message));
    if (events->empty()) return std::unexpected(damaged(database.folder(), first, "a record without events"));
    return events;
}

// The record that holds `position`, or the one behind it.
void seek(rocksdb::Iterator& record, Position position) {
    record.SeekForPrev(disk_key(position));
    if (!record.Valid() && record.status().ok()) record.SeekToFirst();
}

}  // namespace

Result<EventLog> EventLog::open(Database& database) {
    const auto record = database.iterator(Family::log);
    record->SeekToLast();
    if (!record->status().ok()) return std::unexpected(to_error(record->status(), "cannot read the log"));
    if (!record->Valid()) return EventLog(database, 0);
    const auto events = events_of(database, *record);
    if (!events) return std::unexpected(events.error());
    return EventLog(database, big_endian_at(view(record->key())) + events->size() - 1);
}

Result<void> EventLog::append(std::string_view encoded, std::size_t events, bool sync) {
    const auto written = database_->put(Family::log, disk_key(end_ + 1), encoded, sync);
    if (written) end_ += events;
    return written;
}

Result<void> EventLog::each(const Database& database, Position after, const Visit& visit) {
    const auto record = database.scan(Family::log);
    Position expected = 0;
    for (seek(*record, after + 1); record->Valid(); record->Next()) {
        const Position first = big_endian_at(view(record->key()));
        if (first != (expected == 0 ? first : expected))
            return std::unexpected(damaged(database.folder(), expected, "records are missing"));
        auto events = events_of(database, *record);
        if (!events) return std::unexpected(events.error());
        expected = first + events->size();
        for (std::size_t i = 0; i < events->size(); ++i) {
            if (first + i <= after) continue;
            if (auto visited = visit(first + i, (*events)[i]); !visited) return visited;
        }
    }
    if (!record->status().ok()) return std::unexpected(to_error(record->status(), "cannot read the log"));
    return {};
}

}  // namespace vitrina::engine
