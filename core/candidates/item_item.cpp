#include "candidates/item_item.hpp"

#include "candidates/neighbour_source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_item_item(std::shared_ptr<const model::Model> model) {
    return make_neighbour_source("item_item", std::move(model));
}

}  // namespace vitrina::candidates
