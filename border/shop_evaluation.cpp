#include "border/shop_evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/executor.hpp"
#include "border/history.hpp"
#include "border/lesson.hpp"
#include "border/packing.hpp"
#include "catalog/change.hpp"
#include "evaluation/cuts.hpp"
#include "settings/answers.hpp"

namespace vitrina::border {
namespace {

using nlohmann::ordered_json;
constexpr TimeMs horizon_max = 3660 * day_ms;
constexpr std::size_t mebibyte = 1024UL * 1024;

std::unexpected<Error> refused(std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("the configuration of an evaluation {}", why));
}

Result<void> read_tasks(const ordered_json& names, std::vector<evaluation::Task>& tasks) {
    if (!names.is_array()) return refused("has \"tasks\" that are no list");
    tasks.clear();
    for (const ordered_json& name : names) {
        if (!name.is_string()) return refused("names a task that is no text");
        const auto task = evaluation::task_named(name.get<std::string>());
        if (!task) return std::unexpected(task.error());
        tasks.push_back(*task);
    }
    return tasks.empty() ? refused("has no \"tasks\"; leave them out for all") : Result<void>();
}

Result<void> read_lengths(const ordered_json& lengths, std::vector<std::size_t>& at) {
    if (!lengths.is_array() || lengths.empty()) return refused("has an \"at\" that is no list of lengths");
    at.clear();
    for (const ordered_json& length : lengths) {
        if (!length.is_number_unsigned() || length == 0) return refused("has a length in \"at\" that is not above 0");
        at.push_back(length.get<std::size_t>());
    }
    return {};
}

Result<void> read_horizon(const ordered_json& text, TimeMs& horizon) {
    const auto read = text.is_string() ? parse_duration(text.get<std::string>()) : refused("has no horizon");
    if (!read || *read <= 0 || *read > horizon_max)
        return refused(fmt::format("needs a \"horizon\" above 0 and up to {}d, such as \"30d\"", horizon_max / day_ms));
    horizon = *read;
    return {};
}

Result<void> read_one(const std::string& name, const ordered_json& value, EvaluationConfiguration& configuration) {
    evaluation::RollingRequest& request = configuration.request;
    if (name == "split" && value.is_string()) {
        request.split = value.get<std::string>();
        return evaluation::check_split(request.split);
    }
    if (name == "horizon") return read_horizon(value, request.horizon_ms);
    if (name == "tasks") return read_tasks(value, request.tasks);
    if (name == "at") return read_lengths(value, request.cut_offs);
    if (name == "settings") {
        auto recipe = read_recipe(value.dump());
        if (recipe) request.recipe = *recipe;
        return recipe ? Result<void>() : std::unexpected(recipe.error());
    }
    if (name == "config" && value.is_string()) {
        auto answers = settings::read_answers(value.get<std::string>());
        if (answers) request.placements = std::move(answers->placements);
        return answers ? Result<void>() : std::unexpected(answers.error());
    }
    if (name == "sources" && value.is_boolean()) {
        request.single_sources = value.get<bool>();
        return {};
    }
    const bool number = value.is_number_unsigned();
    if (name == "seed" && number)
        request.seed = value.get<std::uint64_t>();
    else if (name == "bootstrap" && number)
        request.resamples = std::min(value.get<std::size_t>(), 100'000UL);
    else if (name == "memory_mb" && number)
        configuration.memory_mb = value.get<std::uint64_t>();
    else
        return refused(fmt::format("has {} that cannot be read; see border/shop_evaluation.hpp", name));
    return {};
}

}  // namespace

Result<EvaluationConfiguration> read_evaluation_configuration(std::string_view json) {
    const ordered_json all = ordered_json::parse(json, nullptr, false);
    if (!all.is_object()) return refused("is no JSON object");
    EvaluationConfiguration configuration;
    for (const auto& [name, value] : all.items())
        if (const auto read = read_one(name, value, configuration); !read) return std::unexpected(read.error());
    if (configuration.memory_mb > 0)
        configuration.request.recipe.memory_mb = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(configuration.request.recipe.memory_mb, configuration.memory_mb));
    return configuration;
}

