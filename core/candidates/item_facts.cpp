#include "candidates/item_facts.hpp"

#include "base/error.hpp"

namespace vitrina::candidates {

std::optional<ItemFacts> item_facts(const model::Model& model) {
    const auto next = model::table_of(model, "facts.next");
    if (!next) return std::nullopt;
    const ItemFacts facts{model.section<float>("facts.people"), model.section<float>("facts.count"),
                          model.section<float>("facts.lately"), model.section<float>("facts.repeat"), *next};
    for (const std::span<const float> column : {facts.people, facts.count, facts.lately, facts.repeat})
        ensure(column.size() == model.items(), "the facts about items have a wrong shape");
    return facts;
}

}  // namespace vitrina::candidates
