#pragma once
// From records of the topic of events to the history of a shop: who did what and when, each event once, in sessions.
//
//   map      key and bytes of a record → a sorting key and a history record, or why it is a dead letter
//   reduce   the records of one visitor in the order of their sorting keys → rows of his history
//
//   sorting key     = length of group u16 big-endian · group `<shop>/<visitor_id>` · time u64 big-endian, 2^63 added · event id
//                     Compared byte by byte; the records of a group stand together, by time, then id.
//   history record  = a block (border/flat_block.hpp): session_start i64 · proto Event with its times settled
//
// Of events with one id the one that `training::HistoryBuilder` would keep stays. A session ends after 30 idle minutes; its
// number is the time of its first event, so that it says the same whatever is processed beside it.
// A day may be processed alone: other days then take part as witnesses, of which only time and id are known. Where a new record
// takes a witness's place, or changes its session, the witness's day is named as `disturbed` and must be processed too.
// Threads: functions are pure; a `VisitorHistory` belongs to one thread.
// Errors: what Border::settled_event answers; corrupt_data for records that are not ours or out of order, or whose times are none.
// Cost: 16 bytes an event of the visitor at hand, at most `VisitorHistory::ids_max` of them: beyond it the ids are forgotten, and
// only the trainer, which sees everything at once, finds duplicates farther apart.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "border/border.hpp"
#include "event/event.hpp"

namespace vitrina::border {

inline constexpr TimeMs session_idle_ms = 30 * minute_ms;

// Days since 1970 of a time, in UTC.
std::int32_t history_day(TimeMs time);

struct SortedRecord {
    std::string sorting_key;
    std::string record;
    std::int32_t day = 0;
};

Result<SortedRecord> history_record(const Border& border, std::string_view key, std::string_view event,
                                    TimeMs appended_at);

std::string sorting_key(std::string_view group, TimeMs time, std::string_view event_id);
struct SortingKey {
    std::string_view group;
    TimeMs time = 0;
    std::string_view event_id;
};
Result<SortingKey> read_sorting_key(std::string_view bytes);

struct HistoryRecord {
    TimeMs session_start = 0;
    event::Event event;
};
std::string encode(const HistoryRecord& record);
Result<HistoryRecord> decode_history_record(std::string_view bytes);

// Where a record comes from that is reduced.
enum class Standing : std::uint8_t {
    new_record = 0,  // of the log, not in the history yet
    old_record = 1,  // of a day of the history that is written anew
    witness = 2,     // of another day of the history; it has no bytes
};

struct HistoryRow {
    std::int32_t day = 0;
    TimeMs time = 0;
    std::string event_id;
    std::string record;
};

class VisitorHistory {
public:
    static constexpr std::size_t ids_max = 20'000'000;

    struct Answer {
        std::vector<HistoryRow> rows;         // of the log and of old days, by time and id
        std::vector<std::int32_t> disturbed;  // days of witnesses, ascending
    };
    // Takes the visitor's next record, and answers what is settled by it: everything before its time and id.
    Result<Answer> add(std::string_view sorting_key, Standing standing, std::string_view record);
    // The visitor has no more records. Ready for the next visitor then.
    Result<Answer> finish();

private:
    struct Candidate {
        TimeMs time = 0;
        std::string event_id;
        Standing standing = Standing::new_record;
        bool was_there = false;  // also as an old record or witness
        std::optional<event::Event> event;
    };
    Result<void> begin(std::string_view group);
    void settle(Answer& answer);

    std::string group_;
    std::optional<Candidate> pending_;
    std::unordered_set<std::uint64_t> ids_;
    struct Session {
        bool begun = false;
        TimeMs start = 0, last = 0;
        TimeMs of(TimeMs time);
    };
    Session session_;      // as it is now
    Session old_session_;  // as it was without the new records
};

// For hosts that carry bytes: the same for a batch of records of one visitor.
//   in      packed (border/packing.hpp): (sorting key, standing as one byte, record)*
//   answer  packed: (day u32, time i64, event id, record)*, then "nothing", then disturbed days (u32)*
Result<std::string> add_packed(VisitorHistory& history, std::string_view packed, bool last);

}  // namespace vitrina::border
