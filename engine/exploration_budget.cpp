#include "engine/exploration_budget.hpp"

namespace vitrina::engine {

bool explores(std::string_view recommendation_id, double share) {
    constexpr std::uint64_t seed = 0x6578'706c'6f72'6573;
    return text_unit(recommendation_id, seed) < share;
}

bool ExplorationBudget::take(const PersonKey& visitor, TimeMs now) {
    if (!visitor) return false;
    const std::lock_guard lock(mutex_);
    if (const std::int64_t day = now / day_ms; day > day_) {
        day_ = day;
        taken_ = 0;
        by_visitor_.clear();
    }
    if (taken_ >= settings_.answers_a_day || settings_.answers_a_visitor == 0) return false;
    std::size_t& of_visitor = by_visitor_[visitor];
    if (of_visitor >= settings_.answers_a_visitor) return false;
    ++of_visitor;
    ++taken_;
    return true;
}

void ExplorationBudget::give_back(const PersonKey& visitor) {
    const std::lock_guard lock(mutex_);
    const auto found = by_visitor_.find(visitor);
    if (found == by_visitor_.end()) return;  // a new day has begun
    if (--found->second == 0) by_visitor_.erase(found);
    --taken_;
}

}  // namespace vitrina::engine
