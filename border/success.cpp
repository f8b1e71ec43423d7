// What the border does for success: feedback/shopper.hpp, feedback/success.hpp, as bytes.

#include <fmt/format.h>

#include <map>
#include <utility>

#include "border/border.hpp"
#include "border/packing.hpp"

namespace vitrina::border {
namespace {

// A shopper is a record of its changelog and of no use to a node, so its limits alone must keep it below what a broker takes.
constexpr std::size_t shopper_bytes_max = 900'000;

std::vector<Keyed> by_item(std::string_view shop, const std::vector<feedback::SuccessDelta>& deltas) {
    std::map<ItemKey, std::vector<feedback::SuccessDelta>> items;
    for (const feedback::SuccessDelta& delta : deltas) items[delta.item].push_back(delta);
    std::vector<Keyed> records;
    for (const auto& [item, of_item] : items) records.push_back({item_key(shop, item), feedback::encode(of_item)});
    return records;
}

Result<SuccessFold> followed(std::string_view shop, feedback::ShopperStep step) {
    if (step.state.size() > shopper_bytes_max)
        return fail(
            ErrorCode::exhausted,
            fmt::format("what is open with a shopper would take {} bytes; at most {} are kept: lower feedback.lines",
                        step.state.size(), shopper_bytes_max));
    SuccessFold fold;
    if (step.changed) fold.state = std::move(step.state);
    for (const feedback::Change& change : step.changes)
        fold.outcomes.emplace_back(text_key(shop, feedback::outcome_key(change)),
                                   change.outcome ? std::optional(feedback::encode(*change.outcome)) : std::nullopt);
    fold.deltas = by_item(shop, step.deltas);
    return fold;
}

}  // namespace

Result<SuccessFold> Border::fold_success(std::string_view key, std::string_view shopper, std::string_view event,
                                         TimeMs appended_at) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto settled = settled_event(*read, event, appended_at);
    if (!settled) return std::unexpected(settled.error());
    const feedback::Attribution& attribution = attributions_.find(read->shop)->second;
    auto step = feedback::visitor_step(shopper, *settled, attribution.records_of(*settled),
                                       hashers_.find(read->shop)->second, attribution.settings);
    if (!step) return std::unexpected(std::move(step.error()));
    const feedback::UserRecords& records = step->for_user;
    auto fold = followed(read->shop, std::move(step->step));
    if (fold && !records.empty())
        fold->records.push_back({person_key(read->shop, records.user), feedback::encode(records)});
    return fold;
}

Result<SuccessFold> Border::fold_shopper_records(std::string_view key, std::string_view shopper,
                                                 std::string_view records) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto user = person_of(*read);
    if (!user) return std::unexpected(user.error());
    auto decoded = feedback::decode_user_records(records, *user);
    if (!decoded) return std::unexpected(std::move(decoded.error()));
    auto step = feedback::user_step(shopper, std::move(*decoded), configuration_.feedback);
    if (!step) return std::unexpected(std::move(step.error()));
    return followed(read->shop, std::move(*step));
}

Result<std::string> Border::fold_success_deltas(std::string_view key, std::string_view state,
                                                std::string_view deltas) const {
    const auto read = key_of_shop(key);
    if (!read) return std::unexpected(read.error());
    const auto item = item_of(*read);
    if (!item) return std::unexpected(item.error());
    const auto decoded = feedback::decode_success_deltas(deltas, *item);
    if (!decoded) return std::unexpected(decoded.error());
    return feedback::success_step(state, *decoded);
}

std::string pack(const SuccessFold& fold) {
    Packing packing;
    fold.state ? packing.add(*fold.state) : packing.add_nothing();
    packing.add_number(static_cast<std::uint32_t>(fold.records.size()));
    for (const Keyed& record : fold.records) {
        packing.add(record.key);
        packing.add(record.value);
    }
    packing.add_number(static_cast<std::uint32_t>(fold.outcomes.size()));
    for (const auto& [key, outcome] : fold.outcomes) {
        packing.add(key);
        outcome ? packing.add(*outcome) : packing.add_nothing();
    }
    for (const Keyed& delta : fold.deltas) {
        packing.add(delta.key);
        packing.add(delta.value);
    }
    return packing.finish();
}

}  // namespace vitrina::border
