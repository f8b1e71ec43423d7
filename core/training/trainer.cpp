#include "training/trainer.hpp"

#include "training/content.hpp"
#include "training/covisit.hpp"
#include "training/ials.hpp"
#include "training/item_item.hpp"
#include "training/next_basket.hpp"
#include "training/popular.hpp"
#include "training/repeat.hpp"
#include "training/same_order.hpp"
#include "training/session_knn.hpp"

namespace vitrina::training {

Result<Trained> train(const History& history, const Recipe& recipe, const ItemText& text, Executor& executor) {
    if (history.entries() == 0)
        return fail(ErrorCode::invalid_input,
                    "there is nothing to learn from: the history has no entries; import events first");
    if (auto checked = from_settings(to_settings(recipe)); !checked) return std::unexpected(checked.error());
    model::ModelBuilder builder(history.items);
    if (recipe.item_item.on) train_item_item(history, recipe.item_item, builder, executor);
    if (recipe.covisit.on)
        for (const Relation& relation : relations) train_covisit(history, recipe.covisit, relation, builder, executor);
    if (recipe.same_order.on) train_same_order(history, recipe.same_order, builder, executor);
    if (recipe.session_knn.on) train_session_knn(history, recipe.session_knn, builder);
    if (recipe.ials.on) train_ials(history, recipe, builder, executor);
    if (recipe.next_basket.on) train_next_basket(history, recipe.next_basket, builder);
    if (recipe.content.on) train_content(recipe.content, text, builder, executor);
    if (recipe.popular.on) train_popular(history, recipe.popular, builder);
    train_repeat(history, builder);
    return Trained{builder.bytes()};
}

}  // namespace vitrina::training
