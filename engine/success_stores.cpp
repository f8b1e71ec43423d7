#include "engine/success_stores.hpp"

#include <string_view>
#include <utility>

#include "engine/position.hpp"
#include "engine/state_cache.hpp"

namespace vitrina::engine {

Result<void> each_stored_outcome(const Database& database, const std::function<void(const feedback::Outcome&)>& visit) {
    const auto stored = database.scan(Family::outcomes);
    std::string last;
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        const std::string_view line = feedback::line_of({stored->key().data(), stored->key().size()});
        if (std::exchange(last, line) == line) continue;  // another claim that does not count
        const auto outcome = feedback::decode_outcome({stored->value().data(), stored->value().size()});
        if (!outcome) return std::unexpected(outcome.error());
        visit(*outcome);
    }
    return stored->status().ok() ? Result<void>{}
                                 : std::unexpected(to_error(stored->status(), "cannot read the outcomes"));
}

Result<void> each_stored_success(const Database& database,
                                 const std::function<void(ItemKey, const std::string&)>& visit) {
    const auto stored = database.scan(Family::item_success);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
        const auto state = stored_state({stored->value().data(), stored->value().size()});
        if (!state) return std::unexpected(state.error());
        visit(static_cast<ItemKey>(big_endian_at({stored->key().data(), stored->key().size()})), std::string(*state));
    }
    return stored->status().ok() ? Result<void>{}
                                 : std::unexpected(to_error(stored->status(), "cannot read the counts of success"));
}

}  // namespace vitrina::engine
