#include "cli/kept_arms.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/keys.hpp"
#include "base/version.hpp"

namespace vitrina::cli {

namespace {

using nlohmann::ordered_json;
using simulator::Figures;

ordered_json json_of_run(const Run& run) {
    ordered_json json{{"seed", run.seed},
                      {"arm", run.arm},
                      {"visitors", run.visitors},
                      {"train_every_days", run.train_every_days},
                      {"model", simulator::fingerprint()},
                      {"parameters", run.parameters},
                      {"program", std::string(program_version)}};
    if (!run.own.empty()) json["own"] = run.own;
    return json;
}

std::filesystem::path file_of(const std::string& folder, const Run& run) {
    const auto id = text_hash(json_of_run(run).dump());
    return std::filesystem::path(folder) / fmt::format("shop{}-{}-{:08x}.json", run.seed, run.arm, id & 0xffffffffu);
}

ordered_json json_of_figures(const Figures& f) {
    return {{"units", f.units},   {"visits", f.visits},   {"pages", f.pages},  {"views", f.views},
            {"carts", f.carts},   {"orders", f.orders},   {"lines", f.lines},  {"slots", f.slots},
            {"clicks", f.clicks}, {"revenue", f.revenue}, {"margin", f.margin}};
}

Figures figures_of(const ordered_json& json) {
    Figures f;
    f.units = json.at("units"), f.visits = json.at("visits"), f.pages = json.at("pages"), f.views = json.at("views");
    f.carts = json.at("carts"), f.orders = json.at("orders"), f.lines = json.at("lines"), f.slots = json.at("slots");
    f.clicks = json.at("clicks"), f.revenue = json.at("revenue"), f.margin = json.at("margin");
    return f;
}

ordered_json json_of_slots(const simulator::Ledger& ledger) {
    ordered_json json = ordered_json::array();
    for (std::size_t slot = 0; slot < ledger.by_slot.size(); ++slot) {
        const auto& s = ledger.by_slot[slot];
        json.push_back({{"slot", simulator::slot_names[slot]},
                        {"asked", s.asked},
                        {"shown", s.shown},
                        {"of_use", s.of_use},
                        {"clicks", s.clicks},
                        {"carts", s.carts},
                        {"bought", s.bought}});
    }
    return json;
}

void read_slots(const ordered_json& json, simulator::Ledger& ledger) {
    for (std::size_t slot = 0; slot < std::min(json.size(), ledger.by_slot.size()); ++slot) {
        auto& s = ledger.by_slot[slot];
        s.asked = json[slot].at("asked"), s.shown = json[slot].at("shown"), s.of_use = json[slot].at("of_use");
        s.clicks = json[slot].at("clicks"), s.carts = json[slot].at("carts"), s.bought = json[slot].at("bought");
    }
}

ordered_json json_of_estimates(const LivedArm& lived) {
    ordered_json json = ordered_json::array();
    for (const Estimated& each : lived.estimates)
        json.push_back({{"measure", each.measure}, {"value", each.value}, {"low", each.low}, {"high", each.high}});
    return json;
}

}  // namespace

ordered_json json_of_lived(const LivedArm& lived) {
    ordered_json json{{"total", json_of_figures(lived.ledger.total)}};
    for (const Figures& week : lived.ledger.weeks) json["weeks"].push_back(json_of_figures(week));
    json["slots"] = json_of_slots(lived.ledger);
    json["estimates"] = json_of_estimates(lived);
    json["seconds"] = lived.seconds;
    json["training_seconds"] = lived.training_seconds;
    return json;
}

std::string text_of_parameters(const simulator::Parameters& parameters) {
    std::string text;
    for (const auto& range : simulator::ranges())
        text += fmt::format("{}{}={:.6g}", text.empty() ? "" : " ", range.name, parameters.*range.field);
    return text;
}

std::optional<LivedArm> kept_arm(const std::string& folder, const Run& run) {
    if (folder.empty()) return std::nullopt;
    std::ifstream in(file_of(folder, run));
    const auto json = in ? ordered_json::parse(in, nullptr, false) : ordered_json();
    if (!json.is_object() || json.value("run", ordered_json()) != json_of_run(run)) return std::nullopt;
    LivedArm lived;
    lived.ledger.total = figures_of(json.at("total"));
    for (const auto& week : json.at("weeks")) lived.ledger.weeks.push_back(figures_of(week));
    lived.ledger.lots.clear();
    for (const auto& lot : json.at("lots")) lived.ledger.lots.push_back(figures_of(lot));
    lived.wire = {.events = json.at("events"),
                  .requests = json.at("requests"),
                  .answered_items = json.at("answered_items"),
                  .trainings = json.at("trainings"),
                  .trainings_refused = json.at("trainings_refused")};
    read_slots(json.value("slots", ordered_json::array()), lived.ledger);
    for (const auto& each : json.value("estimates", ordered_json::array()))
        lived.estimates.push_back({each.at("measure"), each.at("value"), each.at("low"), each.at("high")});
    lived.seconds = json.at("seconds");
    lived.training_seconds = json.at("training_seconds");
    return lived;
}

Result<void> keep_arm(const std::string& folder, const Run& run, const LivedArm& lived) {
    if (folder.empty()) return {};
    ordered_json json = json_of_lived(lived);
    json["run"] = json_of_run(run);
    for (const Figures& lot : lived.ledger.lots) json["lots"].push_back(json_of_figures(lot));
    json["events"] = lived.wire.events;
    json["requests"] = lived.wire.requests;
    json["answered_items"] = lived.wire.answered_items;
    json["trainings"] = lived.wire.trainings;
    json["trainings_refused"] = lived.wire.trainings_refused;
    std::error_code trouble;
    std::filesystem::create_directories(folder, trouble);
    const auto file = file_of(folder, run);
    const std::filesystem::path unfinished = file.string() + ".part";
    {
        std::ofstream out(unfinished);
        out << json.dump() << '\n';
        if (!out.flush()) return fail(ErrorCode::io, fmt::format("{} cannot be written", unfinished.string()));
    }
    std::filesystem::rename(unfinished, file, trouble);
    if (trouble) return fail(ErrorCode::io, fmt::format("{} cannot be written: {}", file.string(), trouble.message()));
    return {};
}

}  // namespace vitrina::cli
