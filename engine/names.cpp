#include "engine/names.hpp"

#include <fmt/core.h>

#include "feedback/recommendation_token.hpp"

namespace vitrina::engine {

void Names::add_placement(const std::string& name) { placements_[feedback::TokenSigner::name_hash(name)] = name; }

std::string Names::placement(std::uint32_t hash) const {
    const auto found = placements_.find(hash);
    return found != placements_.end() ? found->second : fmt::format("#{:08x}", hash);
}

Names names_of(const Configuration& configuration) {
    Names names;
    for (const auto& [name, settings] : configuration.placements) names.add_placement(name);
    return names;
}

}  // namespace vitrina::engine
