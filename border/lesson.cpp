#include "border/lesson.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/dense.hpp"
#include "base/executor.hpp"
#include "base/version.hpp"
#include "border/flat_block.hpp"
#include "border/history.hpp"
#include "border/ials_blocks.hpp"
#include "border/neighbour_rows.hpp"
#include "catalog/codec.hpp"
#include "catalog/learning_text.hpp"
#include "evaluation/release.hpp"
#include "model/published.hpp"

namespace vitrina::border {
namespace {

constexpr BlockName history_name{0x31534856, 1, "history"};  // "VHS1"

constexpr const char* memory_advice =
    "give the task more memory: a job on Spark takes it from spark.executor.memoryOverhead (docs/cluster.md)";

struct Share {
    std::size_t begin, count;
};

Share share_of(std::size_t rows, std::size_t block) {
    ensure(block < block_count(rows), "a lesson was asked for a block that it does not have");
    return {block * block_rows, std::min(rows - block * block_rows, block_rows)};
}

bool is_whole(const training::History& history) {
    const std::size_t entries = history.entries();
    const auto as_long = [&](const auto& column) { return column.size() == entries; };
    const auto is_action = [](state::Action action) {
        return action >= state::Action::view && action <= state::Action::refund;
    };
    return !history.offsets.empty() && history.offsets.front() == 0 && history.offsets.back() == entries &&
           std::ranges::is_sorted(history.offsets) &&
           std::ranges::is_sorted(history.items, std::ranges::less_equal()) && as_long(history.time) &&
           as_long(history.action) && as_long(history.basket) && as_long(history.quantity) &&
           std::ranges::all_of(history.item, [&](std::uint32_t row) { return row < history.items.size(); }) &&
           std::ranges::all_of(history.action, is_action);
}

std::string version_name(TimeMs now, std::string_view model_bytes) {
    std::string time = iso_time(now - now % second_ms);
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    return fmt::format("{}-{:04x}", time, text_hash(model_bytes) & 0xffff);
}

}  // namespace

Lesson::Lesson(const LessonConfiguration& configuration)
    : configuration_(configuration), catalog_(std::make_unique<catalog::Catalog>()) {}

Result<Lesson> Lesson::open(std::string_view configuration) {
    auto read = read_lesson_configuration(configuration);
    if (!read) return std::unexpected(read.error());
    return Lesson(*read);
}

Result<void> Lesson::add_entry(std::string_view bytes) {
    const auto entry = catalog::decode_entry(bytes);
    if (!entry) return std::unexpected(entry.error());
    auto item = catalog::item_of(*entry);
    if (!item) return {};
    if (auto put = catalog_->put(std::move(*item)); !put) return std::unexpected(put.error());
    return {};
}

Result<void> Lesson::add_item(std::string_view bytes) {
    auto item = catalog::decode(bytes);
    if (!item) return std::unexpected(item.error());
    if (auto put = catalog_->put(std::move(*item)); !put) return std::unexpected(put.error());
    return {};
}

Result<void> Lesson::fits(std::uint64_t bytes, const char* what) const {
    const std::uint64_t mb = (bytes >> 20) + 1;
    if (configuration_.memory_mb == 0 || mb <= configuration_.memory_mb) return {};
    return fail(ErrorCode::exhausted, fmt::format("{} may take {} MB of native memory, and memory_mb is {}; {}", what,
                                                  mb, configuration_.memory_mb, memory_advice));
}

Result<void> Lesson::add_record(std::string_view bytes) {
    const auto record = decode_history_record(bytes);
    if (!record) return std::unexpected(record.error());
    if (!builder_) {
        const catalog::Catalog* const known = catalog_.get();
        builder_ = std::make_unique<training::HistoryBuilder>(
            [known](const std::string& item_id) { return catalog::learning_key(*known, item_id); });
        for (catalog::Slot slot = 0; slot < known->slots(); ++slot)
            if (known->present(slot)) builder_->add_item(known->learning_key(slot));
    }
    builder_->add(record->event);
    ++events_;
    return fits(builder_->peak_bytes(), "assembling a history of so many events");
}

Result<std::string> Lesson::assembled() {
    if (!builder_) return fail(ErrorCode::invalid_input, "there is nothing to learn from: the history has no records");
    history_ = builder_->build(configuration_.through - 1);
    builder_.reset();
    pairs_.reset();
    rows_.reset();
    return encode(*history_, events_);
}

Result<void> Lesson::take_history(std::string_view bytes) {
    if (auto fit = fits(2 * bytes.size(), "a history of so many events"); !fit) return fit;
    auto read = decode_history(bytes);
    if (!read) return std::unexpected(read.error());
    history_ = std::move(read->history);
    events_ = read->events;
    pairs_.reset();
    rows_.reset();
    return {};
}

const training::IalsPairs& Lesson::pairs() {
    if (!pairs_) pairs_ = training::ials_pairs(history(), configuration_.recipe.ials);
    return *pairs_;
}

const training::History& Lesson::history() const {
    ensure(history_.has_value(), "a lesson has no history yet");
    return *history_;
}

std::size_t Lesson::people_blocks() const { return block_count(history().people()); }
std::size_t Lesson::item_blocks() const { return block_count(history().items.size()); }

std::string Lesson::people_pairs(std::size_t block) {
    const training::Interactions& all = pairs().pairs;
    const Share share = share_of(all.people(), block);
    return encode_pairs(training::rows_of({all.person_offsets, all.item, all.item_weight}, share.begin, share.count),
                        static_cast<std::uint32_t>(all.items()), training::rows_with_pairs(all.item_offsets));
}

std::string Lesson::item_pairs(std::size_t block) {
    const training::Interactions& all = pairs().pairs;
    const Share share = share_of(all.items(), block);
    return encode_pairs(training::rows_of({all.item_offsets, all.person, all.person_weight}, share.begin, share.count),
                        static_cast<std::uint32_t>(all.people()), training::rows_with_pairs(all.person_offsets));
}

std::string Lesson::first_item_factors(std::size_t block) {
    const Share share = share_of(history().items.size(), block);
    const std::span keys = std::span(history_->items).subspan(share.begin, share.count);
    Matrix factors = training::first_factors(keys, configuration_.recipe.ials, configuration_.recipe.seed);
    training::clear_without_pairs(std::span(pairs().pairs.item_offsets).subspan(share.begin, share.count + 1), factors);
    return encode_factors(factors, factors.columns());
}

std::size_t Lesson::covisit_blocks() const { return training::CovisitRows::blocks(history()); }

std::string Lesson::covisit_rows(std::size_t relation, std::size_t block) {
    ensure(relation < std::size(training::relations), "a lesson was asked for a relation that there is not");
    ensure(block < covisit_blocks(), "a lesson was asked for a block that it does not have");
    if (!rows_ || rows_relation_ != relation) {
        rows_ = std::make_unique<training::CovisitRows>(history(), configuration_.recipe.covisit,
                                                        training::relations[relation]);
        rows_relation_ = relation;
    }
    return encode_rows(rows_->block(block));
}

Result<std::vector<std::vector<model::SparseBlock>>>
Lesson::read_covisit(std::span<const std::string_view> blocks) const {
    const auto misfit = [] { return fail(ErrorCode::corrupt_data, "the blocks of neighbours are of another history"); };
    std::vector<std::vector<model::SparseBlock>> read;
    if (blocks.empty()) return read;
    const std::size_t of_relation = covisit_blocks(), items = history_->items.size();
    if (blocks.size() != of_relation * std::size(training::relations)) return misfit();
    for (std::size_t b = 0; b < blocks.size(); ++b) {
        auto block = decode_rows(blocks[b]);
        if (!block) return std::unexpected(block.error());
        if (std::ranges::any_of(block->columns, [&](std::uint32_t column) { return column >= items; })) return misfit();
        if (b % of_relation == 0) read.emplace_back();
        read.back().push_back(std::move(*block));
    }
    for (const auto& relation : read) {
        std::size_t rows = 0;
        for (const model::SparseBlock& block : relation) rows += block.sizes.size();
        if (rows != items) return misfit();
    }
    return read;
}

Result<LessonModel> Lesson::trained(const Prepared& prepared) {
    ensure(history_.has_value(), "a lesson has no history yet");
    training::Prepared parts;
    std::optional<training::FinishedIals> ials;
    Matrix items;
    Basis basis;
    if (!prepared.item_factors.empty()) {
        auto factors = decode_factors(prepared.item_factors);
        if (!factors) return std::unexpected(factors.error());
        auto by = decode_basis(prepared.basis);
        if (!by) return std::unexpected(by.error());
        items = std::move(*factors);
        basis = std::move(*by);
        const std::size_t d = configuration_.recipe.ials.dimensions;
        if (items.rows() != history_->items.size() || items.columns() != d || basis.values.size() != d)
            return fail(ErrorCode::corrupt_data, "the item factors are of another history or other dimensions");
        ials.emplace(items, basis.values, pairs().scale, training::rows_with_pairs(pairs().pairs.item_offsets));
        parts.ials = &*ials;
    }
    const auto covisit = read_covisit(prepared.covisit);
    if (!covisit) return std::unexpected(covisit.error());
    parts.covisit = *covisit;
    return finished(parts);
}

bool Lesson::in_catalog(ItemKey learning_key) const {
    return std::ranges::any_of(catalog_->slots_of(learning_key),
                               [&](catalog::Slot slot) { return catalog_->present(slot); });
}

Result<LessonModel> Lesson::finished(training::Prepared parts) {
    SerialExecutor executor;
    const training::ItemText text = [&](std::uint32_t row) {
        return catalog::learning_text(*catalog_, history_->items[row]);
    };
    const training::ItemPrice price = [&](std::uint32_t row) {
        return catalog::learning_price(*catalog_, history_->items[row]);
    };
    // A bound of the machine, so the manifest does not say it.
    training::Recipe recipe = configuration_.recipe;
    if (configuration_.memory_mb > 0)
        recipe.memory_mb =
            static_cast<std::uint32_t>(std::min<std::uint64_t>(recipe.memory_mb, configuration_.memory_mb));
    const auto advised = [&](Error error) {
        if (error.code == ErrorCode::exhausted && configuration_.memory_mb > 0)
            error.message = fmt::format("{}; {}", error.message, memory_advice);
        return std::unexpected(std::move(error));
    };
    evaluation::ReleaseInput input{.training = {*history_, recipe, text, price},
                                   .placements = configuration_.placements,
                                   .known = [&](std::uint32_t row) { return in_catalog(history_->items[row]); },
                                   .in_use = configuration_.in_use ? &*configuration_.in_use : nullptr,
                                   .force = configuration_.force,
                                   .settings = configuration_.release};
    auto plan = evaluation::plan_release(input, executor);
    if (!plan) return advised(plan.error());
    if (evaluation::is_refused(plan->release)) return fail(ErrorCode::conflict, evaluation::refusal(plan->release));
    evaluation::PlacementChoice choice;
    if (configuration_.weights) {
        auto chosen =
            evaluation::choose_recipe({*history_, plan->recipe, text, price}, configuration_.placements, executor);
        if (!chosen) return advised(chosen.error());
        choice = std::move(*chosen);
    }
    const auto rankers = choice.learned();
    parts.rankers = rankers;
    parts.taking = choice.taken();
    parts.item_facts = plan->recipe.ranker.on;
    auto trained = training::train(*history_, plan->recipe, text, executor, parts);
    if (!trained) return advised(trained.error());
    const auto model = model::Model::from_bytes(trained->model_bytes);
    if (!model) return std::unexpected(model.error());
    const auto figures = evaluation::review_answers({*model, choice}, input, plan->release, executor);
    if (evaluation::is_refused(plan->release)) return fail(ErrorCode::conflict, evaluation::refusal(plan->release));
    plan->recipe.memory_mb = configuration_.recipe.memory_mb;
    model::Manifest manifest = evaluation::manifest_of(*plan, choice, figures);
    manifest.version = version_name(configuration_.now, trained->model_bytes);
    manifest.trained_at = configuration_.now;
    manifest.trained_through = configuration_.through;
    manifest.events = events_;
    manifest.people = history_->people();
    manifest.items = history_->items.size();
    manifest.model_bytes = trained->model_bytes.size();
    manifest.model_checksum = (*model)->checksum();
    manifest.build = fmt::format("vitrina {}, g++ {}, {}", program_version, __VERSION__, kernel_target());
    return LessonModel{manifest.version, model::to_json(manifest), std::move(trained->model_bytes)};
}

Result<std::string> published_model(std::string_view manifest, std::string_view path, std::uint64_t file_bytes) {
    if (!path.starts_with('/'))
        return fail(ErrorCode::invalid_input, fmt::format("the path of a model must be absolute, not \"{}\"", path));
    auto read = model::manifest_from_json(manifest);
    if (!read) return std::unexpected(read.error());
    if (read->model_bytes != file_bytes)
        return fail(ErrorCode::corrupt_data,
                    fmt::format("{} has {} bytes and its manifest says {}: it is half-written; "
                                "publish another version, or train again",
                                path, file_bytes, read->model_bytes));
    return model::encode(model::PublishedModel{std::move(*read), std::string(path)});
}

std::string encode(const training::History& history, std::uint64_t events) {
    std::vector<std::uint8_t> actions;
    for (const state::Action action : history.action) actions.push_back(static_cast<std::uint8_t>(action));
    std::vector<std::uint64_t> items;
    for (const ItemKey item : history.items) items.push_back(static_cast<std::uint64_t>(item));
    return BlockWriter(history_name)
        .number(events)
        .array(items)
        .array(history.offsets)
        .array(history.item)
        .array(history.time)
        .array(actions)
        .array(history.basket)
        .array(history.quantity)
        .finish();
}

Result<CountedHistory> decode_history(std::string_view bytes) {
    BlockReader reader(bytes, history_name);
    CountedHistory read;
    training::History& history = read.history;
    read.events = reader.number<std::uint64_t>();
    for (const std::uint64_t item : reader.array<std::uint64_t>()) history.items.push_back(ItemKey{item});
    history.offsets = reader.array<std::uint64_t>();
    history.item = reader.array<std::uint32_t>();
    history.time = reader.array<TimeMs>();
    for (const std::uint8_t action : reader.array<std::uint8_t>())
        history.action.push_back(static_cast<state::Action>(action));
    history.basket = reader.array<std::uint32_t>();
    history.quantity = reader.array<std::uint32_t>();
    if (auto whole = reader.finish(); !whole) return std::unexpected(whole.error());
    if (!is_whole(history)) return reader.corrupt();
    return read;
}

}  // namespace vitrina::border
