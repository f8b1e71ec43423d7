#include "engine/digest.hpp"

#include <fmt/core.h>

namespace vitrina::engine {

namespace {

// Order counts: each state is hashed together with all before it.
class Digest {
public:
    void add(std::string_view key, std::string_view state) {
        first_ = text_hash(state, text_hash(key, first_));
        second_ = text_hash(state, text_hash(key, second_ ^ 0x9e3779b97f4a7c15ull));
        ++states_;
    }
    std::string text() const { return fmt::format("{:016x}{:016x} of {} states", first_, second_, states_); }

private:
    std::uint64_t first_ = 0, second_ = 1, states_ = 0;
};

}  // namespace

Result<std::string> stored_digest(const Database& database) {
    Digest digest;
    for (const Family family : {Family::visitors_hot, Family::visitors_cold, Family::users, Family::items,
                                Family::shoppers, Family::item_success}) {
        const auto stored = database.scan(family);
        for (stored->SeekToFirst(); stored->Valid(); stored->Next()) {
            const auto state = stored_state({stored->value().data(), stored->value().size()});
            if (!state) return std::unexpected(state.error());
            const bool empty_cold = family == Family::visitors_cold && state->empty();
            if (!empty_cold) digest.add({stored->key().data(), stored->key().size()}, *state);
        }
        if (!stored->status().ok()) return std::unexpected(to_error(stored->status(), "cannot read the states"));
    }
    const auto stored = database.scan(Family::outcomes);
    for (stored->SeekToFirst(); stored->Valid(); stored->Next())
        digest.add({stored->key().data(), stored->key().size()}, {stored->value().data(), stored->value().size()});
    if (!stored->status().ok()) return std::unexpected(to_error(stored->status(), "cannot read the outcomes"));
    return digest.text();
}

std::string memory_digest(const StateCaches& caches, const Outcomes& outcomes) {
    Digest digest;
    const auto add = [&](std::string_view key, std::string_view state) { digest.add(key, state); };
    caches.visitors.each_in_memory(add);
    caches.users.each_in_memory(add);
    caches.items.each_in_memory(add);
    caches.shoppers.each_in_memory(add);
    caches.successes.each_in_memory(add);
    for (const auto& [key, outcome] : outcomes)
        if (outcome) digest.add(key, *outcome);
    return digest.text();
}

}  // namespace vitrina::engine
