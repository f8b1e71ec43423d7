#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "event/json.hpp"
#include "event/order_chunks.hpp"
#include "event/validation.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

using event::Event;
using event::EventKind;
using event::Refusal;

struct RefusedEvent {
    std::size_t index = 0;
    Refusal refusal;
};

// Where an event that was sent begins among the good ones.
struct Start {
    std::size_t chunk = 0;
    std::size_t index = 0;  // as it was sent
};

struct Sorted {
    std::vector<Event> good;  // a long order as its chunks
    std::vector<Start> starts;
    std::vector<RefusedEvent> refused;
};

// Good, but not durable: to be sent again as it is.
struct FailedEvent {
    std::size_t index = 0;
    ErrorCode code{};
};

struct Outcome {
    std::size_t accepted = 0, duplicates = 0;
    const std::vector<RefusedEvent>& refused;
    const std::vector<FailedEvent>& failed;
};

// A browser may claim to be anybody, so its `user_id` counts only with proof; without it the visitor alone is recorded.
std::expected<Event, Refusal> of_public_key(event::ReadEvent read, const Call& call) {
    Event& event = read.event;
    const bool is_order = event.kind == EventKind::purchase || event.kind == EventKind::refund;
    event.provisional = is_order && call.host.settings().orders == "server";
    if (!user_token_holds(call.host.keys.token, read.user_token, event.user_id, event.received_at)) {
        if (event.kind == EventKind::login)
            return std::unexpected(
                Refusal{"user_token_needed", "a login from a browser needs a user_token that is valid"});
        event.user_id.clear();
    }
    return std::move(event);
}

// One event, or the chunks of a long order, all of them valid.
std::expected<std::vector<Event>, Refusal> judged(event::ReadOrRefused read, const Call& call, TimeMs now) {
    if (!read) return std::unexpected(std::move(read.error()));
    read->event.received_at = now;
    read->event.trusted = call.access == Access::secret;
    read->event.bot = call.bot;
    std::expected<Event, Refusal> event = std::move(read->event);
    if (call.access != Access::secret) event = of_public_key({std::move(*event), std::move(read->user_token)}, call);
    if (!event) return std::unexpected(std::move(event.error()));
    const event::Limits& limits = call.host.engine.configuration().events;
    if (auto refused = event::refused_order(*event, limits)) return std::unexpected(std::move(*refused));
    std::vector<Event> chunks = event::in_chunks(std::move(*event), limits);
    for (Event& chunk : chunks) {
        auto valid = event::validated(std::move(chunk), limits);
        if (!valid) return std::unexpected(std::move(valid.error()));
        chunk = std::move(*valid);
    }
    return chunks;
}

Sorted sorted(std::vector<event::ReadOrRefused> read, const Call& call) {
    const TimeMs now = call.host.engine.now();
    Sorted sorted;
    sorted.good.reserve(read.size());
    for (std::size_t index = 0; index < read.size(); ++index) {
        auto chunks = judged(std::move(read[index]), call, now);
        if (chunks) {
            sorted.starts.push_back({sorted.good.size(), index});
            std::ranges::move(*chunks, std::back_inserter(sorted.good));
        } else {
            sorted.refused.push_back({index, std::move(chunks.error())});
        }
    }
    return sorted;
}

void write_refused(JsonWriter& json, const std::vector<RefusedEvent>& refused) {
    json.key("refused").begin_array();
    for (const auto& [index, refusal] : refused) {
        json.begin_object();
        json.key("index").number(index);
        json.key("code").text(refusal.code);
        json.key("message").text(refusal.message);
        json.end_object();
    }
    json.end_array();
}

// An order of which a chunk is missing has failed as a whole.
std::vector<FailedEvent> failed_of(const engine::AcceptReport& report, const Sorted& events) {
    std::vector<FailedEvent> failed;
    for (const engine::NotDurable& one : report.failed) {
        const auto after = std::ranges::upper_bound(events.starts, one.index, {}, &Start::chunk);
        const std::size_t index = std::prev(after)->index;
        if (failed.empty() || failed.back().index != index) failed.push_back({index, one.error.code});
    }
    return failed;
}

HttpResponse report(const Outcome& outcome) {
    JsonWriter json;
    json.begin_object();
    json.key("accepted").number(outcome.accepted);
    json.key("duplicates").number(outcome.duplicates);
    write_refused(json, outcome.refused);
    if (!outcome.failed.empty()) {
        json.key("failed").begin_array();
        for (const auto& [index, code] : outcome.failed) {
            json.begin_object();
            json.key("index").number(index);
            json.key("code").text(name_of(code));
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
    return json_answer(json.take(), outcome.failed.empty() ? 200 : 207);
}

HttpResponse all_refused(const std::vector<RefusedEvent>& refused) {
    JsonWriter members;
    write_refused(members, refused);
    return answer_of({.code = "all_refused",
                      .detail = refused.front().refusal.message,
                      .headers = {},
                      .members = ',' + members.take()});
}

}  // namespace

HttpResponse post_events(const Call& call) {
    const std::string_view validate_only = call.parameter("validate_only");
    if (!validate_only.empty() && validate_only != "true" && validate_only != "false")
        return answer_of({"invalid_input", "validate_only is neither true nor false"});
    const std::size_t most = call.host.settings().batch_events;
    auto read = event::JsonReader({.events = most, .quantity = call.host.engine.configuration().events.quantity})
                    .read_body(call.request.body);
    if (!read) {
        return read.error().code == ErrorCode::exhausted ? answer_of({"too_large", read.error().message})
                                                         : answer_of(problem_of(read.error()));
    }
    Sorted events = sorted(std::move(*read), call);
    if (events.good.empty() && !events.refused.empty()) return all_refused(events.refused);
    if (validate_only == "true" || events.good.empty()) return report({events.starts.size(), 0, events.refused, {}});
    const auto accepted = call.host.engine.accept(events.good);
    if (!accepted) return answer_of(problem_of(accepted.error()));
    const std::vector<FailedEvent> failed = failed_of(*accepted, events);
    const auto duplicates = static_cast<std::size_t>(std::ranges::count_if(events.starts, [&](const Start& start) {
        return accepted->verdicts.at(start.chunk) == state::Verdict::duplicate &&
               std::ranges::find(failed, start.index, &FailedEvent::index) == failed.end();
    }));
    return report({events.starts.size() - failed.size() - duplicates, duplicates, events.refused, failed});
}

}  // namespace vitrina::server
