#include <fmt/core.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <shared_mutex>

#include "catalog/catalog.hpp"
#include "catalog/json.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

using catalog::Item;

HttpResponse no_such_item(std::string_view id) {
    return answer_of({"not_found", fmt::format("there is no item {}", id)});
}

// Writes one item and answers it as it is now.
HttpResponse stored(Item item, const Call& call) {
    auto valid = catalog::validated(std::move(item));
    if (!valid) return answer_of(problem_of(valid.error()));
    std::string json = catalog::json_text(*valid);
    std::vector<Item> items;
    items.push_back(std::move(*valid));
    const auto results = call.host.engine.put_items(std::move(items));
    if (!results.front()) return answer_of(problem_of(results.front().error()));
    return json_answer(std::move(json));
}

// Precondition: the body was read as a patch, so it is one JSON object.
std::vector<std::string> fields_named(std::string_view body) {
    std::vector<std::string> names;
    const auto object = nlohmann::json::parse(body, nullptr, false);
    for (const auto& [name, value] : object.items()) names.push_back(name);
    return names;
}

struct RefusedItem {
    std::size_t index = 0;
    Error error;
};

// What became of a batch. A refused item is the sender's to mend, a failed one may be sent again as it is.
struct Outcome {
    std::size_t accepted = 0;
    std::vector<RefusedItem> refused, failed;

    void add(std::size_t index, const Error& error) {
        const bool theirs = error.code == ErrorCode::invalid_input || error.code == ErrorCode::conflict;
        (theirs ? refused : failed).push_back({index, error});
    }
};

void write_list(JsonWriter& json, std::string_view name, const std::vector<RefusedItem>& list) {
    json.key(name).begin_array();
    for (const auto& [index, error] : list) {
        json.begin_object();
        json.key("index").number(index);
        json.key("code").text(name_of(error.code));
        json.key("message").text(error.message);
        json.end_object();
    }
    json.end_array();
}

// `run`: of which they are a part; null: of none.
Outcome stored_all(std::vector<Result<Item>> read, const catalog::Run* run, const Call& call) {
    Outcome outcome;
    std::vector<Item> good;
    std::vector<std::size_t> places;
    for (std::size_t index = 0; index < read.size(); ++index) {
        auto item = read[index] ? catalog::validated(std::move(*read[index])) : std::move(read[index]);
        if (item) {
            good.push_back(std::move(*item));
            places.push_back(index);
        } else {
            outcome.add(index, item.error());
        }
    }
    if (good.empty()) return outcome;
    engine::Engine& engine = call.host.engine;
    const auto results = run == nullptr ? engine.put_items(std::move(good)) : engine.put_items(std::move(good), *run);
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i]) {
            ++outcome.accepted;
        } else {
            outcome.add(places[i], results[i].error());
        }
    }
    return outcome;
}

HttpResponse report(const Outcome& outcome) {
    JsonWriter json;
    if (outcome.accepted == 0 && !outcome.failed.empty()) return answer_of(problem_of(outcome.failed.front().error));
    if (outcome.accepted == 0 && !outcome.refused.empty()) {
        write_list(json, "refused", outcome.refused);
        return answer_of({"all_refused", outcome.refused.front().error.message, {}, ',' + json.take()});
    }
    json.begin_object();
    json.key("accepted").number(outcome.accepted);
    write_list(json, "refused", outcome.refused);
    if (!outcome.failed.empty()) write_list(json, "failed", outcome.failed);
    json.end_object();
    return json_answer(json.take(), outcome.failed.empty() ? 200 : 207);
}

}  // namespace

HttpResponse get_item(const Call& call) {
    const auto item = call.host.engine.item(std::string(call.id));
    return item ? json_answer(catalog::json_text(*item)) : no_such_item(call.id);
}

HttpResponse put_item(const Call& call) {
    const std::shared_lock lock(call.host.item_writes);
    auto item = catalog::JsonReader().read_item(call.request.body, call.id);
    return item ? stored(std::move(*item), call) : answer_of(problem_of(item.error()));
}

HttpResponse patch_item(const Call& call) {
    const std::unique_lock lock(call.host.item_writes);
    const auto before = call.host.engine.item(std::string(call.id));
    if (!before) return no_such_item(call.id);
    auto item = catalog::JsonReader().patched(*before, call.request.body);
    if (item) item = catalog::validated(std::move(*item));
    if (!item) return answer_of(problem_of(item.error()));
    std::string json = catalog::json_text(*item);
    const auto patched = call.host.engine.patch_item(*before, std::move(*item), fields_named(call.request.body));
    return patched ? json_answer(std::move(json)) : answer_of(problem_of(patched.error()));
}

HttpResponse delete_item(const Call& call) {
    const std::shared_lock lock(call.host.item_writes);
    const auto removed = call.host.engine.remove_item(std::string(call.id));
    return removed ? HttpResponse{.status = 204} : answer_of(problem_of(removed.error()));
}

HttpResponse post_items(const Call& call) {
    const std::string_view named = call.parameter("run");
    std::optional<catalog::Run> run;
    if (!named.empty()) {
        auto known = call.host.engine.item_run(std::string(named));
        if (!known) return answer_of(problem_of(known.error()));
        run = std::move(*known);
    }
    const std::shared_lock lock(call.host.item_writes);
    auto read = catalog::JsonReader({.items = call.host.settings().batch_items}).read_body(call.request.body);
    if (!read) {
        return read.error().code == ErrorCode::exhausted ? answer_of({"too_large", read.error().message})
                                                         : answer_of(problem_of(read.error()));
    }
    return report(stored_all(std::move(*read), run ? &*run : nullptr, call));
}

}  // namespace vitrina::server
