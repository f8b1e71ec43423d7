#include "training/taking.hpp"

namespace vitrina::training {

void add_taking(model::ModelBuilder& builder, const LearnedTaking& learned) {
    const TakingArrays& facts = learned.facts;
    builder.add("taken.rate", facts.rate);
    builder.add("taken.orders", facts.orders);
    builder.add("taken.looks", facts.looks);
    builder.add("taken.price", facts.price);
    builder.add("taken.level", facts.level);
    builder.add("taken.kind", facts.kind);
    builder.add("taken.brand", facts.brand);
    builder.add("taken.calibration", std::vector<double>{learned.slope, learned.offset});
    model::add_forest(builder, "taken", learned.forest);
}

}  // namespace vitrina::training
