#include "experiment/guard.hpp"

#include <algorithm>
#include <utility>

namespace vitrina::experiment {

std::optional<Breach> breach(const Trial& trial, const Analysis& analysis) {
    if (trial.guard <= 0 || analysis.ratio_alarm || analysis.arms.empty()) return std::nullopt;
    const ArmFigures& control = analysis.arms.front();
    for (const ArmComparison& comparison : analysis.comparisons) {
        const auto arm = std::ranges::find(analysis.arms, comparison.arm, &ArmFigures::name);
        const auto units = static_cast<double>(std::min(control.units, arm->units));
        if (units * control.conversion < guard_buyers_least) continue;
        const std::pair<const char*, const std::optional<Estimate>&> measures[] = {
            {"conversion", comparison.conversion_lift},
            {"revenue a unit", comparison.revenue_lift},
            {"margin a unit", comparison.margin_lift}};
        for (const auto& [what, lift] : measures)
            if (lift && lift->high < -trial.guard) return Breach{comparison.arm, what, *lift};
    }
    return std::nullopt;
}

}  // namespace vitrina::experiment
