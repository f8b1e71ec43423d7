#include <array>

#include "base/json_fields.hpp"
#include "base/json_parse.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

using catalog::RunOutcome;
using json::Field;
using json::MaybeBad;
using json::Value;

struct Ending {
    bool counted = false;
    catalog::RunClaim claim;
};

MaybeBad set_count(Ending& ending, const Value& value) {
    std::uint64_t count = 0;
    if (auto bad = json::read_whole(value, "bad_count", {0, 1'000'000'000'000}, count)) return bad;
    ending.claim.items = count;
    ending.counted = true;
    return {};
}

constexpr auto fields = std::to_array<Field<Ending>>({
    {"items", set_count},
    {"force", [](Ending& ending, const Value& value) { return json::read_flag(value, ending.claim.force); }},
});

Result<catalog::RunClaim> read_claim(std::string_view body) {
    simdjson::dom::parser parser;
    json::Element root;
    json::Object object;
    Ending ending;
    if (json::parse(parser, body, root) || root.get(object))
        return fail(ErrorCode::invalid_input, R"(the body is no object; send {"items": 1000})");
    if (const auto bad = json::read_object<Ending>(object, fields, ending))
        return fail(ErrorCode::invalid_input, bad->message);
    if (!ending.counted)
        return fail(
            ErrorCode::invalid_input,
            "field \"items\" is missing; say how many different items the run has, so that a part that was lost "
            "is noticed");
    return ending.claim;
}

std::string figures_of(const RunOutcome& outcome) {
    JsonWriter json;
    json.begin_object();
    json.key("expected").number(outcome.expected);
    json.key("seen").number(outcome.seen);
    json.key("before").number(outcome.before);
    json.key("would_vanish").number(outcome.vanished);
    std::string members = json.take();
    members.front() = ',';
    return members;
}

HttpResponse report(const RunOutcome& outcome) {
    if (outcome.kind == RunOutcome::Kind::counts_differ)
        return answer_of({"run_incomplete", outcome.message, {}, figures_of(outcome)});
    if (outcome.kind == RunOutcome::Kind::too_many)
        return answer_of({"too_many_absent", outcome.message, {}, figures_of(outcome)});
    JsonWriter json;
    json.begin_object();
    json.key("items").number(outcome.seen);
    json.key("vanished").number(outcome.vanished);
    json.end_object();
    return json_answer(json.take());
}

}  // namespace

HttpResponse post_item_run(const Call& call) {
    const auto run = call.host.engine.begin_item_run();
    if (!run) return answer_of(problem_of(run.error()));
    JsonWriter json;
    json.begin_object();
    json.key("run").text(run->id);
    json.key("begun_at").time(run->begun_at);
    json.key("open_until").time(run->begun_at + call.host.engine.configuration().item_runs.open_ms);
    json.end_object();
    return json_answer(json.take());
}

HttpResponse end_item_run(const Call& call) {
    const auto claim = read_claim(call.request.body);
    if (!claim) return answer_of(problem_of(claim.error()));
    const auto run = call.host.engine.item_run(std::string(call.id));
    if (!run) return answer_of(problem_of(run.error()));
    const auto outcome = call.host.engine.end_item_run(*run, *claim);
    return outcome ? report(*outcome) : answer_of(problem_of(outcome.error()));
}

}  // namespace vitrina::server
