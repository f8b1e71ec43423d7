#include "state/user_layout.hpp"

namespace vitrina::state {

namespace {

constexpr LayoutName user_name{magic_of("VVUS"), 1, "a user's state"};

// A withdrawal has no content.
bool is_sound(const Rows<FactColumns>& rows, std::size_t i) {
    const std::uint8_t action = rows.get<&UserFact::action>(i);
    if (action > static_cast<std::uint8_t>(Action::refund) || !is_possible(rows.get<&UserFact::time>(i))) return false;
    if (action != 0) return true;
    const UserFact fact = rows[i];
    return fact.transaction == 0 && fact.item == ItemKey{} && fact.price == 0 && fact.quantity == 0;
}

bool is_newer(const Rows<FactColumns>& rows, std::size_t a, std::size_t b) {
    const TimeMs time_a = rows.get<&UserFact::time>(a), time_b = rows.get<&UserFact::time>(b);
    return time_a != time_b ? time_a > time_b : rows[a].key() > rows[b].key();
}

}  // namespace

Result<Rows<FactColumns>> open_user(std::string_view bytes) {
    if (bytes.empty()) return Rows<FactColumns>();
    Reader reader(bytes, user_name);
    const Rows<FactColumns> rows = reader.section<FactColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!is_sound(rows, i) || (i > 0 && !is_newer(rows, i - 1, i)))
            return fail(ErrorCode::corrupt_data,
                        "a user's state cannot be read: its facts are not ours; rebuild it from the log");
    return rows;
}

std::string encode_user_with(const Rows<FactColumns>& facts, std::size_t index, const UserFact& fact) {
    Writer writer(user_name, layout_header_bytes + FactColumns::bytes(facts.size() + 1));
    writer.section_with(facts, index, fact);
    return writer.finish();
}

std::string encode_user(const std::vector<UserFact>& facts) {
    Writer writer(user_name, layout_header_bytes + FactColumns::bytes(facts.size()));
    writer.section<FactColumns>(facts);
    return writer.finish();
}

}  // namespace vitrina::state
