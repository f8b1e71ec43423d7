#include "border/shop_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "border/configuration.hpp"
#include "border/flat_block.hpp"
#include "border/history.hpp"
#include "border/keys.hpp"
#include "border/records.hpp"
#include "state/views.hpp"

namespace vitrina::border {
namespace {

using Json = nlohmann::json;

constexpr BlockName people_name{0x31535056, 1, "block of people"};  // "VPS1"
constexpr BlockName items_name{0x31534956, 1, "block of items"};    // "VIS1"
// What a value begins with: facts stand before the visitors of their user.
constexpr char facts_tag = 1, visitor_tag = 2;
constexpr std::size_t facts_at_once = 4096;

struct StatesConfiguration {
    state::FoldLimits limits;
    TimeMs through = 0;
};

Result<StatesConfiguration> read_states_configuration(std::string_view json) {
    const Json all = Json::parse(json, nullptr, false);
    const auto refused = [](std::string_view why) {
        return fail(ErrorCode::invalid_input, fmt::format("the configuration of states {}", why));
    };
    if (!all.is_object()) return refused("is no JSON object");
    for (const auto& [name, value] : all.items())
        if (name != "through" && name != "fold") return refused(fmt::format("has an unknown key {}", name));
    const Json through = all.value("through", Json());
    if (!through.is_number_integer() || through.get<TimeMs>() <= 0)
        return refused("must say \"through\", in milliseconds since 1970");
    const Json border{{"shops", {{"any", std::string(64, '0')}}}, {"fold", all.value("fold", Json::object())}};
    const auto read = read_configuration(border.dump());
    if (!read) return std::unexpected(read.error());
    return StatesConfiguration{read->fold, through.get<TimeMs>()};
}

std::unexpected<Error> not_ours() {
    return fail(ErrorCode::corrupt_data, "these bytes are no piece of states of ours");
}

// Larger numbers are larger bytes.
std::string ordered(std::int32_t number) {
    const std::uint32_t above = static_cast<std::uint32_t>(number) + 0x80000000U;
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(above >> shift & 0xff));
    return bytes;
}

std::string block_of(const BlockName& name, std::string rows) {
    return BlockWriter(name).array(std::span<const char>(rows)).finish();
}

using Parts = std::vector<std::optional<std::string_view>>;

// Exactly so many parts, all of them there.
Result<Parts> parts_of(std::string_view value, std::size_t count) {
    auto parts = unpack(value);
    if (!parts) return parts;
    if (parts->size() != count || std::ranges::any_of(*parts, [](const auto& part) { return !part; }))
        return not_ours();
    return parts;
}

}  // namespace

Result<StateFold> StateFold::open(std::string_view configuration) {
    const auto read = read_states_configuration(configuration);
    if (!read) return std::unexpected(read.error());
    return StateFold(read->limits, read->through);
}

Result<std::vector<Keyed>> StateFold::add(std::string_view bytes) {
    const auto record = decode_history_record(bytes);
    if (!record) return std::unexpected(record.error());
    const event::Event& event = record->event;
    if (event.visitor_id != visitor_) {
        settle();
        visitor_ = event.visitor_id;
    } else if (std::tie(event.time, event.event_id) < std::tie(time_, event_id_)) {
        return fail(ErrorCode::corrupt_data, "the records of a visitor come out of order");
    }
    time_ = event.time;
    event_id_ = event.event_id;
    if (event.time < through_)
        if (auto folded = fold(event); !folded) return std::unexpected(folded.error());
    return std::exchange(pieces_, {});
}

std::vector<Keyed> StateFold::finish() {
    settle();
    return std::exchange(pieces_, {});
}

Result<void> StateFold::fold(const event::Event& event) {
    if (!event.user_id.empty()) user_ids_[hasher_(event.user_id)] = event.user_id;
    auto step = state::visitor_step(std::move(state_), event, hasher_, limits_);
    if (!step) return std::unexpected(step.error());
    state_ = std::move(step->state);
    std::map<PersonKey, std::vector<state::Fact>> by_user;
    for (const state::Fact& fact : step->facts) by_user[fact.user].push_back(fact);
    for (const auto& [user, facts] : by_user) {
        Packing value;
        value.add(user_ids_[user]);
        value.add(encode_facts(facts));
        pieces_.push_back({person_key("user", user), facts_tag + value.finish()});
    }
    for (const state::ItemDelta& delta : step->deltas)
        pieces_.push_back({item_key("item", delta.item), ordered(delta.hour) + encode_delta(delta)});
    return {};
}

