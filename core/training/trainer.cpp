#include "training/trainer.hpp"

#include "training/item_item.hpp"

namespace vitrina::training {

Result<Trained> train(const History& history, const Recipe& recipe, const ItemText& text, Executor& executor) {
    if (history.entries() == 0)
        return fail(ErrorCode::invalid_input,
                    "there is nothing to learn from: the history has no entries; import events first");
    static_cast<void>(text);
    model::ModelBuilder builder(history.items);
    if (recipe.item_item.on) train_item_item(history, recipe.item_item, builder, executor);
    return Trained{builder.bytes()};
}

}  // namespace vitrina::training
