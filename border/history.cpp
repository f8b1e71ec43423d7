#include "border/history.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "border/flat_block.hpp"
#include "border/packing.hpp"
#include "event/codec.hpp"
#include "training/history.hpp"

namespace vitrina::border {
namespace {

constexpr BlockName history_record_name{0x31524856, 1, "record of a history"};  // "VHR1"
constexpr std::uint64_t sign = std::uint64_t{1} << 63;
constexpr std::size_t group_bytes_max = 0xffff;

std::unexpected<Error> no_sorting_key() {
    return fail(ErrorCode::corrupt_data, "these bytes are no sorting key of a history");
}

bool is_time(TimeMs time) { return time >= -times_max && time <= times_max; }

// The order of training::HistoryBuilder among events of one id.
bool happened_before(const event::Event& a, const event::Event& b) {
    return std::tuple(a.received_at, training::content_hash(a)) < std::tuple(b.received_at, training::content_hash(b));
}

template <class Number>
std::string bytes_of(Number number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

void append(VisitorHistory::Answer& to, VisitorHistory::Answer from) {
    std::ranges::move(from.rows, std::back_inserter(to.rows));
    to.disturbed.insert(to.disturbed.end(), from.disturbed.begin(), from.disturbed.end());
}

std::string packed(VisitorHistory::Answer answer) {
    Packing packing;
    for (const HistoryRow& row : answer.rows) {
        packing.add(bytes_of(row.day));
        packing.add(bytes_of(row.time));
        packing.add(row.event_id);
        packing.add(row.record);
    }
    packing.add_nothing();
    std::ranges::sort(answer.disturbed);
    answer.disturbed.erase(std::ranges::unique(answer.disturbed).begin(), answer.disturbed.end());
    for (const std::int32_t day : answer.disturbed) packing.add(bytes_of(day));
    return packing.finish();
}

}  // namespace

std::int32_t history_day(TimeMs time) {
    return static_cast<std::int32_t>(time >= 0 ? time / day_ms : (time + 1) / day_ms - 1);
}

std::string sorting_key(std::string_view group, TimeMs time, std::string_view event_id) {
    ensure(group.size() <= group_bytes_max, "the key of an event is longer than an id may be");
    std::string key;
    for (int shift = 8; shift >= 0; shift -= 8) key.push_back(static_cast<char>(group.size() >> shift & 0xff));
    key.append(group);
    const std::uint64_t ordered = static_cast<std::uint64_t>(time) ^ sign;
    for (int shift = 56; shift >= 0; shift -= 8) key.push_back(static_cast<char>(ordered >> shift & 0xff));
    return key.append(event_id);
}

Result<SortingKey> read_sorting_key(std::string_view bytes) {
    if (bytes.size() < 2) return no_sorting_key();
    const auto byte = [&](std::size_t at) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[at])); };
    const std::size_t group = byte(0) << 8 | byte(1);
    if (bytes.size() < 2 + group + 8) return no_sorting_key();
    std::uint64_t ordered = 0;
    for (std::size_t b = 0; b < 8; ++b) ordered = ordered << 8 | byte(2 + group + b);
    const auto time = static_cast<TimeMs>(ordered ^ sign);
    if (!is_time(time)) return no_sorting_key();
    return SortingKey{bytes.substr(2, group), time, bytes.substr(2 + group + 8)};
}

std::string encode(const HistoryRecord& record) {
    const std::string event = event::encode(record.event);
    return BlockWriter(history_record_name)
        .number(std::int64_t{record.session_start})
        .array(std::span<const char>(event))
        .finish();
}

Result<HistoryRecord> decode_history_record(std::string_view bytes) {
    BlockReader reader(bytes, history_record_name);
    HistoryRecord record;
    record.session_start = reader.number<std::int64_t>();
    const std::vector<char> event = reader.array<char>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    auto decoded = event::decode({event.data(), event.size()});
    if (!decoded) return std::unexpected(decoded.error());
    if (!is_time(record.session_start) || !is_time(decoded->time) || !is_time(decoded->received_at))
        return reader.corrupt();
    record.event = std::move(*decoded);
    return record;
}

