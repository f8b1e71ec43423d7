#include "candidates/item_facts.hpp"

#include <string>

#include "base/error.hpp"

namespace vitrina::candidates {

std::optional<ItemFacts> item_facts(const model::Model& model) {
    const auto next = model::table_of(model, "facts.next");
    if (!next) return std::nullopt;
    ItemFacts facts{.next = *next};
    const std::size_t rows = model.items();
    bool whole = true;
    const auto take = [&](std::string_view name, auto& column) {
        const std::string section = "facts." + std::string(name);
        whole = whole && model.element_bytes(section) == sizeof(column[0]);
        if (!whole) return;
        column = model.section<typename std::remove_cvref_t<decltype(column)>::value_type>(section);
        ensure(column.size() == rows, "the facts about items have a wrong shape");
    };
    const std::pair<std::string_view, std::span<const float>*> columns[] = {
        {"people", &facts.people}, {"count", &facts.count},
        {"lately", &facts.lately}, {"repeat", &facts.repeat},
        {"age", &facts.age},       {"idle", &facts.idle},
        {"trend", &facts.trend},   {"category_people", &facts.category_people}};
    for (const auto& [name, column] : columns) take(name, *column);
    take("category", facts.category);
    take("brand", facts.brand);
    return whole ? std::optional(facts) : std::nullopt;
}

}  // namespace vitrina::candidates
