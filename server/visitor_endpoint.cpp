#include <fmt/core.h>

#include <unordered_map>

#include "server/endpoints.hpp"
#include "server/forwarded.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

constexpr std::size_t actions_max = 200;

std::string_view name_of(state::Action action) {
    switch (action) {
        case state::Action::view: return "view";
        case state::Action::wish: return "wish";
        case state::Action::cart: return "cart";
        case state::Action::buy: return "buy";
        case state::Action::refund: return "refund";
    }
    return "";
}

using Names = std::unordered_map<ItemKey, std::string>;

// State knows items by their keys only; the catalogue is read through once to name them.
Names names_of(std::span<const state::Acted> actions, const engine::Engine& engine) {
    Names names;
    for (const state::Acted& action : actions) names[action.item];
    engine.each_item([&](const catalog::Item& item) {
        const auto found = names.find(item_key(item.item_id));
        if (found != names.end()) found->second = item.item_id;
    });
    return names;
}

void write_action(JsonWriter& json, const state::Acted& action, const std::string& item_id) {
    json.begin_object();
    json.key("time").time(action.time);
    json.key("action").text(name_of(action.action));
    if (!item_id.empty()) json.key("item_id").text(item_id);
    json.key("quantity").number(static_cast<std::int64_t>(action.quantity));
    if (action.price != 0) json.key("price").money(action.price);
    json.key("in_session").boolean(action.in_session);
    json.end_object();
}

}  // namespace

std::optional<engine::Person> person_of_path(const Call& call) {
    return engine::Person{.visitor_id = std::string(call.id), .user_id = {}};
}

HttpResponse get_visitor(const Call& call) {
    const engine::Person person{.visitor_id = std::string(call.id), .user_id = {}};
    const Keeping keeping = keeping_of(call, person);
    if (keeping == Keeping::elsewhere)
        if (auto answer = answer_of_keeper(call, person)) return std::move(*answer);
    if (keeping != Keeping::here) {  // "not known" would be a lie
        call.host.engine.peers()->answered_without();
        return answer_of(
            {"unavailable", "another node keeps this visitor and does not answer", {{"Retry-After", "1"}}});
    }
    const auto visitor = call.host.engine.visitor(std::string(call.id));
    if (!visitor) return answer_of(problem_of(visitor.error()));
    if (!visitor->known) return answer_of({"not_found", fmt::format("there is no event of the visitor {}", call.id)});
    const auto actions = std::span(visitor->actions).first(std::min(actions_max, visitor->actions.size()));
    const Names names = names_of(actions, call.host.engine);
    JsonWriter json;
    json.begin_object();
    json.key("visitor_id").text(call.id);
    json.key("logged_in").boolean(!visitor->user_hash.empty());
    json.key("suspect").boolean(visitor->suspect);
    json.key("cart").begin_array();
    for (const std::string& item_id : visitor->cart) json.text(item_id);
    json.end_array();
    json.key("actions").begin_array();
    for (const state::Acted& action : actions) write_action(json, action, names.at(action.item));
    json.end_array();
    json.end_object();
    return json_answer(json.take());
}

}  // namespace vitrina::server
