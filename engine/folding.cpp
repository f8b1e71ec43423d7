#include "engine/folding.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrina::engine {

namespace {
constexpr std::size_t figures_at_first = 9;  // an older version knew no more
}

StateCaches make_caches(const Database* database, const CacheSettings& settings) {
    const StateFamilies visitors{Family::visitors_hot, Family::visitors_cold, 16};
    const StateFamilies users{Family::users, Family::users, 16};
    const StateFamilies items{Family::items, Family::items, 8};
    const StateFamilies shoppers{Family::shoppers, Family::shoppers, 16};
    const StateFamilies successes{Family::item_success, Family::item_success, 8};
    return {.visitors = {database, visitors, settings.visitors_bytes},
            .users = {database, users, settings.users_bytes},
            .items = {database, items, settings.items_bytes},
            .shoppers = {database, shoppers, settings.shoppers_bytes},
            .successes = {database, successes, settings.successes_bytes}};
}

Configuration with_checkpoints_that_fit(Configuration configuration) {
    const CacheSettings& cache = configuration.cache;
    const std::size_t smallest = std::min(
        {cache.visitors_bytes, cache.users_bytes, cache.items_bytes, cache.shoppers_bytes, cache.successes_bytes});
    configuration.log.checkpoint_bytes = std::min(configuration.log.checkpoint_bytes, smallest / 2);
    return configuration;
}

void warm(const StateCaches& caches, const PersonHasher& hasher, const event::Event& event) {
    static_cast<void>(caches.visitors.find(hasher(event.visitor_id)));
    if (!event.user_id.empty()) static_cast<void>(caches.users.find(hasher(event.user_id)));
    for (const event::EventItem& line : event.items)
        static_cast<void>(caches.items.find(cache_key(item_key(line.item_id))));
}

Folding::Folding(StateCaches& caches, const PersonHasher& hasher, const state::FoldLimits& limits, Executor& executor,
                 std::size_t parallel_lines)
    : caches_(caches), hasher_(hasher), limits_(limits), executor_(executor), parallel_lines_(parallel_lines) {}

Result<std::vector<state::Verdict>> Folding::fold(std::span<const event::Event* const> events, Position first) {
    auto folded =
        fold_group({caches_, hasher_, limits_, executor_, parallel_lines_, attribution_ ? &*attribution_ : nullptr},
                   events, first);
    if (!folded) return std::unexpected(folded.error());
    for (std::size_t i = 0; i < figure_count; ++i) figures_[i] += folded->figures.counts[i];
    std::ranges::move(folded->late, std::back_inserter(late_));
    std::ranges::move(folded->dead_letters, std::back_inserter(dead_));
    for (const feedback::Change& change : folded->outcomes)
        outcomes_[feedback::outcome_key(change)] =
            change.outcome ? std::optional(feedback::encode(*change.outcome)) : std::nullopt;
    return std::move(folded->verdicts);
}

std::vector<Position> Folding::take_late() { return std::exchange(late_, {}); }

std::vector<DeadLetter> Folding::take_dead_letters() { return std::exchange(dead_, {}); }

Outcomes Folding::take_outcomes() { return std::exchange(outcomes_, {}); }

std::string Folding::figures_as_bytes() const {
    std::string bytes;
    for (const auto& figure : figures_) append_big_endian(bytes, figure);
    return bytes;
}

Result<void> Folding::restore_figures(std::string_view bytes) {
    if (bytes.size() % 8 != 0 || bytes.size() < figures_at_first * 8 || bytes.size() > figure_count * 8)
        return fail(ErrorCode::corrupt_data, fmt::format("a checkpoint holds {} bytes of figures", bytes.size()));
    for (std::size_t i = 0; i < bytes.size() / 8; ++i) figures_[i] = big_endian_at(bytes, 8 * i);
    return {};
}

}  // namespace vitrina::engine
