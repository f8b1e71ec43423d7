#include "tests/cluster_parity.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <thread>

#include "cluster/cluster_engine.hpp"
#include "engine/engine.hpp"
#include "tests/cluster_found.hpp"

namespace vitrina::tests {
namespace {

constexpr int patience_ms = 120'000;
constexpr TimeMs answer_ms = 60'000;

void add(Parity& parity, const std::string& what, const std::vector<std::string>& wrong) {
    parity.compared.push_back(what);
    for (const std::string& sentence : wrong) parity.wrong.push_back(what + ": " + sentence);
}

template <class Value>
const Error* error_of(const Result<Value>& result) {
    return result ? nullptr : &result.error();
}

std::string counts(const Stores& stores) {
    std::string text;
    for (const auto& [store, states] : stores)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", states.size(), store);
    return text;
}

std::string text_of(const recommendation::Recommendation& answer) {
    std::string text = fmt::format("{} of {}, {}{}", answer.placement, answer.model_version, answer.variant,
                                   answer.late ? ", late" : "");
    if (answer.items.empty()) text += "\n" + answer.empty_reason;
    for (const auto& item : answer.items) {
        text += fmt::format("\n{} {:a} {} {} {} {}", item.item_id, item.score, item.source, item.reason.code,
                            item.reason.item_id, item.reason.text);
        for (const auto& part : item.explained)
            text += fmt::format(" {} {:a} {:a}", part.source, part.score, part.weight);
    }
    for (const auto& trace : answer.trace) text += fmt::format("\n{} {}", trace.item_id, trace.rule);
    return text;
}

struct Person {
    std::string visitor, user;
    std::vector<std::string> items;
    auto operator<=>(const Person&) const = default;
};

// Of the log's people every n-th, and somebody new.
Result<std::vector<Person>> people_of(const engine::Engine& engine, std::size_t wanted) {
    std::map<std::string, Person> all;
    const auto read = engine.each_event([&](const event::Event& event) {
        Person& person = all[event.visitor_id];
        person.visitor = event.visitor_id;
        if (!event.user_id.empty()) person.user = event.user_id;
        if (!event.items.empty() && person.items.size() < 3) person.items.push_back(event.items.front().item_id);
    });
    if (!read) return std::unexpected(read.error());
    std::vector<Person> chosen{{"somebody new", "", {}}};
    const std::size_t step = std::max<std::size_t>(1, all.size() / wanted);
    std::size_t number = 0;
    for (const auto& [id, person] : all)
        if (number++ % step == 0) chosen.push_back(person);
    return chosen;
}

engine::RecommendationRequest question(const Person& person, const std::string& placement) {
    engine::RecommendationRequest asked;
    asked.visitor_id = person.visitor;
    asked.user_id = person.user;
    asked.timeout_ms = answer_ms;
    recommendation::Request& request = asked.requests.emplace_back();
    request.placement = placement;
    request.explain = true;
    request.locale = "en";
    request.item_id = person.items.empty() ? "item 1" : person.items.front();
    if (placement.starts_with("cart")) request.cart = person.items;
    return asked;
}

Result<void> until_ready(engine::Engine& node) {
    for (int waited = 0; waited < patience_ms; waited += 100) {
        if (node.readiness().ready && node.current_model() != "none") return {};
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return fail(ErrorCode::unavailable,
                "the node is not ready: " + node.readiness().detail + "; model " + node.current_model());
}

}  // namespace

Result<Parity> compare_stores(const std::string& embedded, const std::string& node,
                              const engine::Configuration& configuration) {
    const auto states = stored_states(embedded), fed = stored_states(node);
    const auto items = stored_items(embedded, false), fed_items = stored_items(node, true);
    auto found = read_cluster(configuration.cluster);
    for (const Error* error : std::initializer_list<const Error*>{error_of(states), error_of(fed), error_of(items),
                                                                  error_of(fed_items), error_of(found)})
        if (error != nullptr) return std::unexpected(*error);
    const auto folded_items = items_of(found->stores["catalog"]);
    if (!folded_items) return std::unexpected(folded_items.error());
    found->stores.erase("catalog");
    Parity parity;
    add(parity, fmt::format("states of the embedded host and of the folds ({})", counts(*states)),
        judge_states(*states, found->stores));
    add(parity, "states of the embedded host and of the node", judge_states(*states, *fed));
    add(parity, fmt::format("{} items of the embedded host and of the folds", items->size()),
        judge_states({{"catalog", *items}}, {{"catalog", *folded_items}}));
    add(parity, "items of the embedded host and of the node",
        judge_states({{"catalog", *items}}, {{"catalog", *fed_items}}));
    if (!found->topics["dead-letters"].empty())
        parity.wrong.push_back(
            fmt::format("{} dead letters of a log without poison", found->topics["dead-letters"].size()));
    return parity;
}

Result<Parity> compare_answers(const std::string& embedded, const std::string& node,
                               const engine::Configuration& configuration, std::size_t people) {
    engine::Configuration alone = configuration;
    alone.cluster = {};
    alone.training.every_ms = 0;
    std::atomic<TimeMs> time = 0;
    const auto clock = [&] { return time.load(); };
    const auto wall = [] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    };
    time = wall();
    const auto one = engine::Engine::open(embedded, alone, clock);
    if (!one) return std::unexpected(one.error());
    const auto other = cluster::ClusterEngine::open(node, configuration, {.clock = clock});
    if (!other) return std::unexpected(other.error());
    if (const auto ready = until_ready(**other); !ready) return std::unexpected(ready.error());
    for (engine::Engine* engine : {one->get(), other->get()})
        if (const auto fresh = engine->refresh_trends(); !fresh) return std::unexpected(fresh.error());
    const auto asked = people_of(**one, people);
    if (!asked) return std::unexpected(asked.error());
    Parity parity;
    std::size_t answers = 0, filled = 0;
    for (const Person& person : *asked)
        for (const auto& [placement, settings] : configuration.placements) {
            const auto request = question(person, placement);
            const auto here = (*one)->recommend(request), there = (*other)->recommend(request);
            if (!here || !there) return std::unexpected(here ? there.error() : here.error());
            ++answers;
            filled += here->front().items.empty() ? 0 : 1;
            const std::string wanted = text_of(here->front()), given = text_of(there->front());
            if (wanted != given && parity.wrong.size() < 3)
                parity.wrong.push_back(fmt::format("{} is answered\n{}\nby the embedded host and\n{}\nby the node",
                                                   person.visitor, wanted, given));
        }
    parity.compared.push_back(fmt::format("{} answers of both hosts, {} of them with items", answers, filled));
    if (filled * 4 < answers) parity.wrong.push_back("too few of the answers have items to prove anything");
    return parity;
}

}  // namespace vitrina::tests
