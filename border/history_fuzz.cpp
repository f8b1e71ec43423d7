// Any bytes as records of a history and their sorting keys: refused, or rows in their order, each event once, that can be read again.

#include "border/history.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "border/packing.hpp"
#include "border/sealed_block.hpp"

using namespace vitrina;
using namespace vitrina::border;

namespace {

void read_record(std::string_view bytes) {
    if (const auto record = decode_history_record(bytes))
        ensure(decode_history_record(encode(*record)).has_value(), "a record of a history cannot be read again");
}

void read_order(std::string_view bytes) {
    if (const auto key = read_sorting_key(bytes)) {
        ensure(sorting_key(key->group, key->time, key->event_id) == bytes, "a sorting key has two encodings");
        static_cast<void>(history_day(key->time));
    }
}

// (id u8, time as steps of ten minutes or eight bytes, delay u8, standing u8)*: records that stand in an order more often than bytes of
// chance do.
class Story {
public:
    explicit Story(std::string_view bytes) : rest_(bytes) {}
    bool goes_on() const { return !rest_.empty(); }
    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return first;
    }
    TimeMs time() {
        const std::uint8_t step = byte();
        if (step < 0xf0) return now_ += step * 10 * minute_ms;
        std::uint64_t any = 0;
        for (int b = 0; b < 8; ++b) any = any << 8 | byte();
        return static_cast<TimeMs>(any);
    }

private:
    std::string_view rest_;
    TimeMs now_ = 1'767'268'800'000;
};

void follow(Story story) {
    VisitorHistory history;
    std::set<std::string> seen;
    std::tuple<TimeMs, std::string> last{std::numeric_limits<TimeMs>::min(), ""};
    const auto check = [&](const Result<VisitorHistory::Answer>& answer) {
        if (!answer) return false;
        for (const HistoryRow& row : answer->rows) {
            ensure(seen.insert(row.event_id).second, "a history holds an event twice");
            ensure(last <= std::tuple(row.time, row.event_id), "a history is out of order");
            last = {row.time, row.event_id};
            const auto record = decode_history_record(row.record);
            ensure(record && record->session_start <= row.time, "a session begins after its event");
        }
        return true;
    };
    while (story.goes_on()) {
        HistoryRecord record;
        record.event.event_id = std::string(1, static_cast<char>('a' + story.byte() % 8));
        record.event.time = story.time();
        record.event.received_at = story.byte();
        const auto standing = static_cast<Standing>(story.byte() % 3);
        const std::string key = sorting_key("default/v", record.event.time, record.event.event_id);
        if (!check(history.add(key, standing, standing == Standing::witness ? "" : encode(record)))) return;
    }
    check(history.finish());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static const std::string example = encode(HistoryRecord{});
    read_record(bytes);
    read_record(sealed_block(example, bytes));
    read_order(bytes);
    follow(Story(bytes));
    VisitorHistory packed;
    static_cast<void>(add_packed(packed, bytes, size % 2 == 0));
    return 0;
}