Result<SortedRecord> history_record(const Border& border, std::string_view key, std::string_view event,
                                    TimeMs appended_at) {
    const auto store_key = border.event_store_key(key);  // refuses shops that are not configured
    if (!store_key) return std::unexpected(store_key.error());
    const auto read = read_key(key);
    if (!read) return std::unexpected(read.error());
    auto settled = border.settled_event(*read, event, appended_at);
    if (!settled) return std::unexpected(settled.error());
    const TimeMs time = settled->time;
    std::string sorting = sorting_key(key, time, settled->event_id);
    return SortedRecord{std::move(sorting), encode(HistoryRecord{0, std::move(*settled)}), history_day(time)};
}

TimeMs VisitorHistory::Session::of(TimeMs time) {
    if (!begun || time - last > session_idle_ms) start = time;
    begun = true;
    last = time;
    return start;
}

Result<void> VisitorHistory::begin(std::string_view group) {
    if (pending_ && group != group_)
        return fail(ErrorCode::corrupt_data, "a history was given the records of two visitors without an end between");
    group_ = group;
    return {};
}

Result<VisitorHistory::Answer> VisitorHistory::add(std::string_view sorting_key, Standing standing,
                                                   std::string_view record) {
    const auto key = read_sorting_key(sorting_key);
    if (!key) return std::unexpected(key.error());
    if (auto begun = begin(key->group); !begun) return std::unexpected(begun.error());
    Candidate next{key->time, std::string(key->event_id), standing, standing != Standing::new_record, std::nullopt};
    if (standing != Standing::witness) {
        auto decoded = decode_history_record(record);
        if (!decoded) return std::unexpected(decoded.error());
        next.event = std::move(decoded->event);
    }
    Answer answer;
    if (pending_) {
        const auto place = [](const Candidate& c) { return std::tie(c.time, c.event_id); };
        if (place(next) < place(*pending_))
            return fail(ErrorCode::corrupt_data, "a history was given the records of a visitor out of order");
        if (place(next) == place(*pending_)) {
            next.was_there = next.was_there || pending_->was_there;
            const bool first = next.event && pending_->event && happened_before(*next.event, *pending_->event);
            if (first || !pending_->event) std::swap(*pending_, next);
            pending_->was_there = pending_->was_there || next.was_there;
            return answer;
        }
        settle(answer);
    }
    pending_ = std::move(next);
    return answer;
}

void VisitorHistory::settle(Answer& answer) {
    Candidate& event = *pending_;
    const TimeMs old_start = event.was_there ? old_session_.of(event.time) : 0;
    if (ids_.size() >= ids_max) ids_.clear();
    const bool is_new = ids_.insert(text_hash(event.event_id)).second;
    const TimeMs start = is_new ? session_.of(event.time) : 0;
    if (event.standing == Standing::witness) {
        if (!is_new || start != old_start) answer.disturbed.push_back(history_day(event.time));
    } else if (is_new) {
        answer.rows.push_back({history_day(event.time), event.time, event.event_id,
                               encode(HistoryRecord{start, std::move(*event.event)})});
    }
}

Result<VisitorHistory::Answer> VisitorHistory::finish() {
    Answer answer;
    if (pending_) settle(answer);
    *this = VisitorHistory();
    return answer;
}

Result<std::string> add_packed(VisitorHistory& history, std::string_view bytes, bool last) {
    const auto parts = unpack(bytes);
    if (!parts) return std::unexpected(parts.error());
    if (parts->size() % 3 != 0)
        return fail(ErrorCode::corrupt_data, "a record of a history has a sorting key, a standing and bytes");
    VisitorHistory::Answer all;
    for (std::size_t p = 0; p < parts->size(); p += 3) {
        const auto &key = (*parts)[p], &standing = (*parts)[p + 1];
        if (!key || !standing || standing->size() != 1 || static_cast<unsigned char>(standing->front()) > 2)
            return fail(ErrorCode::corrupt_data, "a record of a history has an unknown standing");
        auto answer = history.add(*key, static_cast<Standing>(standing->front()), (*parts)[p + 2].value_or(""));
        if (!answer) return std::unexpected(answer.error());
        append(all, std::move(*answer));
    }
    if (last) {
        auto answer = history.finish();
        if (!answer) return std::unexpected(answer.error());
        append(all, std::move(*answer));
    }
    return packed(std::move(all));
}

}  // namespace vitrina::border
