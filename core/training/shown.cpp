#include "training/shown.hpp"

#include "candidates/shown.hpp"

namespace vitrina::training {

void add_shown(model::ModelBuilder& builder, const LearnedShown& learned) {
    builder.add(candidates::shown_rates_name(learned.placement), learned.rates);
    for (const LearnedGoal& goal : learned.goals) {
        const std::string name = candidates::shown_name(goal.goal, learned.placement);
        model::add_forest(builder, name, goal.forest);
        builder.add(name + ".logit", std::vector<double>{goal.slope, goal.offset});
    }
}

}  // namespace vitrina::training