void StateFold::settle() {
    const auto view = state::VisitorView::open(state_.hot, state_.cold);
    ensure(view.has_value(), "a state that was folded here must open");
    if (!visitor_.empty() && view->known()) {
        const PersonKey user = view->user();
        Packing value;
        value.add(user ? user_ids_[user] : std::string());
        value.add(visitor_);
        value.add(state_.hot);
        value.add(state_.cold);
        pieces_.push_back(
            {user ? person_key("user", user) : person_key("visitor", hasher_(visitor_)), visitor_tag + value.finish()});
    }
    state_ = {};
    user_ids_.clear();
    visitor_.clear();
}

Result<StateMerge> StateMerge::open(std::string_view configuration) {
    const auto read = read_states_configuration(configuration);
    if (!read) return std::unexpected(read.error());
    return StateMerge(read->limits);
}

Result<void> StateMerge::add(std::string_view key, std::string_view value) {
    if (key < key_ || (key == key_ && value < last_value_))
        return fail(ErrorCode::corrupt_data, "pieces of states come out of order");
    if (key != key_) {
        if (auto settled = settle(); !settled) return settled;
        key_ = key;
    }
    last_value_ = value;
    const auto read = read_key(key);
    if (!read || value.empty()) return not_ours();
    if (read->shop != "item") return value.front() == facts_tag ? add_facts(value) : add_visitor(value);
    if (value.size() < sizeof(std::int32_t)) return not_ours();
    auto delta = decode_delta(value.substr(sizeof(std::int32_t)));
    if (!delta) return std::unexpected(delta.error());
    deltas_.push_back(std::move(*delta));
    if (deltas_.size() == facts_at_once) {
        auto next = state::item_step(state_, deltas_, limits_);
        if (!next) return std::unexpected(next.error());
        state_ = std::move(*next);
        deltas_.clear();
    }
    return {};
}

Result<void> StateMerge::add_facts(std::string_view value) {
    const auto parts = parts_of(value.substr(1), 2);
    const auto key = read_key(key_);
    if (!parts || !key) return not_ours();
    const auto user = person_of(*key);
    if (!user) return std::unexpected(user.error());
    const auto facts = decode_facts(*parts->back(), *user);
    if (!facts) return std::unexpected(facts.error());
    facts_.insert(facts_.end(), facts->begin(), facts->end());
    user_id_ = *parts->front();
    known_user_ = true;
    return facts_.size() < facts_at_once ? Result<void>() : settle_facts();
}

Result<void> StateMerge::settle_facts() {
    auto next = state::user_step(state_, facts_, limits_);
    if (!next) return std::unexpected(next.error());
    state_ = std::move(*next);
    facts_.clear();
    return {};
}

Result<void> StateMerge::add_visitor(std::string_view value) {
    const auto parts = parts_of(value.substr(1), 4);
    if (value.front() != visitor_tag || !parts) return not_ours();
    const Parts& p = *parts;
    if (!p[0]->empty()) {
        user_id_ = *p[0];
        known_user_ = true;
    }
    visitors_.push_back({std::string(*p[1]), std::string(*p[2]), std::string(*p[3])});
    return {};
}

Result<void> StateMerge::settle() {
    if (!key_.empty() && key_.starts_with("item/")) {
        if (!deltas_.empty()) {
            auto next = state::item_step(state_, deltas_, limits_);
            if (!next) return std::unexpected(next.error());
            state_ = std::move(*next);
        }
        settle_item();
    } else if (!key_.empty()) {
        if (auto settled = facts_.empty() ? Result<void>() : settle_facts(); !settled) return settled;
        settle_person();
    }
    state_.clear();
    user_id_.clear();
    known_user_ = false;
    visitors_.clear();
    facts_.clear();
    deltas_.clear();
    return {};
}

void StateMerge::settle_person() {
    Rows& rows = people_rows_;
    known_user_ ? rows.packing.add(user_id_) : rows.packing.add_nothing();
    rows.packing.add(state_);
    rows.packing.add_number(static_cast<std::uint32_t>(visitors_.size()));
    rows.bytes += state_.size();
    for (const Visitor& visitor : visitors_) {
        for (const std::string* part : {&visitor.visitor_id, &visitor.hot, &visitor.cold}) {
            rows.packing.add(*part);
            rows.bytes += part->size();
        }
    }
    if (rows.bytes >= block_bytes) people_.push_back(block_of(people_name, std::exchange(rows, {}).packing.finish()));
}

