#include "state/user_layout.hpp"

namespace vitrina::state {

namespace {

constexpr LayoutName user_name{magic_of("VVUS"), 1, "a user's state"};

bool is_sound(const UserFact& fact) {
    if (fact.action > static_cast<std::uint8_t>(Action::refund) || !is_possible(fact.time)) return false;
    return fact.action != 0 ||
           (fact.transaction == 0 && fact.item == ItemKey{} && fact.price == 0 && fact.quantity == 0);
}

}  // namespace

Result<Rows<FactColumns>> open_user(std::string_view bytes) {
    if (bytes.empty()) return Rows<FactColumns>();
    Reader reader(bytes, user_name);
    const Rows<FactColumns> rows = reader.section<FactColumns>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    UserFact newer;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const UserFact fact = rows[i];
        if (!is_sound(fact) || (i > 0 && newer.key() <= fact.key()))
            return fail(ErrorCode::corrupt_data,
                        "a user's state cannot be read: its facts are not ours; rebuild it from the log");
        newer = fact;
    }
    return rows;
}

std::string encode_user(const std::vector<UserFact>& facts) {
    Writer writer(user_name);
    writer.section<FactColumns>(facts);
    return writer.finish();
}

}  // namespace vitrina::state
