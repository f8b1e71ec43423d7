// Longer than most: one pair of functions for each message, and nothing else.
#include "owner/wire.hpp"

#include <fmt/core.h>

#include <array>

#include "catalog/codec.hpp"
#include "event/codec.hpp"

namespace vitrina::owner {

namespace {

using engine::Counters;

constexpr std::array counter_fields = {&Counters::events,
                                       &Counters::duplicates,
                                       &Counters::late,
                                       &Counters::dead_letters,
                                       &Counters::suspects,
                                       &Counters::visitors,
                                       &Counters::users,
                                       &Counters::items_with_state,
                                       &Counters::catalog_items,
                                       &Counters::exposures_offered,
                                       &Counters::exposures_dropped,
                                       &Counters::log_bytes,
                                       &Counters::log_position,
                                       &Counters::checkpoint_position,
                                       &Counters::trainings,
                                       &Counters::trainings_failed,
                                       &Counters::releases_refused,
                                       &Counters::unmatched_refunds,
                                       &Counters::successes_forgotten};
// But for those of a serving node, which /metrics tells.
static_assert(counter_fields.size() * sizeof(std::uint64_t) == sizeof(Counters) - sizeof(Counters::node),
              "every counter travels");

std::unexpected<Error> unreadable(const char* what) {
    return fail(ErrorCode::corrupt_data, fmt::format("{} cannot be read; are both programs of one version?", what));
}

template <class Repeated>
std::vector<std::string> texts(const Repeated& repeated) {
    return {repeated.begin(), repeated.end()};
}

void write(const recommendation::Request& request, proto::PlacementRequest& wire) {
    wire.set_placement(request.placement);
    wire.set_item_id(request.item_id);
    wire.mutable_cart()->Assign(request.cart.begin(), request.cart.end());
    wire.set_size(request.size);
    wire.mutable_exclude()->Assign(request.exclude.begin(), request.exclude.end());
    wire.mutable_candidates()->Assign(request.candidates.begin(), request.candidates.end());
    if (request.filter) wire.set_filter(filter_json(*request.filter));
    wire.mutable_recent_items()->Assign(request.recent_items.begin(), request.recent_items.end());
    wire.set_category(request.category);
    wire.set_search_term(request.search_term);
    wire.set_locale(request.locale);
    wire.set_strict(request.strict);
    wire.set_explain(request.explain);
}

Result<recommendation::Request> read(const proto::PlacementRequest& wire) {
    // A term with several operators was one level when it was typed and is two now.
    constexpr ranking::FilterLimits filter_limits{.depth = 32, .terms = 1024, .values = 1000};
    recommendation::Request request{.placement = wire.placement(),
                                    .item_id = wire.item_id(),
                                    .cart = texts(wire.cart()),
                                    .size = wire.size(),
                                    .exclude = texts(wire.exclude()),
                                    .candidates = texts(wire.candidates()),
                                    .filter = std::nullopt,
                                    .recent_items = texts(wire.recent_items()),
                                    .category = wire.category(),
                                    .search_term = wire.search_term(),
                                    .locale = wire.locale(),
                                    .strict = wire.strict(),
                                    .explain = wire.explain()};
    if (wire.filter().empty()) return request;
    auto filter = ranking::parse_filter(wire.filter(), filter_limits);
    if (!filter) return std::unexpected(filter.error());
    request.filter = std::move(*filter);
    return request;
}

void write(const recommendation::AnsweredItem& item, proto::Answered& wire) {
    wire.set_item_id(item.item_id);
    wire.set_score(item.score);
    wire.set_source(item.source);
    wire.set_reason_code(item.reason.code);
    wire.set_reason_item_id(item.reason.item_id);
    wire.set_reason_text(item.reason.text);
    for (const auto& part : item.explained) {
        proto::ScoredSource& scored = *wire.add_explained();
        scored.set_source(part.source);
        scored.set_score(part.score);
        scored.set_weight(part.weight);
    }
}

recommendation::AnsweredItem read(const proto::Answered& wire) {
    recommendation::AnsweredItem item{.item_id = wire.item_id(),
                                      .score = wire.score(),
                                      .source = wire.source(),
                                      .reason = {wire.reason_code(), wire.reason_item_id(), wire.reason_text()},
                                      .explained = {}};
    for (const auto& scored : wire.explained())
        item.explained.push_back({scored.source(), scored.score(), scored.weight()});
    return item;
}

void write(const recommendation::Recommendation& answer, proto::Recommended& wire) {
    wire.set_placement(answer.placement);
    wire.set_recommendation_id(answer.recommendation_id);
    wire.set_variant(answer.variant);
    wire.set_model_version(answer.model_version);
    for (const auto& item : answer.items) write(item, *wire.add_items());
    wire.set_empty_reason(answer.empty_reason);
    for (const auto& step : answer.trace) {
        proto::TraceStep& trace = *wire.add_trace();
        trace.set_item_id(step.item_id);
        trace.set_rule(step.rule);
    }
    wire.set_late(answer.late);
}

recommendation::Recommendation read(const proto::Recommended& wire) {
    recommendation::Recommendation answer{.placement = wire.placement(),
                                          .recommendation_id = wire.recommendation_id(),
                                          .variant = wire.variant(),
                                          .model_version = wire.model_version(),
                                          .items = {},
                                          .empty_reason = wire.empty_reason(),
                                          .trace = {},
                                          .late = wire.late()};
    for (const auto& item : wire.items()) answer.items.push_back(read(item));
    for (const auto& step : wire.trace()) answer.trace.push_back({step.item_id(), step.rule()});
    return answer;
}

}  // namespace

void write(const Error& error, proto::Failure& wire) {
    wire.set_code(static_cast<std::uint32_t>(error.code));
    wire.set_message(error.message);
}

Error read(const proto::Failure& wire) {
    const auto last = static_cast<std::uint32_t>(ErrorCode::unavailable);
    return {static_cast<ErrorCode>(std::min(wire.code(), last)), wire.message()};
}

void write(const engine::RecommendationRequest& request, proto::RecommendationCall& wire) {
    wire.set_visitor_id(request.visitor_id);
    wire.set_user_id(request.user_id);
    for (const auto& one : request.requests) write(one, *wire.add_requests());
    wire.set_distinct(request.distinct);
    wire.set_live(request.live);
    wire.set_bot(request.bot);
    wire.set_timeout_ms(request.timeout_ms);
}

Result<engine::RecommendationRequest> read(const proto::RecommendationCall& wire) {
    engine::RecommendationRequest request{.visitor_id = wire.visitor_id(),
                                          .user_id = wire.user_id(),
                                          .requests = {},
                                          .distinct = wire.distinct(),
                                          .live = wire.live(),
                                          .bot = wire.bot(),
                                          .timeout_ms = wire.timeout_ms()};
    for (const auto& one : wire.requests()) {
        auto placement = read(one);
        if (!placement) return std::unexpected(placement.error());
        request.requests.push_back(std::move(*placement));
    }
    return request;
}

void write(const std::vector<recommendation::Recommendation>& answers, proto::Recommendations& wire) {
    for (const auto& answer : answers) write(answer, *wire.add_recommendations());
}

std::vector<recommendation::Recommendation> read(const proto::Recommendations& wire) {
    std::vector<recommendation::Recommendation> answers;
    for (const auto& answer : wire.recommendations()) answers.push_back(read(answer));
    return answers;
}

void write(const engine::AcceptReport& report, proto::Accepted& wire) {
    wire.set_accepted(report.accepted);
    wire.set_duplicates(report.duplicates);
    for (const state::Verdict verdict : report.verdicts) wire.mutable_verdicts()->push_back(static_cast<char>(verdict));
}

Result<engine::AcceptReport> read(const proto::Accepted& wire) {
    engine::AcceptReport report{.accepted = wire.accepted(), .duplicates = wire.duplicates(), .verdicts = {}};
    for (const char verdict : wire.verdicts()) {
        if (verdict < 0 || verdict > static_cast<char>(state::Verdict::unchanged)) return unreadable("a verdict");
        report.verdicts.push_back(static_cast<state::Verdict>(verdict));
    }
    return report;
}

void write(const std::vector<Result<void>>& outcomes, proto::Outcomes& wire) {
    for (const auto& outcome : outcomes) {
        proto::Failure& one = *wire.add_outcomes();
        if (!outcome) write(outcome.error(), one);
    }
}

std::vector<Result<void>> read(const proto::Outcomes& wire) {
    std::vector<Result<void>> outcomes;
    for (const auto& one : wire.outcomes())
        outcomes.push_back(one.message().empty() ? Result<void>{} : std::unexpected(read(one)));
    return outcomes;
}

void write(const catalog::Run& run, proto::ItemRun& wire) {
    wire.set_id(run.id);
    wire.set_begun_at_ms(run.begun_at);
}

catalog::Run read(const proto::ItemRun& wire) { return {.id = wire.id(), .begun_at = wire.begun_at_ms()}; }

void write(const catalog::RunOutcome& outcome, proto::RunOutcome& wire) {
    wire.set_kind(static_cast<std::uint32_t>(outcome.kind));
    wire.set_expected(outcome.expected);
    wire.set_seen(outcome.seen);
    wire.set_before(outcome.before);
    wire.set_vanished(outcome.vanished);
    wire.set_message(outcome.message);
}

Result<catalog::RunOutcome> read(const proto::RunOutcome& wire) {
    if (wire.kind() > static_cast<std::uint32_t>(catalog::RunOutcome::Kind::too_many))
        return fail(ErrorCode::corrupt_data, "the end of a run has an unknown outcome");
    return catalog::RunOutcome{.kind = static_cast<catalog::RunOutcome::Kind>(wire.kind()),
                               .expected = wire.expected(),
                               .seen = wire.seen(),
                               .before = wire.before(),
                               .vanished = wire.vanished(),
                               .message = wire.message()};
}

void write(const engine::VisitorReport& report, proto::Visitor& wire) {
    wire.set_known(report.known);
    for (const state::Acted& acted : report.actions) {
        proto::VisitorAction& action = *wire.add_actions();
        action.set_time_ms(acted.time);
        action.set_item(static_cast<std::uint64_t>(acted.item));
        action.set_order(acted.order);
        action.set_price_micros(acted.price);
        action.set_quantity(acted.quantity);
        action.set_action(static_cast<std::uint32_t>(acted.action));
        action.set_in_session(acted.in_session);
    }
    wire.mutable_cart()->Assign(report.cart.begin(), report.cart.end());
    wire.set_user_hash(report.user_hash);
    wire.set_suspect(report.suspect);
}

Result<engine::VisitorReport> read(const proto::Visitor& wire) {
    engine::VisitorReport report{.known = wire.known(),
                                 .actions = {},
                                 .cart = texts(wire.cart()),
                                 .user_hash = wire.user_hash(),
                                 .suspect = wire.suspect()};
    for (const auto& action : wire.actions()) {
        if (action.action() < static_cast<std::uint32_t>(state::Action::view) ||
            action.action() > static_cast<std::uint32_t>(state::Action::refund))
            return unreadable("an action");
        report.actions.push_back({.time = action.time_ms(),
                                  .item = ItemKey{action.item()},
                                  .order = action.order(),
                                  .price = action.price_micros(),
                                  .quantity = action.quantity(),
                                  .action = static_cast<state::Action>(action.action()),
                                  .in_session = action.in_session()});
    }
    return report;
}

void write(const engine::Counters& counters, proto::Figures& wire) {
    for (const auto field : counter_fields) wire.add_figures(counters.*field);
}

Result<engine::Counters> read(const proto::Figures& wire) {
    if (static_cast<std::size_t>(wire.figures_size()) != counter_fields.size()) return unreadable("the counters");
    Counters counters;
    for (std::size_t i = 0; i < counter_fields.size(); ++i)
        counters.*counter_fields[i] = wire.figures(static_cast<int>(i));
    return counters;
}

void write(const std::vector<model::Manifest>& manifests, proto::Blobs& wire) {
    for (const auto& manifest : manifests) wire.add_blobs(model::to_json(manifest));
}

Result<std::vector<model::Manifest>> read_manifests(const proto::Blobs& wire) {
    std::vector<model::Manifest> manifests;
    for (const auto& blob : wire.blobs()) {
        auto manifest = model::manifest_from_json(blob);
        if (!manifest) return std::unexpected(manifest.error());
        manifests.push_back(std::move(*manifest));
    }
    return manifests;
}

void write(const experiment::Programme& programme, proto::Programme& wire) {
    wire.set_hold_out_share(programme.hold_out.share);
    wire.set_hold_out_shows_items(programme.hold_out.shows_items);
    wire.set_hold_out_window_ms(programme.hold_out.window_ms);
    for (const experiment::Trial& trial : programme.trials) {
        proto::RunningTrial& to = *wire.add_trials();
        to.set_id(trial.plan.id);
        to.set_layer(trial.plan.layer);
        to.set_layer_from(trial.plan.layer_from);
        to.set_layer_to(trial.plan.layer_to);
        to.set_ramp(trial.plan.ramp);
        for (const experiment::Arm& arm : trial.plan.arms) {
            to.add_arms()->set_name(arm.name);
            to.mutable_arms(to.arms_size() - 1)->set_share(arm.share);
        }
        to.set_by_user(trial.unit == experiment::Unit::user);
        to.set_from_ms(trial.from);
        to.set_until_ms(trial.until);
        to.set_window_ms(trial.window_ms);
        to.set_guard(trial.guard);
        to.set_ended_for(trial.ended_for);
    }
}

Result<experiment::Programme> read(const proto::Programme& wire) {
    experiment::Programme programme{
        .hold_out = {wire.hold_out_share(), wire.hold_out_shows_items(), wire.hold_out_window_ms()}, .trials = {}};
    for (const proto::RunningTrial& from : wire.trials()) {
        experiment::Plan plan{from.id(), from.layer(), from.layer_from(), from.layer_to(), from.ramp(), {}};
        for (const proto::ArmOfTrial& arm : from.arms()) plan.arms.push_back({arm.name(), arm.share()});
        programme.trials.push_back({.plan = std::move(plan),
                                    .unit = from.by_user() ? experiment::Unit::user : experiment::Unit::visitor,
                                    .from = from.from_ms(),
                                    .until = from.until_ms(),
                                    .window_ms = from.window_ms(),
                                    .guard = from.guard(),
                                    .ended_for = from.ended_for()});
    }
    if (auto valid = experiment::valid(programme); !valid)
        return fail(ErrorCode::corrupt_data, "the owner's experiments cannot be: " + valid.error().message);
    return programme;
}

Result<std::vector<event::Event>> read_events(const proto::Blobs& wire) {
    std::vector<event::Event> events;
    events.reserve(static_cast<std::size_t>(wire.blobs_size()));
    for (const auto& blob : wire.blobs()) {
        auto event = event::decode(blob);
        if (!event) return std::unexpected(event.error());
        events.push_back(std::move(*event));
    }
    return events;
}

Result<std::vector<catalog::Item>> read_items(const proto::Blobs& wire) {
    std::vector<catalog::Item> items;
    items.reserve(static_cast<std::size_t>(wire.blobs_size()));
    for (const auto& blob : wire.blobs()) {
        auto item = catalog::decode(blob);
        if (!item) return std::unexpected(item.error());
        items.push_back(std::move(*item));
    }
    return items;
}

}  // namespace vitrina::owner
