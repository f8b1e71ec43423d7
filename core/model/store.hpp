#pragma once
// The folder of model versions: one sub-folder a version with `model.vit` and `manifest.json`, a file `current` that names
// the one in use, and `refused.json` where the gate stopped the last release. A version appears by rename, whole or not at all.
//
// Threads: one writer; readers may open versions at any time.
// Errors: corrupt_data for a version that fails its checks (the current one stays), not_found for an unknown version,
// conflict for a version that exists already and when there is nothing to roll back to.
// Not an error: no version at all (`current` is empty).

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "model/model.hpp"

namespace vitrina::model {

struct Figure {
    std::string task;    // "home", "cart"
    std::string metric;  // "recall@20"
    double value = 0, low = 0, high = 0;
    std::uint64_t queries = 0;
    bool operator==(const Figure&) const = default;
};

struct SourceWeight {
    std::string task;
    std::string source;
    double weight = 0;
    bool operator==(const SourceWeight&) const = default;
};

struct Setting {
    std::string name;
    std::string value;
    bool operator==(const Setting&) const = default;
};

// Why a placement has the order that it has: that of trees, or that of the blend.
struct RankerChoice {
    std::string task;
    bool stack = false;
    std::string reason;
    std::uint64_t questions = 0, trees = 0, depth = 0;  // trees of the best that were tried, taken or not
    double objective = 0, blend_objective = 0;          // of the stack and of the blend, on the same questions
    double gain = 0, standard_error = 0;                // of the stack over the blend
    bool operator==(const RankerChoice&) const = default;
};

// One thing that the release gate looked at (evaluation/release.hpp).
struct ReleaseCheck {
    std::string name;  // "events", "kinds of events", "known items", "answers", "recipe", "recipe: home"
    bool passed = true;
    std::string says;  // for people
    double value = 0, low = 0, high = 0;
    bool operator==(const ReleaseCheck&) const = default;
};

// Why a version was released, or was not.
struct Release {
    std::string verdict;        // "first", "released", "forced", "refused"; empty: made before there was a gate
    std::string compared_with;  // the version in use then; empty: none
    std::vector<ReleaseCheck> checks;
    bool operator==(const Release&) const = default;
};

// What the gate stopped last.
struct RefusedRelease {
    TimeMs at = 0;
    Release release;
    bool operator==(const RefusedRelease&) const = default;
};

// A recipe that the search tried for a source.
struct Trial {
    std::string source;
    std::vector<Setting> settings;  // where they differ from what the search of the source began with
    double objective = 0;
    std::uint64_t questions = 0;  // that it was asked
    bool chosen = false;
    bool operator==(const Trial&) const = default;
};

struct Tuning {
    std::uint64_t budget = 0;  // of trials
    std::vector<Trial> tried;
    std::vector<Setting> chosen;  // where they differ from the defaults; the next search begins with them
    bool operator==(const Tuning&) const = default;
};

// As proto/manifest.proto, stored as JSON beside the model.
struct Manifest {
    std::string version;
    TimeMs trained_at = 0;
    TimeMs trained_through = 0;  // answers add online counts after this only
    TimeMs erasures_through = 0;
    std::uint64_t seed = 0;
    std::uint64_t events = 0, people = 0, items = 0;
    std::uint64_t model_bytes = 0;
    std::string model_checksum;
    std::vector<Setting> configuration;
    std::vector<SourceWeight> weights;
    std::vector<Figure> figures;
    double train_seconds = 0;
    std::string build;
    std::vector<RankerChoice> rankers;  // by placement that has questions of its own
    Release release;
    Tuning tuning;
    bool operator==(const Manifest&) const = default;
};

std::string to_json(const Manifest& manifest);
Result<Manifest> manifest_from_json(std::string_view json);
std::string to_json(const RefusedRelease& refused);
Result<RefusedRelease> refused_from_json(std::string_view json);

struct Version {
    Manifest manifest;
    std::shared_ptr<const Model> model;
};

class Store {
public:
    // Makes the folder where it is missing.
    static Result<Store> open(std::string folder);

    // Writes the version, synced, and makes it current. `manifest.version` names it (letters, digits, '-', '_', '.'; anything
    // else is invalid_input); bytes and checksum are filled in. Bytes that are no model are refused, and nothing is left.
    Result<Version> publish(Manifest manifest, const std::string& model_bytes);
    bool has(const std::string& version) const;
    Result<Version> load(const std::string& version) const;
    // Newest first. A version whose manifest cannot be read is left out of the list and named in `broken`.
    Result<std::vector<Manifest>> list(std::vector<std::string>* broken = nullptr) const;
    // Empty where nothing was published.
    Result<std::string> current() const;
    Result<Version> use(const std::string& version);
    // Uses the newest good version older than the current one; the newest good one where the current one cannot be read.
    Result<Version> rollback();
    // Keeps in mind, over a restart, that a release was refused, until the next one is published.
    Result<void> refuse(const RefusedRelease& refused);
    // Not an error: a record that cannot be read counts as none.
    std::optional<RefusedRelease> refused() const;
    // Keeps the newest `count` and the current one; what cannot be read stays for a person to look at.
    Result<void> prune(std::size_t count);
    // For a copy that can be had again: takes the version away, readable or not, the current one too. None there is not an error.
    Result<void> remove(const std::string& version);

private:
    explicit Store(std::string folder) : folder_(std::move(folder)) {}
    Result<void> name_current(const std::string& version);
    std::string folder_;
};

}  // namespace vitrina::model
