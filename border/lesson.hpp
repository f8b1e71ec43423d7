#pragma once
// Training over bytes: the catalogue and the history of one shop go in, a model comes out. Either all in one call, or with iALS in
// pieces that run in as many tasks as the host likes; the bytes of the model are the same, and those of the embedded host.
//
//   lesson: items, then records → assemble → history bytes                       one task
//   lesson: items, history bytes → blocks of pairs, first factors                one task
//   iALS:   blocks → Gram matrices → basis → turned blocks → solved blocks       any number of tasks (border/ials_blocks.hpp)
//   lesson: items, history bytes, turned item factors → manifest and model       one task
//
// Configuration: {"settings": {"ials.epochs": "8", "seed": "7"}, "through": 1770000000000, "now": …, "weights": true,
//                 "memory_mb": 0}
//   settings  of training/recipe.hpp, by name as in a manifest; left out: their defaults
//   through   events at or after it are left out, and the manifest says so; the end of an hour
//   now       for the name of the version and `trained_at`
//   weights   whether the weights of the sources in the placements are chosen (one more training on a part)
//   config    the text of the shop's vitrina.toml, for its placements, training.recipe (settings win) and [release]; left out:
//             those out of the box
//   in_use    the text of the manifest that the release gate compares with; left out: this is the first release
//   force     whether the model is released whatever the gate finds
//   memory_mb what the memory of a lesson or half-step may be; 0 (the default): no bound but that of the settings. Says nothing
//             about the model, and is not in its manifest
// Threads: a lesson belongs to one thread and trains on it.
// Errors: invalid_input for a configuration out of range and a history without entries; corrupt_data for bytes that are not ours;
// conflict where the release gate refuses (evaluation/release.hpp): there is no model then; exhausted where `memory_mb` or the bound of the settings would be passed, before that much is taken.
// Cost: memory of training/history.hpp (`peak_bytes`; 290 bytes a view of one line).

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/catalog.hpp"
#include "catalog/change.hpp"
#include "evaluation/release.hpp"
#include "recommendation/placement.hpp"
#include "training/covisit.hpp"
#include "training/history.hpp"
#include "training/ials.hpp"
#include "training/recipe.hpp"
#include "training/trainer.hpp"

namespace vitrina::border {

struct LessonConfiguration {
    training::Recipe recipe;
    TimeMs through = 0;
    TimeMs now = 0;
    bool weights = true;
    std::map<std::string, recommendation::PlacementSettings> placements = recommendation::default_placements();
    evaluation::ReleaseSettings release;
    std::optional<model::Manifest> in_use;
    bool force = false;
    std::uint64_t memory_mb = 0;
};

Result<LessonConfiguration> read_lesson_configuration(std::string_view json);
// The object behind "settings".
Result<training::Recipe> read_recipe(std::string_view settings_json);

struct LessonModel {
    std::string version;
    std::string manifest;  // JSON, as model/store.hpp writes it beside the model
    std::string bytes;
};

class Lesson {
public:
    explicit Lesson(const LessonConfiguration& configuration);
    static Result<Lesson> open(std::string_view configuration);

    // Before any record. An entry of the catalogue as the fold of item changes writes it, or proto Item.
    Result<void> add_entry(std::string_view entry);
    Result<void> add_item(std::string_view item);
    // A record of a history (border/history.hpp), in any order; duplicates count once.
    Result<void> add_record(std::string_view record);

    // The history of what was added, or one that was assembled elsewhere.
    Result<std::string> assembled();
    Result<void> take_history(std::string_view bytes);

    // Half-steps in which iALS is computed are two an epoch; 0: not at all.
    std::uint32_t epochs() const { return configuration_.recipe.ials.on ? configuration_.recipe.ials.epochs : 0; }

    // Blocks of 4,096 rows (border/ials_blocks.hpp). Preconditions: there is a history; the block is one of it.
    std::size_t people_blocks() const;
    std::size_t item_blocks() const;
    std::string people_pairs(std::size_t block);
    std::string item_pairs(std::size_t block);
    std::string first_item_factors(std::size_t block);

    // Rows of neighbours of a relation of co-visitation (border/neighbour_rows.hpp), in blocks of their own. One relation after the
    // other: what is counted once for a relation is kept until another is asked for.
    std::size_t covisit_blocks() const;
    std::string covisit_rows(std::size_t relation, std::size_t block);

    // `item_factors`: all blocks of the turned items in order, and the basis that turned them; none: iALS runs here.
    struct Prepared {
        std::vector<std::string_view> item_factors;
        std::string_view basis;
        std::vector<std::string_view> covisit;  // all blocks of all relations, in order; none: made here
    };
    Result<LessonModel> trained(const Prepared& prepared);
    Result<LessonModel> trained() { return trained(Prepared()); }

private:
    const training::History& history() const;
    const training::IalsPairs& pairs();
    Result<std::vector<std::vector<model::SparseBlock>>> read_covisit(std::span<const std::string_view> blocks) const;
    Result<LessonModel> finished(training::Prepared prepared);
    bool in_catalog(ItemKey learning_key) const;
    Result<void> fits(std::uint64_t bytes, const char* what) const;

    LessonConfiguration configuration_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unique_ptr<training::HistoryBuilder> builder_;
    std::uint64_t events_ = 0;  // that were added
    std::optional<training::History> history_;
    std::optional<training::IalsPairs> pairs_;
    std::unique_ptr<training::CovisitRows> rows_;
    std::size_t rows_relation_ = 0;
};

// The record of the topic of models: the manifest, as JSON, of a model file at this absolute path, which has so many bytes.
// Errors: corrupt_data where these are not the manifest's.
Result<std::string> published_model(std::string_view manifest, std::string_view path, std::uint64_t file_bytes);

std::string encode(const training::History& history, std::uint64_t events);
struct CountedHistory {
    training::History history;
    std::uint64_t events = 0;
};
Result<CountedHistory> decode_history(std::string_view bytes);

}  // namespace vitrina::border
