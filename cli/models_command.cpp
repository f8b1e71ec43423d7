#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/manifest_text.hpp"
#include "cli/opening.hpp"
#include "model/store.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;

void print_refused(const engine::Engine& engine) {
    const auto refused = engine.refused_release();
    if (refused) fmt::print("\nrefused at {}:\n", iso_time(refused->at));
    if (refused) print_release(refused->release);
}

void print_list(const engine::Engine& engine, const std::vector<model::Manifest>& manifests) {
    Table table({"", "version", "trained through", "events", "people", "items", "seconds", "MB"});
    for (const model::Manifest& manifest : manifests) {
        table.add({manifest.version == engine.current_model() ? "*" : "", manifest.version,
                   iso_time(manifest.trained_through), with_thousands(manifest.events), with_thousands(manifest.people),
                   with_thousands(manifest.items), fmt::format("{:.1f}", manifest.train_seconds),
                   fmt::format("{:.1f}", static_cast<double>(manifest.model_bytes) / 1e6)});
    }
    if (table.empty()) {
        fmt::print("no model yet: `vitrina train` makes one\n");
    } else {
        fmt::print("{}* is the one in use\n", table.text());
    }
}

int list(const engine::Engine& engine, bool json) {
    const auto manifests = engine.models();
    if (!manifests) return report(manifests.error());
    if (!json) {
        print_list(engine, *manifests);
        print_refused(engine);
        return exit_done;
    }
    ordered_json listed{{"current", engine.current_model()}, {"models", ordered_json::array()}};
    for (const model::Manifest& manifest : *manifests) listed["models"].push_back(manifest_json(manifest));
    if (const auto refused = engine.refused_release())
        listed["refused"] = {{"at_ms", refused->at}, {"release", release_json(refused->release)}};
    fmt::print("{}\n", listed.dump(2));
    return exit_done;
}

int show(const engine::Engine& engine, const ModelsOptions& options) {
    const auto manifests = engine.models();
    if (!manifests) return report(manifests.error());
    if (options.version.empty() && manifests->empty())
        return report({ErrorCode::not_found, "there is no model yet; `vitrina train` makes one"});
    const std::string version = options.version.empty() ? engine.current_model() : options.version;
    const auto found = std::ranges::find(*manifests, version, &model::Manifest::version);
    if (found == manifests->end()) {
        return report({ErrorCode::not_found,
                       fmt::format("there is no model version {}; `vitrina models list` names them", version)});
    }
    if (options.json) {
        fmt::print("{}\n", manifest_json(*found).dump(2));
    } else {
        print_manifest(*found);
    }
    return exit_done;
}

int print_switched(const Result<model::Manifest>& manifest, bool json) {
    if (!manifest) return report(manifest.error());
    if (json) {
        fmt::print("{}\n", manifest_json(*manifest).dump(2));
    } else {
        fmt::print("now in use: {}\n", manifest->version);
    }
    return exit_done;
}

}  // namespace

int run_models(const ModelsOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    if (options.action == "list") return list(**engine, options.json);
    if (options.action == "show") return show(**engine, options);
    if (options.action == "rollback") return print_switched((*engine)->rollback_model(), options.json);
    return print_switched((*engine)->use_model(options.version), options.json);
}

int run_train(const TrainOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    Result<model::Manifest> manifest;
    {
        ProgressLine progress;
        manifest = (*engine)->train(
            [&](const std::string& step, double share) {
                progress.show(fmt::format("learning: {} ({:.0f} %)", step, 100 * share));
            },
            {.force = options.force});
    }
    if (!manifest) return report(manifest.error());
    if (options.json) {
        fmt::print("{}\n", manifest_json(*manifest).dump(2));
        return exit_done;
    }
    fmt::print("learned {} from {} events of {} people on {} items in {:.1f} s ({:.1f} MB); it is in use\n",
               manifest->version, with_thousands(manifest->events), with_thousands(manifest->people),
               with_thousands(manifest->items), manifest->train_seconds,
               static_cast<double>(manifest->model_bytes) / 1e6);
    print_release(manifest->release);
    return exit_done;
}

}  // namespace vitrina::cli
