#pragma once
// The evaluation of a shop's own history (evaluation/rolling.hpp) over bytes: catalogue and history go in, the figures of one cut
// come out, so that every cut may be a task of its own; joined they are what `vitrina evaluate` says of the same log.
//
// Configuration: {"split": "cuts:2026-02-01,2026-03-01", "horizon": "30d", "tasks": ["home"], "at": [10, 20], "seed": 1,
//                 "bootstrap": 500, "sources": false, "settings": {"ials.epochs": "8"}, "memory_mb": 2000}
//   split     as evaluation/cuts.hpp; everything else may be left out
//   tasks     of evaluation/occasions.hpp; left out: all
//   sources   whether each source of a placement is measured alone, too
//   settings  of training/recipe.hpp, by name as in a manifest
//   config    the text of the shop's vitrina.toml, for its placements; left out: those out of the box
//   memory_mb what records and trainings may take together; 0 (the default): no bound
// Events are replayed by time, then id, whatever order they were added in. The embedded
// host replays the order in which it accepted them, which is the same wherever events came in the order of their times.
// Seconds and memory in the report are 0: nothing here has a clock.
// Threads: one. Errors: invalid_input for a configuration out of range, a cut outside of the data and a history without events;
// corrupt_data for bytes that are not ours; exhausted where the records would pass `memory_mb`.
// Cost: the bytes of all records, beside what evaluation/rolling.hpp takes.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "catalog/item.hpp"
#include "evaluation/rolling.hpp"

namespace vitrina::border {

struct EvaluationConfiguration {
    evaluation::RollingRequest request;  // without data
    std::uint64_t memory_mb = 0;
};
Result<EvaluationConfiguration> read_evaluation_configuration(std::string_view json);

class ShopEvaluation {
public:
    static Result<ShopEvaluation> open(std::string_view configuration);

    // An entry of the catalogue as the fold of item changes writes it.
    Result<void> add_entry(std::string_view entry);
    void add_item(catalog::Item item) { configuration_.request.items.push_back(std::move(item)); }
    // A record of a history (border/history.hpp).
    Result<void> add_record(std::string_view record);

    // What the split makes of any data.
    std::size_t cuts() const;
    // The figures of one cut, as bytes for `joined`. Precondition: there is such a cut.
    Result<std::string> evaluated(std::size_t cut);

private:
    explicit ShopEvaluation(EvaluationConfiguration configuration) : configuration_(std::move(configuration)) {}
    Result<void> each_event(const std::function<void(const event::Event&)>& visit) const;

    struct Kept {
        TimeMs time = 0;
        std::uint64_t at = 0;  // in `bytes_`: the id, then the record
        std::uint32_t id_length = 0, length = 0;
    };
    std::string_view id_of(const Kept& kept) const { return std::string_view(bytes_).substr(kept.at, kept.id_length); }

    EvaluationConfiguration configuration_;
    std::string bytes_;
    std::vector<Kept> kept_;
};

struct EvaluationReport {
    std::string json;   // as `vitrina evaluate --json` prints it
    std::string table;  // as without
};
// Of all cuts, in their order. Errors: corrupt_data.
Result<EvaluationReport> joined(std::span<const std::string_view> cuts);

}  // namespace vitrina::border
