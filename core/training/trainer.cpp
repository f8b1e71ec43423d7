#include "training/trainer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/matrix.hpp"
#include "training/content.hpp"
#include "training/item_facts.hpp"
#include "training/item_item.hpp"
#include "training/kinds_together.hpp"
#include "training/next_basket.hpp"
#include "training/popular.hpp"
#include "training/repeat.hpp"
#include "training/same_order.hpp"
#include "training/session_knn.hpp"
#include "training/text_factors.hpp"

namespace vitrina::training {

namespace {

// An upper bound in bytes of what the largest arrays of training and of the finished file need together.
double memory_bound(const History& history, const Recipe& recipe) {
    const auto items = static_cast<double>(history.items.size()), people = static_cast<double>(history.people());
    const auto entries = static_cast<double>(history.entries());
    double pairs = 0;  // of items that one person touched
    for (std::size_t p = 0; p < history.people(); ++p) {
        const auto touched = static_cast<double>(history.offsets[p + 1] - history.offsets[p]);
        pairs += touched * std::min<double>(touched, recipe.item_item.items_a_person);
    }
    constexpr double copies = 3;  // as blocks, as an array, in the file
    const auto table = [&](double neighbours, double updates) {
        return copies * 8 * std::min(items * neighbours, updates);
    };
    double bytes = 200 * entries + 100 * items;
    if (recipe.item_item.on) bytes += table(recipe.item_item.neighbours, pairs);
    if (recipe.covisit.on)
        bytes += static_cast<double>(std::size(relations)) *
                 table(recipe.covisit.neighbours, 2 * entries * recipe.covisit.distance);
    if (recipe.content.on) bytes += table(recipe.content.neighbours, items * items);
    if (recipe.ranker.on)
        bytes += table(100, 2 * entries * 3);  // what follows what; its questions: evaluation/stacking.hpp
    if (recipe.ials.on) bytes += 2 * 4 * (2 * items + people) * static_cast<double>(padded(recipe.ials.dimensions));
    return bytes;
}

Result<void> check_memory(const History& history, const Recipe& recipe) {
    const double needed_mb = memory_bound(history, recipe) / (1 << 20);
    if (needed_mb <= static_cast<double>(recipe.memory_mb)) return {};
    return fail(ErrorCode::exhausted,
                fmt::format("training on {} items, {} people and {} entries may need {:.0f} MB, and memory_mb is {}; "
                            "lower the numbers of "
                            "neighbours or dimensions, or raise memory_mb",
                            history.items.size(), history.people(), history.entries(), needed_mb, recipe.memory_mb));
}

void train_relations(const History& history, const CovisitRecipe& recipe,
                     std::span<const std::vector<model::SparseBlock>> prepared, model::ModelBuilder& builder,
                     Executor& executor) {
    for (std::size_t r = 0; r < std::size(relations); ++r) {
        if (prepared.empty())
            train_covisit(history, recipe, relations[r], builder, executor);
        else
            add_covisit(prepared[r], recipe, relations[r], builder);
    }
}

struct Output {
    model::ModelBuilder& builder;
    Executor& executor;
};

// Factors of what people touched, and from them those of words.
void train_factors(const History& history, const Recipe& recipe, const ItemText& text, const FinishedIals* finished,
                   const Output& output) {
    Matrix trained;
    if (finished != nullptr)
        add_ials(*finished, recipe.ials, output.builder);
    else
        trained = train_ials(history, recipe, output.builder, output.executor);
    if (!recipe.text_factors.on || !text) return;
    const Matrix& factors = finished != nullptr ? finished->items : trained;
    train_text_factors({factors, people_of_items(history, recipe.ials)}, recipe, text, output.builder, output.executor);
}

}  // namespace

Result<Trained> train(const History& history, const Recipe& recipe, const ItemText& text, Executor& executor,
                      const Prepared& prepared) {
    if (history.entries() == 0)
        return fail(ErrorCode::invalid_input,
                    "there is nothing to learn from: the history has no entries; import events first");
    if (auto checked = from_settings(to_settings(recipe)); !checked) return std::unexpected(checked.error());
    if (auto fits = check_memory(history, recipe); !fits) return std::unexpected(fits.error());
    model::ModelBuilder builder(history.items);
    if (recipe.item_item.on) train_item_item(history, recipe.item_item, builder, executor);
    if (recipe.covisit.on) train_relations(history, recipe.covisit, prepared.covisit, builder, executor);
    if (recipe.same_order.on) train_same_order(history, recipe.same_order, builder, executor);
    if (recipe.kinds_together.on) train_kinds_together(history, recipe.kinds_together, text, builder);
    if (recipe.session_knn.on) train_session_knn(history, recipe.session_knn, builder);
    if (recipe.ials.on) train_factors(history, recipe, text, prepared.ials, {builder, executor});
    if (recipe.next_basket.on) train_next_basket(history, recipe.next_basket, builder);
    if (recipe.content.on) train_content(recipe.content, text, builder, executor);
    if (recipe.popular.on) train_popular(history, recipe.popular, builder);
    train_repeat(history, builder);
    if (prepared.item_facts || !prepared.rankers.empty()) train_item_facts(history, builder, executor);
    for (const LearnedRanker& ranker : prepared.rankers) model::add_forest(builder, ranker.name, *ranker.forest);
    if (prepared.taking != nullptr) add_taking(builder, *prepared.taking);
    for (const LearnedShown& learned : prepared.shown) add_shown(builder, learned);
    return Trained{builder.bytes()};
}

}  // namespace vitrina::training
