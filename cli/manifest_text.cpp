#include "cli/manifest_text.hpp"

#include <fmt/core.h>

#include "cli/console.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;

ordered_json settings_json(const std::vector<model::Setting>& settings) {
    ordered_json json = ordered_json::array();
    for (const auto& [name, value] : settings) json.push_back({{"name", name}, {"value", value}});
    return json;
}

ordered_json tuning_json(const model::Tuning& tuning) {
    ordered_json json{{"budget", tuning.budget}, {"chosen", settings_json(tuning.chosen)}};
    json["tried"] = ordered_json::array();
    for (const auto& [source, settings, objective, questions, chosen] : tuning.tried)
        json["tried"].push_back({{"source", source},
                                 {"settings", settings_json(settings)},
                                 {"objective", objective},
                                 {"questions", questions},
                                 {"chosen", chosen}});
    return json;
}

std::string text_of(const std::vector<model::Setting>& settings) {
    std::string text;
    for (const auto& [name, value] : settings) text += fmt::format("{}{}={}", text.empty() ? "" : " ", name, value);
    return text.empty() ? "as before" : text;
}

void print_tuning(const model::Tuning& tuning) {
    if (tuning.tried.empty()) return;
    fmt::print("\ntuning: {} trials of at most {}; chosen where it is not the default: {}\n", tuning.tried.size(),
               tuning.budget, tuning.chosen.empty() ? "nothing" : text_of(tuning.chosen));
    Table table({"source", "tried", "questions", "objective", "chosen"}, 120);
    for (const model::Trial& trial : tuning.tried)
        table.add({trial.source, text_of(trial.settings), with_thousands(trial.questions),
                   fmt::format("{:.4f}", trial.objective), trial.chosen ? "yes" : ""});
    fmt::print("{}", table.text());
}

void print_rankers(const model::Manifest& manifest) {
    Table table({"placement", "order", "trees", "questions", "objective", "of the blend", "why"}, 100);
    for (const model::RankerChoice& ranker : manifest.rankers)
        table.add({ranker.task, ranker.stack ? "trees" : "blend", fmt::format("{}", ranker.stack ? ranker.trees : 0),
                   with_thousands(ranker.questions), fmt::format("{:.4f}", ranker.objective),
                   fmt::format("{:.4f}", ranker.blend_objective), ranker.reason});
    if (!table.empty()) fmt::print("\n{}", table.text());
}

}  // namespace

ordered_json release_json(const model::Release& release) {
    ordered_json json{{"verdict", release.verdict}, {"compared_with", release.compared_with}};
    json["checks"] = ordered_json::array();
    for (const auto& [name, passed, says, value, low, high] : release.checks)
        json["checks"].push_back(
            {{"name", name}, {"passed", passed}, {"says", says}, {"value", value}, {"low", low}, {"high", high}});
    return json;
}

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
                      {"build", manifest.build},
                      {"configuration", settings_json(manifest.configuration)}};
    json["weights"] = json["figures"] = ordered_json::array();
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
    json["release"] = release_json(manifest.release);
    json["tuning"] = tuning_json(manifest.tuning);
    return json;
}

void print_release(const model::Release& release) {
    if (release.verdict.empty()) return;
    fmt::print("\nrelease: {}{}{}\n", release.verdict, release.compared_with.empty() ? "" : ", compared with ",
               release.compared_with);
    Table table({"check", "passed", "what was found"}, 160);
    for (const model::ReleaseCheck& check : release.checks)
        table.add({check.name, check.passed ? "yes" : "no", check.says});
    if (!table.empty()) fmt::print("{}", table.text());
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
    print_release(manifest.release);
    print_tuning(manifest.tuning);
    Table settings({"setting", "value"});
    for (const model::Setting& setting : manifest.configuration) settings.add({setting.name, setting.value});
    if (!settings.empty()) fmt::print("\n{}", settings.text());
}

}  // namespace vitrina::cli
