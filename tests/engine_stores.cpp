#include "tests/engine_stores.hpp"

namespace vitrina::tests {
namespace {

using engine::Family;

constexpr std::size_t budget = 1ULL << 40;

// First come all hot states by rising key, then all cold ones.
void collect(const engine::StateCache& cache, const char* hot, const char* cold, Stores& stores) {
    bool second = false;
    std::string last;
    auto& first_store = stores[hot];
    auto& second_store = stores[cold];
    cache.each_in_memory([&](std::string_view key, std::string_view state) {
        second = second || key <= last;
        last = key;
        if (!state.empty()) (second ? second_store : first_store)[border::text_key(fold_shop, key)] = state;
    });
}

// The engine keeps visitors and users side by side.
void collect_shoppers(const engine::StateCache& cache, const PersonHasher& hasher, const std::set<std::string>& users,
                      Stores& stores) {
    std::map<std::string, std::string> user_of;  // by the key in the cache
    for (const std::string& id : users) {
        const PersonKey user = hasher(id);
        user_of[border::person_key(fold_shop, engine::shopper_key(user))] = border::person_key(fold_shop, user);
    }
    auto& of_users = stores["user-shoppers"];
    auto& of_visitors = stores["visitor-shoppers"];
    cache.each_in_memory([&](std::string_view bytes, std::string_view state) {
        if (state.empty()) return;
        const std::string key = border::text_key(fold_shop, bytes);
        const auto user = user_of.find(key);
        (user == user_of.end() ? of_visitors[key] : of_users[user->second]) = state;
    });
}

}  // namespace

EngineFolds::EngineFolds(const border::Configuration& configuration)
    : hasher_(configuration.shops.at(fold_shop)),
      caches_{{nullptr, {Family::visitors_hot, Family::visitors_cold, 16}, budget},
              {nullptr, {Family::users, Family::users, 16}, budget},
              {nullptr, {Family::items, Family::items, 8}, budget},
              {nullptr, {Family::shoppers, Family::shoppers, 16}, budget},
              {nullptr, {Family::item_success, Family::item_success, 8}, budget}},
      folding_(caches_, hasher_, configuration.fold, executor_) {
    folding_.attribute({configuration.feedback, feedback::TokenSigner(configuration.shops.at(fold_shop))});
}

state::Verdict EngineFolds::fold(const event::Event& event) {
    if (!event.user_id.empty()) users_.insert(event.user_id);
    const event::Event* const one[] = {&event};
    const auto verdicts = folding_.fold(one, ++position_);
    ensure(verdicts.has_value(), "a cache in memory refused a state");
    return verdicts->front();
}

Stores EngineFolds::stores() {
    Stores stores;
    collect(caches_.visitors, "visitors-hot", "visitors-cold", stores);
    collect(caches_.users, "users", "users", stores);
    collect(caches_.items, "items", "items", stores);
    collect(caches_.successes, "item-success", "item-success", stores);
    collect_shoppers(caches_.shoppers, hasher_, users_, stores);
    auto& outcomes = stores["outcomes"];
    for (const auto& [line, outcome] : folding_.take_outcomes())
        if (outcome) outcomes[border::text_key(fold_shop, line)] = *outcome;
    return stores;
}

}  // namespace vitrina::tests
