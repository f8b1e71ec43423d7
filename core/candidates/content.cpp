#include "candidates/content.hpp"

#include "candidates/neighbour_source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_content(std::shared_ptr<const model::Model> model) {
    return make_neighbour_source("content", std::move(model));
}

}  // namespace vitrina::candidates
