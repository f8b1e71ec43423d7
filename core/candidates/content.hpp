#pragma once
// Items that say nearly the same about themselves as the context's items, or where there is no context as those of the
// person's history: Σ w_i cos(i, j), weights as in candidates/item_item.hpp. Shows items that nobody has touched yet.
//
// Model: table "content" and "content.query" (training/content.hpp).

#include <memory>

#include "candidates/source.hpp"

namespace vitrina::candidates {

std::unique_ptr<Source> make_content(std::shared_ptr<const model::Model> model);

}  // namespace vitrina::candidates
