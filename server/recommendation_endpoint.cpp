#include <algorithm>

#include "server/endpoints.hpp"
#include "server/forwarded.hpp"
#include "server/problem.hpp"
#include "server/recommendation_json.hpp"

namespace vitrina::server {

namespace {

// What a public key must not ask for is refused; a user that nobody vouches for is left out, so the visitor is answered.
OrProblem<void> admit_public(RecommendationCall& asked, const Call& call) {
    if (asked.explain) return std::unexpected(Problem{"secret_key_needed", "explain is for secret keys"});
    const auto secret = std::ranges::find_if(asked.fields, is_secret_field);
    if (secret != asked.fields.end())
        return std::unexpected(Problem{"secret_key_needed", "the field " + *secret + " is for secret keys"});
    engine::RecommendationRequest& request = asked.request;
    if (!user_token_holds(call.host.keys.token, asked.user_token, request.user_id, call.host.engine.now()))
        request.user_id.clear();
    return {};
}

// Titles and reasons are in the shop's language where the request names none.
void speak(RecommendationCall& asked, const std::string& shop_locale) {
    if (!asked.locale.empty()) return;
    asked.locale = shop_locale;
    for (auto& request : asked.request.requests) request.locale = shop_locale;
}

HttpResponse answered(OrProblem<RecommendationCall> asked, const Call& call) {
    if (!asked) return answer_of(asked.error());
    if (call.access != Access::secret) {
        if (const auto admitted = admit_public(*asked, call); !admitted) return answer_of(admitted.error());
    }
    const engine::Person person{asked->request.visitor_id, asked->request.user_id};
    const Keeping keeping = keeping_of(call, person);
    if (keeping == Keeping::elsewhere)
        if (auto answer = answer_of_keeper(call, person)) return std::move(*answer);
    if (keeping != Keeping::here) call.host.engine.peers()->answered_without();
    if (!header_of(call.request, forwarded_header).empty())
        if (const engine::Readiness ready = call.host.engine.readiness(); !ready.ready)
            return answer_of({"unavailable", ready.detail, {{"Retry-After", "1"}}});  // whoever sent it knows others
    asked->request.bot = call.bot;
    speak(*asked, call.host.engine.configuration().default_locale);
    const auto answers = call.host.engine.recommend(asked->request);
    if (!answers) return answer_of(problem_of(answers.error()));
    return json_answer(recommendations_json(
        *answers, {.fields = asked->fields,
                   .locale = asked->locale,
                   .scores = call.access == Access::secret,
                   .now = call.host.engine.now(),
                   .stale = call.host.engine.readiness().stale || keeping != Keeping::here,
                   .degraded = keeping != Keeping::here,
                   .item = [&](const std::string& item_id) { return call.host.engine.item(item_id); }}));
}

CallLimits limits_of(const Call& call) {
    return {.requests = call.host.settings().placements, .id_bytes = call.host.engine.configuration().events.id_bytes};
}

std::optional<engine::Person> person_in(const OrProblem<RecommendationCall>& asked) {
    if (!asked) return std::nullopt;
    return engine::Person{asked->request.visitor_id, asked->request.user_id};
}

}  // namespace

std::optional<engine::Person> person_of_query(const Call& call) {
    return person_in(recommendation_call_of(call.query, limits_of(call)));
}

std::optional<engine::Person> person_of_body(const Call& call) {
    return person_in(read_recommendation_call(call.request.body, limits_of(call)));
}

std::optional<engine::Person> person_of_listing(const Call& call) {
    return person_in(read_ranking_call(call.request.body, limits_of(call)));
}

HttpResponse get_recommendations(const Call& call) {
    return answered(recommendation_call_of(call.query, limits_of(call)), call);
}

HttpResponse post_recommendations(const Call& call) {
    return answered(read_recommendation_call(call.request.body, limits_of(call)), call);
}

HttpResponse post_ranking(const Call& call) {
    return answered(read_ranking_call(call.request.body, limits_of(call)), call);
}

}  // namespace vitrina::server
