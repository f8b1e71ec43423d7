#pragma once
// The log: every accepted event, for ever, in the order of acceptance. It is the truth; all state is a cache of it.
//
// One record holds the events that were made durable together, encoded as one batch, under the position of the first.
// Threads: `append` by one thread, `each` by any number beside it.
// Errors: io; corrupt_data with the position where a record cannot be read or the positions have a gap.
// Surprising cost: `each` reads and decodes the whole log from `from` on.

#include <functional>
#include <string_view>

#include "base/error.hpp"
#include "engine/database.hpp"
#include "engine/position.hpp"
#include "event/event.hpp"

namespace vitrina::engine {

class EventLog {
public:
    // Finds the end of the log.
    static Result<EventLog> open(Database& database);

    // Position of the last event; 0 where the log is empty.
    Position end() const { return end_; }

    // `encoded` are the concatenated batches of `events` events. Nothing was appended where it fails.
    Result<void> append(std::string_view encoded, std::size_t events, bool sync);

    // Visits the events behind position `after`, oldest first, until `visit` answers an error.
    using Visit = std::function<Result<void>(Position position, event::Event& event)>;
    static Result<void> each(const Database& database, Position after, const Visit& visit);

private:
    EventLog(Database& database, Position end) : database_(&database), end_(end) {}
    Database* database_;
    Position end_;
};

}  // namespace vitrina::engine