Result<ShopEvaluation> ShopEvaluation::open(std::string_view configuration) {
    auto read = read_evaluation_configuration(configuration);
    if (!read) return std::unexpected(read.error());
    return ShopEvaluation(std::move(*read));
}

Result<void> ShopEvaluation::add_entry(std::string_view bytes) {
    const auto entry = catalog::decode_entry(bytes);
    if (!entry) return std::unexpected(entry.error());
    if (auto item = catalog::item_of(*entry)) add_item(std::move(*item));
    return {};
}

Result<void> ShopEvaluation::add_record(std::string_view bytes) {
    const auto record = decode_history_record(bytes);
    if (!record) return std::unexpected(record.error());
    const std::string& id = record->event.event_id;
    const std::size_t more = bytes.size() + id.size();
    // Doubled while it grows.
    if (configuration_.memory_mb > 0 &&
        2 * (bytes_.size() + more + (kept_.size() + 1) * sizeof(Kept)) > configuration_.memory_mb * mebibyte)
        return fail(ErrorCode::exhausted,
                    fmt::format("the history to evaluate takes more than memory_mb {} after {} events; give its task "
                                "more memory, or evaluate a shorter history",
                                configuration_.memory_mb, kept_.size()));
    kept_.push_back({record->event.time, bytes_.size(), static_cast<std::uint32_t>(id.size()),
                     static_cast<std::uint32_t>(bytes.size())});
    bytes_.append(id).append(bytes);
    return {};
}

std::size_t ShopEvaluation::cuts() const { return evaluation::count_cuts(configuration_.request.split).value(); }

Result<void> ShopEvaluation::each_event(const std::function<void(const event::Event&)>& visit) const {
    for (const Kept& kept : kept_) {
        const auto record =
            decode_history_record(std::string_view(bytes_).substr(kept.at + kept.id_length, kept.length));
        if (!record) return std::unexpected(record.error());
        visit(record->event);
    }
    return {};
}

Result<std::string> ShopEvaluation::evaluated(std::size_t cut) {
    ensure(cut < cuts(), "an evaluation was asked for a cut that it does not have");
    std::ranges::sort(kept_, [this](const Kept& a, const Kept& b) {
        return a.time != b.time ? a.time < b.time : id_of(a) < id_of(b);
    });
    evaluation::RollingRequest request = configuration_.request;
    request.each_event = [this](const auto& visit) { return each_event(visit); };
    request.only_cut = cut;
    SerialExecutor executor;
    const auto report = evaluation::evaluate_rolling(request, executor);
    if (!report) return std::unexpected(report.error());
    Packing packing;
    packing.add(evaluation::to_json(*report));
    packing.add(evaluation::to_table(*report));
    return packing.finish();
}

Result<EvaluationReport> joined(std::span<const std::string_view> cuts) {
    EvaluationReport all;
    ordered_json whole;
    for (const std::string_view cut : cuts) {
        const auto parts = unpack(cut);
        if (!parts) return std::unexpected(parts.error());
        ordered_json json;
        if (parts->size() == 2) json = ordered_json::parse(parts->front().value_or(""), nullptr, false);
        if (!json.is_object() || !json.contains("tasks") || !json.contains("models"))
            return fail(ErrorCode::corrupt_data, "these bytes are no figures of a cut");
        if (whole.is_null()) {
            whole = std::move(json);
        } else {
            for (ordered_json& task : json["tasks"]) whole["tasks"].push_back(std::move(task));
            if (!json["models"].empty()) whole["models"] = std::move(json["models"]);
        }
        all.table += parts->back().value_or("");
    }
    all.json = whole.dump();
    return all;
}

}  // namespace vitrina::border
