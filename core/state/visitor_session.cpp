#include <algorithm>

#include "state/visitor_folding.hpp"

namespace vitrina::state {

namespace {

constexpr std::uint64_t id_bits = (1ull << 48) - 1;
constexpr TimeMs suspect_for = day_ms;

std::uint64_t id_of(const RememberedId& row) { return static_cast<std::uint64_t>(row.id_high) << 32 | row.id_low; }

// The largest pair that was forgotten; whatever is not above it cannot be told from a duplicate.
void raise_floor(HotState& hot, const RememberedId& forgotten) {
    const std::pair candidate{time_of(hot, forgotten.age), id_of(forgotten)};
    if (candidate <= std::pair{hot.fixed.floor_time, hot.fixed.floor_id}) return;
    hot.fixed.floor_time = candidate.first;
    hot.fixed.floor_id = candidate.second;
}

// Rows newest first: how many stay within reach when everything ages by `passed`.
template <class Row>
std::size_t within_reach(const std::vector<Row>& rows, TimeMs passed) {
    const auto stays = [passed](const Row& row) { return static_cast<TimeMs>(row.age) + passed <= age_max; };
    return static_cast<std::size_t>(std::partition_point(rows.begin(), rows.end(), stays) - rows.begin());
}

template <class Row>
void age_all(std::vector<Row>& rows, TimeMs passed) {
    for (Row& row : rows) row.age += static_cast<std::uint32_t>(passed);
}

void forget_out_of_reach(Folding& folding, TimeMs passed) {
    HotState& hot = folding.hot;
    const std::size_t ids = within_reach(hot.remembered, passed);
    if (ids < hot.remembered.size()) raise_floor(hot, hot.remembered[ids]);
    hot.remembered.resize(ids);
    keep_recent_in_history(folding, within_reach(hot.recent, passed));
    hot.searches.resize(within_reach(hot.searches, passed));
    std::erase_if(hot.cart, [&](const HotCartLine& line) { return static_cast<TimeMs>(line.age) + passed > age_max; });
}

}  // namespace

bool is_duplicate(const HotState& hot, std::uint64_t event_hash) {
    const std::uint64_t id = event_hash & id_bits;
    return std::any_of(hot.remembered.begin(), hot.remembered.end(),
                       [id](const auto& row) { return id_of(row) == id; });
}

bool is_late(const HotState& hot, TimeMs time, std::uint64_t event_hash) {
    return std::pair{time, event_hash & id_bits} <= std::pair{hot.fixed.floor_time, hot.fixed.floor_id};
}

void remember(Folding& folding) {
    HotState& hot = folding.hot;
    const TimeMs age = hot.fixed.last_event - folding.event.time;
    const std::uint64_t id = folding.event_hash & id_bits;
    if (age > age_max) {  // so old that it is forgotten at once
        hot.fixed.floor_time = folding.event.time;
        hot.fixed.floor_id = id;
        return;
    }
    const RememberedId row{static_cast<std::uint32_t>(age), static_cast<std::uint32_t>(id),
                           static_cast<std::uint16_t>(id >> 32)};
    const auto newer = [](const RememberedId& a, const RememberedId& b) {
        return a.age != b.age ? a.age < b.age : id_of(a) > id_of(b);
    };
    hot.remembered.insert(std::lower_bound(hot.remembered.begin(), hot.remembered.end(), row, newer), row);
    if (hot.remembered.size() <= folding.limits.remembered_ids) return;
    raise_floor(hot, hot.remembered[folding.limits.remembered_ids]);
    hot.remembered.resize(folding.limits.remembered_ids);
}

void pass_time(Folding& folding) {
    HotFixed& fixed = folding.hot.fixed;
    const TimeMs time = folding.event.time;
    if (fixed.rate_events == 0) {  // the very first event
        fixed.last_event = fixed.session_start = time;
        return;
    }
    const TimeMs passed = time - fixed.last_event;
    if (passed <= 0) return;
    if (passed > folding.limits.session_idle_ms) {
        keep_recent_in_history(folding, 0);
        fixed.session_start = time;
    }
    forget_out_of_reach(folding, passed);
    age_all(folding.hot.remembered, passed);
    age_all(folding.hot.recent, passed);
    age_all(folding.hot.searches, passed);
    age_all(folding.hot.cart, passed);
    fixed.last_event = time;
}

void count_rate(Folding& folding) {
    HotFixed& fixed = folding.hot.fixed;
    const std::int32_t hour = hour_of(folding.event.time);
    // Events from earlier hours count in the newest one: old times must not be a way around the rate.
    if (hour > fixed.rate_hour || fixed.rate_events == 0) {
        fixed.rate_hour = hour;
        fixed.rate_events = 0;
    }
    if (fixed.rate_events < std::numeric_limits<std::uint32_t>::max()) ++fixed.rate_events;
    if (fixed.rate_events > folding.limits.suspect_events_an_hour)
        fixed.suspect_until = std::max(fixed.suspect_until, folding.event.time + suspect_for);
}

}  // namespace vitrina::state
