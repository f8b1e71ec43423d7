#include "state/visitor_layout.hpp"

namespace vitrina::state {

namespace {

constexpr LayoutName hot_name{magic_of("VVHT"), 1, "a visitor's hot state"};
constexpr LayoutName cold_name{magic_of("VVCD"), 1, "a visitor's cold state"};

Result<void> refused(const LayoutName& name, const char* why) {
    return fail(ErrorCode::corrupt_data,
                std::string(name.what) + " cannot be read: " + why + "; rebuild it from the log");
}

bool known(Action action) { return action >= Action::view && action <= Action::refund; }

template <auto Action, class Section>
bool actions_known(const Rows<Section>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!known(rows.template get<Action>(i))) return false;
    return true;
}

template <auto Time, class Section>
bool times_known(const Rows<Section>& rows) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!is_possible(rows.template get<Time>(i))) return false;
    return true;
}

template <auto Age, class Section>
bool newest_first(const Rows<Section>& rows) {
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (rows.template get<Age>(i - 1) > rows.template get<Age>(i)) return false;
    return true;
}

Result<void> checked(const HotRows& rows) {
    if (rows.fixed.bound > 1) return refused(hot_name, "a flag is neither 0 nor 1");
    for (TimeMs time :
         {rows.fixed.last_event, rows.fixed.session_start, rows.fixed.bound_since, rows.fixed.suspect_until})
        if (!is_possible(time)) return refused(hot_name, "a time is out of range");
    if (!actions_known<&RecentAction::action>(rows.recent)) return refused(hot_name, "an action is none of ours");
    if (!newest_first<&RecentAction::age>(rows.recent) || !newest_first<&RememberedId::age>(rows.remembered))
        return refused(hot_name, "rows are out of order");
    return {};
}

Result<void> checked(const ColdRows& rows) {
    std::size_t lines = 0;
    for (std::size_t i = 0; i < rows.parts.size(); ++i) lines += rows.parts.get<&OrderPart::lines>(i);
    if (lines != rows.lines.size()) return refused(cold_name, "orders and lines do not add up");
    for (std::size_t i = 0; i < rows.lines.size(); ++i)
        if (rows.lines.get<&OrderLine::returned>(i) > rows.lines.get<&OrderLine::quantity>(i))
            return refused(cold_name, "more was returned than bought");
    if (!times_known<&OrderPart::time>(rows.parts) || !times_known<&PastAction::time>(rows.history))
        return refused(cold_name, "a time is out of range");
    if (!actions_known<&PastAction::action>(rows.history)) return refused(cold_name, "an action is none of ours");
    return {};
}

}  // namespace

Result<HotRows> open_hot(std::string_view bytes) {
    HotRows rows;
    if (bytes.empty()) return rows;
    Reader reader(bytes, hot_name);
    rows.fixed = reader.fixed<HotFixedColumns>();
    rows.remembered = reader.section<RememberedColumns>();
    rows.recent = reader.section<RecentColumns>();
    rows.cart = reader.section<CartColumns>();
    rows.searches = reader.section<SearchColumns>();
    rows.counted = reader.section<CountedColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (auto content = checked(rows); !content) return std::unexpected(content.error());
    return rows;
}

Result<ColdRows> open_cold(std::string_view bytes) {
    ColdRows rows;
    if (bytes.empty()) return rows;
    Reader reader(bytes, cold_name);
    rows.parts = reader.section<PartColumns>();
    rows.lines = reader.section<LineColumns>();
    rows.history = reader.section<HistoryColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (auto content = checked(rows); !content) return std::unexpected(content.error());
    return rows;
}

HotState hot_state(const HotRows& rows) {
    return {rows.fixed,      rows.remembered.all(), rows.recent.all(),
            rows.cart.all(), rows.searches.all(),   rows.counted.all()};
}

ColdState cold_state(const ColdRows& rows) { return {rows.parts.all(), rows.lines.all(), rows.history.all()}; }

std::string encode(const HotState& hot) {
    Writer writer(hot_name, hot_bytes_max);
    writer.fixed<HotFixedColumns>(hot.fixed);
    writer.section<RememberedColumns>(hot.remembered);
    writer.section<RecentColumns>(hot.recent);
    writer.section<CartColumns>(hot.cart);
    writer.section<SearchColumns>(hot.searches);
    writer.section<CountedColumns>(hot.counted);
    return writer.finish();
}

std::string encode(const ColdState& cold) {
    Writer writer(cold_name, layout_header_bytes + PartColumns::bytes(cold.parts.size()) +
                                 LineColumns::bytes(cold.lines.size()) + HistoryColumns::bytes(cold.history.size()));
    writer.section<PartColumns>(cold.parts);
    writer.section<LineColumns>(cold.lines);
    writer.section<HistoryColumns>(cold.history);
    return writer.finish();
}

}  // namespace vitrina::state