void StateMerge::settle_item() {
    Rows& rows = item_rows_;
    rows.packing.add(std::string_view(key_).substr(5));
    rows.packing.add(state_);
    rows.bytes += state_.size();
    if (rows.bytes >= block_bytes) items_.push_back(block_of(items_name, std::exchange(rows, {}).packing.finish()));
}

Result<void> StateMerge::finish() {
    if (auto settled = settle(); !settled) return settled;
    key_.clear();
    if (std::string rows = std::exchange(people_rows_, {}).packing.finish(); !rows.empty())
        people_.push_back(block_of(people_name, std::move(rows)));
    if (std::string rows = std::exchange(item_rows_, {}).packing.finish(); !rows.empty())
        items_.push_back(block_of(items_name, std::move(rows)));
    return {};
}

Result<std::string> read_block_rows(std::string_view block, bool of_people) {
    BlockReader reader(block, of_people ? people_name : items_name);
    const std::vector<char> rows = reader.array<char>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    return std::string(rows.begin(), rows.end());
}

Result<std::vector<PersonRow>> people_rows(std::string_view bytes) {
    const auto parts = unpack(bytes);
    if (!parts) return std::unexpected(parts.error());
    std::vector<PersonRow> rows;
    for (std::size_t at = 0; at < parts->size();) {
        if (parts->size() - at < 3 || !(*parts)[at + 1] || !(*parts)[at + 2] || (*parts)[at + 2]->size() != 4)
            return not_ours();
        PersonRow row{(*parts)[at].value_or(""), *(*parts)[at + 1], {}};
        std::uint32_t visitors = 0;
        std::memcpy(&visitors, (*parts)[at + 2]->data(), sizeof visitors);
        at += 3;
        if ((parts->size() - at) / 3 < visitors) return not_ours();
        for (; visitors > 0; --visitors, at += 3)
            row.visitors.push_back(
                {(*parts)[at].value_or(""), (*parts)[at + 1].value_or(""), (*parts)[at + 2].value_or("")});
        rows.push_back(std::move(row));
    }
    return rows;
}

Result<std::vector<ItemRow>> item_rows(std::string_view bytes) {
    const auto parts = unpack(bytes);
    if (!parts) return std::unexpected(parts.error());
    if (parts->size() % 2 != 0) return not_ours();
    std::vector<ItemRow> rows;
    for (std::size_t at = 0; at < parts->size(); at += 2) {
        const auto item = item_of({"item", (*parts)[at].value_or("")});
        if (!item) return not_ours();
        rows.push_back({*item, (*parts)[at + 1].value_or("")});
    }
    return rows;
}

Result<std::string> add_packed(StateFold& fold, std::string_view records, bool last) {
    const auto parts = unpack(records);
    if (!parts) return std::unexpected(parts.error());
    Packing packing;
    const auto say = [&](const std::vector<Keyed>& pieces) {
        for (const Keyed& piece : pieces) {
            packing.add(piece.key);
            packing.add(piece.value);
        }
    };
    for (const auto& record : *parts) {
        const auto pieces = fold.add(record.value_or(""));
        if (!pieces) return std::unexpected(pieces.error());
        say(*pieces);
    }
    if (last) say(fold.finish());
    return packing.finish();
}

Result<std::string> add_packed(StateMerge& merge, std::string_view pieces, bool last) {
    const auto parts = unpack(pieces);
    if (!parts) return std::unexpected(parts.error());
    if (parts->size() % 2 != 0) return not_ours();
    for (std::size_t at = 0; at < parts->size(); at += 2)
        if (auto added = merge.add((*parts)[at].value_or(""), (*parts)[at + 1].value_or("")); !added)
            return std::unexpected(added.error());
    if (last)
        if (auto finished = merge.finish(); !finished) return std::unexpected(finished.error());
    Packing packing;
    for (const std::string& block : merge.take_people()) packing.add(block);
    packing.add_nothing();
    for (const std::string& block : merge.take_items()) packing.add(block);
    return packing.finish();
}

}  // namespace vitrina::border
