#pragma once
// The states of a whole shop as of a moment, out of its history: the steps of the folds (state/folds.hpp) in two rounds of tasks.
//
//   StateFold   records of one visitor after the other, by time and id → pieces       a visitor in one task
//   StateMerge  pieces by key, then value → blocks of people and of items             a key in one task
//
//   piece    key    `user/` or `visitor/` and 16 bytes, `item/` and 8 bytes, as border/keys.hpp writes them: what belongs together
//            value  begins with what orders the pieces of a key; only StateMerge reads it
//   block    (border/flat_block.hpp) of rows, packed
//     people   a row: user id (nothing for somebody unknown) · state of the user · number of visitors (u32) ·
//              (visitor id · hot · cold)*         who signed in stands with the user; a visitor who never did stands alone
//     items    a row: key, 8 bytes big-endian · state
//
// The states are those of a shop to which every event came in time: of events that came later than others of their visitor the
// embedded host folds less (state::Verdict::late). No key of a shop is needed: people are told apart by a key that everybody knows,
// so these states are not those of the topics.
// Configuration: {"through": 1770000000000, "fold": {"facts": 512, …}}; events at or after `through` are left out; "fold" as
// border/configuration.hpp says, the same as of the other hosts.
// Threads: one. Errors: invalid_input for a configuration out of range; corrupt_data for bytes that are not ours or out of order.
// Cost: one visitor, or one user with his visitors, at a time; a block has at most `block_bytes`, and one row more.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "border/border.hpp"
#include "border/packing.hpp"
#include "state/folds.hpp"

namespace vitrina::border {

class StateFold {
public:
    static Result<StateFold> open(std::string_view configuration);
    // Answers what is settled: the pieces of the visitors before.
    Result<std::vector<Keyed>> add(std::string_view record);
    // The last visitor has no more records.
    std::vector<Keyed> finish();

private:
    StateFold(state::FoldLimits limits, TimeMs through) : limits_(limits), through_(through) {}
    void settle();
    Result<void> fold(const event::Event& event);

    state::FoldLimits limits_;
    TimeMs through_ = 0;
    PersonHasher hasher_{ShopKey{}};
    std::string visitor_;
    TimeMs time_ = 0;
    std::string event_id_;
    state::VisitorRecords state_;
    std::unordered_map<PersonKey, std::string> user_ids_;
    std::vector<Keyed> pieces_;
};

class StateMerge {
public:
    static constexpr std::size_t block_bytes = 4UL << 20;

    static Result<StateMerge> open(std::string_view configuration);
    Result<void> add(std::string_view key, std::string_view value);
    Result<void> finish();
    // Blocks that are full; after `finish` all. Each is answered once.
    std::vector<std::string> take_people() { return std::exchange(people_, {}); }
    std::vector<std::string> take_items() { return std::exchange(items_, {}); }

private:
    struct Visitor {
        std::string visitor_id, hot, cold;
    };
    struct Rows {
        Packing packing;
        std::size_t bytes = 0;
    };
    explicit StateMerge(state::FoldLimits limits) : limits_(limits) {}
    Result<void> settle();
    Result<void> add_facts(std::string_view value);
    Result<void> add_visitor(std::string_view value);
    Result<void> settle_facts();
    void settle_person();
    void settle_item();

    state::FoldLimits limits_;
    std::string key_, last_value_;
    std::string user_id_, state_;
    bool known_user_ = false;
    std::vector<Visitor> visitors_;
    std::vector<state::Fact> facts_;
    std::vector<state::ItemDelta> deltas_;
    Rows people_rows_, item_rows_;
    std::vector<std::string> people_, items_;
};

struct PersonRow {
    std::string_view user_id;  // empty for somebody unknown
    std::string_view user_state;
    struct Visitor {
        std::string_view visitor_id, hot, cold;
    };
    std::vector<Visitor> visitors;
};
// Rows of a block; they borrow from `bytes`, as `read_block_rows` answers them.
Result<std::string> read_block_rows(std::string_view block, bool of_people);
Result<std::vector<PersonRow>> people_rows(std::string_view bytes);
struct ItemRow {
    ItemKey item{};
    std::string_view state;
};
Result<std::vector<ItemRow>> item_rows(std::string_view bytes);

// For hosts that carry bytes: packed records in, (key, value)* out, packed.
Result<std::string> add_packed(StateFold& fold, std::string_view records, bool last);
// Packed (key, value)* in, packed blocks out: those of people, then "nothing", then those of items.
Result<std::string> add_packed(StateMerge& merge, std::string_view pieces, bool last);

}  // namespace vitrina::border
