#include "feedback/shopper_layout.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "feedback/shopper.hpp"
#include "proto/feedback.pb.h"

namespace vitrina::feedback {
namespace {

Touch read(proto::ShopperTouch& wire) {
    return {std::move(*wire.mutable_recommendation_id()),
            std::move(*wire.mutable_item_id()),
            std::move(*wire.mutable_group_id()),
            static_cast<Stage>(wire.stage()),
            wire.time_ms(),
            wire.placement_hash(),
            wire.variant_hash(),
            wire.position(),
            wire.answered_ms()};
}

OrderLine read(proto::ShopperLine& wire) {
    OrderLine line;
    line.transaction_id = std::move(*wire.mutable_transaction_id());
    line.line = wire.line();
    line.chunks = wire.chunks();
    line.event_id = std::move(*wire.mutable_event_id());
    line.item_id = std::move(*wire.mutable_item_id());
    line.group_id = std::move(*wire.mutable_group_id());
    line.time = wire.time_ms();
    line.quantity = wire.quantity();
    line.money = wire.money_micros();
    line.currency = std::move(*wire.mutable_currency());
    line.trusted = wire.trusted();
    line.visitor_id = std::move(*wire.mutable_visitor_id());
    line.user_id = std::move(*wire.mutable_user_id());
    return line;
}

Refund read(proto::ShopperRefund& wire) {
    return {std::move(*wire.mutable_event_id()),
            std::move(*wire.mutable_transaction_id()),
            wire.number(),
            std::move(*wire.mutable_item_id()),
            wire.quantity(),
            wire.time_ms()};
}

void write(const Touch& touch, proto::ShopperTouch& wire) {
    wire.set_recommendation_id(touch.recommendation_id);
    wire.set_item_id(touch.item_id);
    wire.set_group_id(touch.group_id);
    wire.set_stage(static_cast<std::uint32_t>(touch.stage));
    wire.set_time_ms(touch.time);
    wire.set_placement_hash(touch.placement);
    wire.set_variant_hash(touch.variant);
    wire.set_position(touch.position);
    wire.set_answered_ms(touch.answered);
}

void write(const OrderLine& line, proto::ShopperLine& wire) {
    wire.set_transaction_id(line.transaction_id);
    wire.set_line(line.line);
    wire.set_chunks(line.chunks);
    wire.set_event_id(line.event_id);
    wire.set_item_id(line.item_id);
    wire.set_group_id(line.group_id);
    wire.set_time_ms(line.time);
    wire.set_quantity(line.quantity);
    wire.set_money_micros(line.money);
    wire.set_currency(line.currency);
    wire.set_trusted(line.trusted);
    wire.set_visitor_id(line.visitor_id);
    wire.set_user_id(line.user_id);
}

void write(const Refund& refund, proto::ShopperRefund& wire) {
    wire.set_event_id(refund.event_id);
    wire.set_transaction_id(refund.transaction_id);
    wire.set_number(refund.number);
    wire.set_item_id(refund.item_id);
    wire.set_quantity(refund.quantity);
    wire.set_time_ms(refund.time);
}

bool parsed(std::string_view bytes, google::protobuf::MessageLite& wire) {
    return wire.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

// What validation lets through lies far within; sums and differences of such numbers cannot overflow.
bool is_possible(std::int64_t number) { return number > -(1LL << 52) && number < 1LL << 52; }

bool is_possible(const Shopper& shopper) {
    const auto& [touches, lines, refunds] = shopper.records;
    return is_possible(shopper.binding.since) && is_possible(shopper.binding.until) &&
           std::ranges::all_of(
               touches, [](const Touch& touch) { return is_possible(touch.time) && is_possible(touch.answered); }) &&
           std::ranges::all_of(
               lines, [](const OrderLine& line) { return is_possible(line.time) && is_possible(line.quantity); }) &&
           std::ranges::all_of(
               refunds, [](const Refund& refund) { return is_possible(refund.time) && is_possible(refund.quantity); });
}

Result<Shopper> read(proto::Shopper& wire) {
    Shopper shopper;
    for (auto& touch : *wire.mutable_touches()) shopper.records.touches.push_back(read(touch));
    for (auto& line : *wire.mutable_lines()) shopper.records.lines.push_back(read(line));
    for (auto& refund : *wire.mutable_refunds()) shopper.records.refunds.push_back(read(refund));
    shopper.binding = {{wire.user_high(), wire.user_low()}, wire.since_ms(), wire.until_ms()};
    if (!is_possible(shopper))
        return fail(ErrorCode::corrupt_data, "a shopper holds a time or quantity that cannot be");
    return shopper;
}

void write(const Records& records, proto::Shopper& wire) {
    for (const Touch& touch : records.touches) write(touch, *wire.add_touches());
    for (const OrderLine& line : records.lines) write(line, *wire.add_lines());
    for (const Refund& refund : records.refunds) write(refund, *wire.add_refunds());
}

}  // namespace

Result<Shopper> decode_shopper(std::string_view bytes) {
    proto::Shopper wire;
    if (!parsed(bytes, wire)) return fail(ErrorCode::corrupt_data, "a shopper's open records cannot be read");
    return read(wire);
}

std::string encode(const Shopper& shopper) {
    proto::Shopper wire;
    write(shopper.records, wire);
    wire.set_user_high(shopper.binding.user.high);
    wire.set_user_low(shopper.binding.user.low);
    wire.set_since_ms(shopper.binding.since);
    wire.set_until_ms(shopper.binding.until);
    return wire.SerializeAsString();
}

std::string encode(const UserRecords& records) {
    proto::ShopperRecords wire;
    if (!records.travelled.empty()) write(records.travelled, *wire.mutable_travelled());
    if (!records.records.empty()) write(records.records, *wire.mutable_records());
    return wire.SerializeAsString();
}

Result<UserRecords> decode_user_records(std::string_view bytes, PersonKey user) {
    proto::ShopperRecords wire;
    if (!parsed(bytes, wire)) return fail(ErrorCode::corrupt_data, "records of a shopper cannot be read");
    auto travelled = read(*wire.mutable_travelled());
    auto records = read(*wire.mutable_records());
    if (!travelled || !records) return std::unexpected((travelled ? records : travelled).error());
    return UserRecords{user, std::move(travelled->records), std::move(records->records)};
}

Result<Records> open_records(std::string_view state) {
    auto shopper = decode_shopper(state);
    if (!shopper) return std::unexpected(shopper.error());
    return std::move(shopper->records);
}

std::string encode(const Outcome& outcome) {
    proto::Outcome wire;
    wire.set_transaction_id(outcome.transaction_id);
    wire.set_line(outcome.line);
    wire.set_item_id(outcome.item_id);
    wire.set_recommendation_id(outcome.recommendation_id);
    wire.set_credit(static_cast<std::uint32_t>(outcome.credit));
    wire.set_quantity(outcome.quantity);
    wire.set_money_micros(outcome.money);
    wire.set_currency(outcome.currency);
    wire.set_time_ms(outcome.time);
    wire.set_touched_ms(outcome.touched);
    wire.set_placement_hash(outcome.placement);
    wire.set_variant_hash(outcome.variant);
    wire.set_position(outcome.position);
    wire.set_answered_ms(outcome.answered);
    wire.set_rules(outcome.rules);
    wire.set_visitor_id(outcome.visitor_id);
    wire.set_user_id(outcome.user_id);
    return wire.SerializeAsString();
}

Result<Outcome> decode_outcome(std::string_view bytes) {
    proto::Outcome wire;
    if (!parsed(bytes, wire)) return fail(ErrorCode::corrupt_data, "an outcome cannot be read");
    Outcome outcome;
    outcome.transaction_id = wire.transaction_id();
    outcome.line = wire.line();
    outcome.item_id = wire.item_id();
    outcome.recommendation_id = wire.recommendation_id();
    outcome.credit = static_cast<Credit>(wire.credit());
    outcome.quantity = wire.quantity();
    outcome.money = wire.money_micros();
    outcome.currency = wire.currency();
    outcome.time = wire.time_ms();
    outcome.touched = wire.touched_ms();
    outcome.placement = wire.placement_hash();
    outcome.variant = wire.variant_hash();
    outcome.position = wire.position();
    outcome.answered = wire.answered_ms();
    outcome.rules = wire.rules();
    outcome.visitor_id = wire.visitor_id();
    outcome.user_id = wire.user_id();
    return outcome;
}

}  // namespace vitrina::feedback
