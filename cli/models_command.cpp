#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "model/store.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;

// As the manifest's file, with counts and times as numbers.
ordered_json manifest_json(const model::Manifest& manifest) {
    ordered_json json{{"version", manifest.version},
                      {"trained_at_ms", manifest.trained_at},
                      {"trained_through_ms", manifest.trained_through},
                      {"erasures_through_ms", manifest.erasures_through},
                      {"seed", manifest.seed},
                      {"events", manifest.events},
                      {"people", manifest.people},
                      {"items", manifest.items},
                      {"model_bytes", manifest.model_bytes},
                      {"model_checksum", manifest.model_checksum},
                      {"train_seconds", manifest.train_seconds},
                      {"build", manifest.build}};
    json["configuration"] = json["weights"] = json["figures"] = ordered_json::array();
    for (const auto& [name, value] : manifest.configuration)
        json["configuration"].push_back({{"name", name}, {"value", value}});
    for (const auto& [task, source, weight] : manifest.weights)
        json["weights"].push_back({{"task", task}, {"source", source}, {"weight", weight}});
    for (const auto& [task, metric, value, low, high, queries] : manifest.figures)
        json["figures"].push_back(
            {{"task", task}, {"metric", metric}, {"value", value}, {"low", low}, {"high", high}, {"queries", queries}});
    json["rankers"] = ordered_json::array();
    for (const model::RankerChoice& ranker : manifest.rankers)
        json["rankers"].push_back({{"task", ranker.task},
                                   {"stack", ranker.stack},
                                   {"reason", ranker.reason},
                                   {"questions", ranker.questions},
                                   {"trees", ranker.trees},
                                   {"depth", ranker.depth},
                                   {"objective", ranker.objective},
                                   {"blend_objective", ranker.blend_objective},
                                   {"gain", ranker.gain},
                                   {"standard_error", ranker.standard_error}});
    return json;
}

void print_rankers(const model::Manifest& manifest) {
    Table table({"placement", "order", "trees", "questions", "objective", "of the blend", "why"}, 100);
    for (const model::RankerChoice& ranker : manifest.rankers)
        table.add({ranker.task, ranker.stack ? "trees" : "blend", fmt::format("{}", ranker.stack ? ranker.trees : 0),
                   with_thousands(ranker.questions), fmt::format("{:.4f}", ranker.objective),
                   fmt::format("{:.4f}", ranker.blend_objective), ranker.reason});
    if (!table.empty()) fmt::print("\n{}", table.text());
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

void print_manifest(const model::Manifest& manifest) {
    fmt::print(
        "version          {}\ntrained at       {}\ntrained through  {}\nevents           {}\npeople           {}\n"
        "items            {}\nseed             {}\nchecksum         {}\nbuild            {}\n",
        manifest.version, iso_time(manifest.trained_at), iso_time(manifest.trained_through),
        with_thousands(manifest.events), with_thousands(manifest.people), with_thousands(manifest.items), manifest.seed,
        manifest.model_checksum, manifest.build);
    Table figures({"task", "metric", "value", "low", "high", "queries"});
    for (const model::Figure& figure : manifest.figures) {
        figures.add({figure.task, figure.metric, fmt::format("{:.4f}", figure.value), fmt::format("{:.4f}", figure.low),
                     fmt::format("{:.4f}", figure.high), with_thousands(figure.queries)});
    }
    if (!figures.empty()) fmt::print("\n{}", figures.text());
    Table weights({"placement", "source", "weight"});
    for (const model::SourceWeight& weight : manifest.weights) {
        weights.add({weight.task, weight.source, fmt::format("{:.3f}", weight.weight)});
    }
    if (!weights.empty()) fmt::print("\n{}", weights.text());
    print_rankers(manifest);
    Table settings({"setting", "value"});
    for (const model::Setting& setting : manifest.configuration) settings.add({setting.name, setting.value});
    if (!settings.empty()) fmt::print("\n{}", settings.text());
}

int list(const engine::Engine& engine, bool json) {
    const auto manifests = engine.models();
    if (!manifests) return report(manifests.error());
    if (!json) {
        print_list(engine, *manifests);
        return exit_done;
    }
    ordered_json listed{{"current", engine.current_model()}, {"models", ordered_json::array()}};
    for (const model::Manifest& manifest : *manifests) listed["models"].push_back(manifest_json(manifest));
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
        manifest = (*engine)->train([&](const std::string& step, double share) {
            progress.show(fmt::format("learning: {} ({:.0f} %)", step, 100 * share));
        });
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
    return exit_done;
}

}  // namespace vitrina::cli
