#include "experiment/assignment.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "base/keys.hpp"

namespace vitrina::experiment {
namespace {

constexpr double share_rounding = 1e-9;

// In [0, 1), as good as random, and independent of what another salt or purpose gives.
double draw(std::string_view purpose, std::string_view salt, std::string_view unit) {
    return text_unit(unit, text_hash(salt, text_hash(purpose)));
}

Result<void> valid_arms(const Plan& plan) {
    std::set<std::string_view> names;
    double sum = 0;
    for (const Arm& arm : plan.arms) {
        if (arm.name.empty() || !names.insert(arm.name).second) {
            return fail(
                ErrorCode::invalid_input,
                fmt::format("experiment {}: each arm needs a name of its own; look at \"{}\"", plan.id, arm.name));
        }
        if (!(arm.share > 0)) {
            return fail(ErrorCode::invalid_input,
                        fmt::format("experiment {}: the share of arm {} must be above 0; it is {}", plan.id, arm.name,
                                    arm.share));
        }
        sum += arm.share;
    }
    if (names.size() < 2)
        return fail(ErrorCode::invalid_input,
                    fmt::format("experiment {}: name at least two arms; there are {}", plan.id, names.size()));
    if (!(std::abs(sum - 1) <= share_rounding)) {
        return fail(
            ErrorCode::invalid_input,
            fmt::format("experiment {}: the shares of its arms must add up to 1; they add up to {:.6g}", plan.id, sum));
    }
    return {};
}

}  // namespace

Result<void> valid(const Plan& plan) {
    if (plan.id.empty()) return fail(ErrorCode::invalid_input, "an experiment needs an id");
    if (plan.layer.empty())
        return fail(ErrorCode::invalid_input, fmt::format("experiment {}: name the layer it lives in", plan.id));
    if (!(plan.layer_from >= 0 && plan.layer_from < plan.layer_to && plan.layer_to <= 1)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("experiment {}: its part of layer {} must lie within 0 and 1; it is {} to {}", plan.id,
                                plan.layer, plan.layer_from, plan.layer_to));
    }
    if (!(plan.ramp >= 0 && plan.ramp <= 1)) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("experiment {}: ramp must lie within 0 and 1; it is {}", plan.id, plan.ramp));
    }
    return valid_arms(plan);
}

std::optional<std::size_t> arm_of(const Plan& plan, std::string_view unit) {
    const double place = draw("layer", plan.layer, unit);
    if (place < plan.layer_from || place >= plan.layer_to) return std::nullopt;
    if (draw("ramp", plan.id, unit) >= plan.ramp) return std::nullopt;
    double left = draw("arm", plan.id, unit);
    for (std::size_t arm = 0; arm + 1 < plan.arms.size(); ++arm) {
        if (left < plan.arms[arm].share) return arm;
        left -= plan.arms[arm].share;
    }
    return plan.arms.size() - 1;
}

}  // namespace vitrina::experiment
