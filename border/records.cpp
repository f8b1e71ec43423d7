#include "border/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "state/layout.hpp"

namespace vitrina::border {
namespace {

using state::Columns;
using state::LayoutName;
using state::magic_of;

constexpr LayoutName facts_name{magic_of("VRFA"), 1, "a record of facts"};
constexpr LayoutName delta_name{magic_of("VRID"), 1, "an item delta"};
constexpr LayoutName letter_name{magic_of("VRDL"), 1, "a dead letter"};

struct FactRow {
    TimeMs time = 0;
    std::uint64_t event_hash = 0;
    std::uint64_t transaction = 0;
    ItemKey item{};
    MoneyMicros price = 0;
    std::uint32_t quantity = 0;
    std::uint16_t line = 0;
    std::uint8_t action = 0;
    std::uint8_t withdrawn = 0;
};
using FactRowColumns =
    Columns<FactRow, &FactRow::time, &FactRow::event_hash, &FactRow::transaction, &FactRow::item, &FactRow::price,
            &FactRow::quantity, &FactRow::line, &FactRow::action, &FactRow::withdrawn>;

struct DeltaRow {
    ItemKey item{};
    std::int64_t units = 0;
    MoneyMicros revenue = 0;
    std::int32_t hour = 0;
    std::int32_t views = 0;
    std::int32_t carts = 0;
    std::int32_t orders = 0;
};
using DeltaColumns = Columns<DeltaRow, &DeltaRow::item, &DeltaRow::units, &DeltaRow::revenue, &DeltaRow::hour,
                             &DeltaRow::views, &DeltaRow::carts, &DeltaRow::orders>;
struct SeenBefore {
    ItemKey item{};
};
using SeenBeforeColumns = Columns<SeenBefore, &SeenBefore::item>;

struct LetterRow {
    std::int64_t offset = 0;
    TimeMs timestamp = 0;
    std::uint64_t record_bytes = 0;
    std::int32_t partition = 0;
    std::array<std::uint32_t, 6> lengths{};
};
using LetterColumns = Columns<LetterRow, &LetterRow::offset, &LetterRow::timestamp, &LetterRow::record_bytes,
                              &LetterRow::partition, &LetterRow::lengths>;

std::unexpected<Error> corrupt(const LayoutName& name, std::string_view why) {
    return fail(ErrorCode::corrupt_data, fmt::format("{} cannot be read: {}", name.what, why));
}

bool is_sound(const FactRow& row) {
    return row.action >= static_cast<std::uint8_t>(state::Action::view) &&
           row.action <= static_cast<std::uint8_t>(state::Action::refund) && row.withdrawn <= 1 &&
           state::is_possible(row.time);
}

FactRow row_of(const state::Fact& fact) {
    return {fact.time,
            fact.event_hash,
            fact.transaction_hash,
            fact.item,
            fact.price,
            fact.quantity,
            fact.line,
            static_cast<std::uint8_t>(fact.action),
            fact.withdrawn};
}

state::Fact fact_of(const FactRow& row, const PersonKey& user) {
    state::Fact fact;
    fact.user = user;
    fact.time = row.time;
    fact.event_hash = row.event_hash;
    fact.transaction_hash = row.transaction;
    fact.item = row.item;
    fact.price = row.price;
    fact.quantity = row.quantity;
    fact.line = row.line;
    fact.action = static_cast<state::Action>(row.action);
    fact.withdrawn = row.withdrawn != 0;
    return fact;
}

std::string_view cut(std::string_view text) { return text.substr(0, dead_letter_part_bytes_max); }

template <class Letter>
auto texts_of(Letter& letter) {
    return std::array{&letter.topic, &letter.code, &letter.reason, &letter.key, &letter.record, &letter.state};
}

}  // namespace

std::string encode_facts(std::span<const state::Fact> facts) {
    std::vector<FactRow> rows;
    rows.reserve(facts.size());
    for (const state::Fact& fact : facts) rows.push_back(row_of(fact));
    state::Writer writer(facts_name, state::layout_header_bytes + FactRowColumns::bytes(rows.size()));
    writer.section<FactRowColumns>(rows);
    return writer.finish();
}

Result<std::vector<state::Fact>> decode_facts(std::string_view bytes, const PersonKey& user) {
    state::Reader reader(bytes, facts_name);
    const auto rows = reader.section<FactRowColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (rows.size() == 0) return corrupt(facts_name, "it holds none");
    std::vector<state::Fact> facts;
    facts.reserve(rows.size());
    for (const FactRow& row : rows.all()) {
        if (!is_sound(row)) return corrupt(facts_name, fmt::format("fact {} is none of ours", facts.size()));
        facts.push_back(fact_of(row, user));
    }
    return facts;
}

std::string encode_delta(const state::ItemDelta& delta) {
    std::vector<SeenBefore> before;
    for (const ItemKey item : delta.neighbours) before.push_back({item});
    state::Writer writer(delta_name, state::layout_header_bytes + DeltaColumns::bytes(1) + 8 * before.size());
    writer.fixed<DeltaColumns>(
        {delta.item, delta.units, delta.revenue, delta.hour, delta.views, delta.carts, delta.orders});
    writer.section<SeenBeforeColumns>(before);
    return writer.finish();
}

Result<state::ItemDelta> decode_delta(std::string_view bytes) {
    constexpr std::size_t neighbours_max = 16;       // of the visitor's window, which is three long
    constexpr std::int32_t reach_hours = (1 << 27);  // what the item's layout can say
    state::Reader reader(bytes, delta_name);
    const DeltaRow row = reader.fixed<DeltaColumns>();
    const auto before = reader.section<SeenBeforeColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (row.hour <= -reach_hours || row.hour >= reach_hours)
        return corrupt(delta_name, fmt::format("hour {} cannot be", row.hour));
    if (before.size() > neighbours_max) return corrupt(delta_name, fmt::format("it names {} items", before.size()));
    state::ItemDelta delta{.item = row.item,
                           .hour = row.hour,
                           .views = row.views,
                           .carts = row.carts,
                           .orders = row.orders,
                           .units = row.units,
                           .revenue = row.revenue,
                           .neighbours = {}};
    for (const SeenBefore& seen : before.all()) delta.neighbours.push_back(seen.item);
    return delta;
}

std::string encode(const DeadLetter& letter) {
    LetterRow row{letter.offset, letter.timestamp, std::max<std::uint64_t>(letter.record_bytes, letter.record.size()),
                  letter.partition};
    const auto texts = texts_of(letter);
    for (std::size_t i = 0; i < texts.size(); ++i) row.lengths[i] = static_cast<std::uint32_t>(cut(*texts[i]).size());
    state::Writer writer(letter_name);
    writer.fixed<LetterColumns>(row);
    std::string bytes = writer.finish();
    for (const std::string* text : texts) bytes.append(cut(*text));
    return bytes;
}

Result<DeadLetter> decode_dead_letter(std::string_view bytes) {
    constexpr std::size_t head = state::layout_header_bytes + LetterColumns::bytes(1);
    state::Reader reader(bytes.substr(0, head), letter_name);
    const LetterRow row = reader.fixed<LetterColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    DeadLetter letter;
    letter.offset = row.offset;
    letter.timestamp = row.timestamp;
    letter.record_bytes = row.record_bytes;
    letter.partition = row.partition;
    std::string_view rest = bytes.substr(head);
    const auto texts = texts_of(letter);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (row.lengths[i] > rest.size()) return corrupt(letter_name, "a part reaches beyond its end");
        *texts[i] = rest.substr(0, row.lengths[i]);
        rest.remove_prefix(row.lengths[i]);
    }
    if (!rest.empty()) return corrupt(letter_name, "bytes are left after its last part");
    return letter;
}

}  // namespace vitrina::border
