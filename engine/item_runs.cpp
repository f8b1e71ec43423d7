#include "engine/item_runs.hpp"

#include <fmt/core.h>

#include <random>

namespace vitrina::engine {

namespace {

constexpr std::string_view prefix = "i-";
constexpr std::size_t content_bytes = 12;
constexpr TimeMs ahead_ms = 5 * minute_ms;  // so far the clocks of two nodes may disagree

std::uint64_t random_bytes() {
    std::random_device random;
    return static_cast<std::uint64_t>(random()) << 32 | random();
}

}  // namespace

ItemRuns::ItemRuns(const ShopKey& shop_key, const ItemRunSettings& settings)
    : key_(signing_key(shop_key, "item run")), settings_(settings) {}

catalog::Run ItemRuns::begin(TimeMs now) const {
    std::string bytes;
    append_number(bytes, static_cast<std::uint64_t>(now), 6);
    append_number(bytes, random_bytes(), 6);
    return {.id = std::string(prefix) + signed_text(key_, std::move(bytes)), .begun_at = now};
}

Result<catalog::Run> ItemRuns::read(std::string_view id, TimeMs now) const {
    const auto bytes = id.starts_with(prefix) ? read_signed(key_, id.substr(prefix.size())) : std::nullopt;
    if (!bytes || bytes->size() != content_bytes)
        return fail(ErrorCode::not_found,
                    fmt::format("\"{}\" is no run of this shop; begin one, and take the id that it is given",
                                id.substr(0, 100)));
    std::string_view rest = *bytes;
    catalog::Run run{.id = std::string(id), .begun_at = static_cast<TimeMs>(take_number(rest, 6))};
    if (now - run.begun_at > settings_.open_ms)
        return fail(ErrorCode::conflict,
                    fmt::format("the run began at {}, longer ago than item_runs.open_ms; begin another and send all of "
                                "the feed again",
                                iso_time(run.begun_at)));
    if (run.begun_at - now > ahead_ms)
        return fail(ErrorCode::conflict, fmt::format("the run began at {}, and it is {} now; check the clocks, then "
                                                     "begin another and send all of the feed again",
                                                     iso_time(run.begun_at), iso_time(now)));
    return run;
}

}  // namespace vitrina::engine
