#include "server/routes.hpp"

#include <array>

#include "server/endpoints.hpp"

namespace vitrina::server {

namespace {

constexpr std::string_view recommendation_parameters =
    "placement visitor_id user_id user_token item_id locale category search_term cart exclude candidates recent_items "
    "fields size "
    "timeout_ms strict explain";

constexpr std::array table{
    Route{"POST", "/v1/events", Needs::any, Body::json, true, "validate_only", post_events},
    Route{"GET", "/v1/recommendations", Needs::any, Body::none, false, recommendation_parameters, get_recommendations,
          person_of_query},
    Route{"POST", "/v1/recommendations", Needs::any, Body::json, false, "", post_recommendations, person_of_body},
    Route{"POST", "/v1/rank", Needs::any, Body::json, false, "", post_ranking, person_of_listing},
    Route{"POST", "/v1/items", Needs::secret, Body::json, true, "run", post_items},
    Route{"POST", "/v1/item-runs", Needs::secret, Body::none, false, "", post_item_run},
    Route{"POST", "/v1/item-runs/{id}", Needs::secret, Body::json, true, "", end_item_run},
    Route{"GET", "/v1/items/{id}", Needs::secret, Body::none, false, "", get_item},
    Route{"PUT", "/v1/items/{id}", Needs::secret, Body::json, true, "", put_item},
    Route{"PATCH", "/v1/items/{id}", Needs::secret, Body::json, true, "", patch_item},
    Route{"DELETE", "/v1/items/{id}", Needs::secret, Body::none, true, "", delete_item},
    Route{"GET", "/v1/visitors/{id}", Needs::secret, Body::none, true, "", get_visitor, person_of_path},
    Route{"GET", "/v1/models", Needs::secret, Body::none, true, "", get_models},
    Route{"POST", "/v1/models/train", Needs::secret, Body::none, true, "force", post_training},
    Route{"POST", "/v1/models/rollback", Needs::secret, Body::none, true, "", post_rollback},
    Route{"GET", "/v1/experiments", Needs::secret, Body::none, false, "", get_experiments},
    Route{"GET", "/v1/experiments/{id}", Needs::secret, Body::none, true, "", get_experiment},
    Route{"GET", "/v1/reports", Needs::secret, Body::none, true, "", get_reports},
    Route{"GET", "/healthz", Needs::nothing, Body::none, false, "", get_health},
    Route{"GET", "/readyz", Needs::nothing, Body::none, false, "", get_readiness},
    Route{"GET", "/metrics", Needs::secret, Body::none, false, "", get_metrics},
    Route{"GET", "/openapi.json", Needs::nothing, Body::none, false, "", get_openapi},
    Route{"GET", "/docs", Needs::nothing, Body::none, false, "", get_docs},
    Route{"GET", "/docs/{id}", Needs::nothing, Body::none, false, "", get_docs_file},
};

struct NotYet {
    std::string_view method;  // empty: any
    std::string_view path;
    std::string_view sentence;
};

constexpr std::array later{
    NotYet{"", "/v1/ga4", "the Measurement Protocol of GA4 is not built yet; send events to /v1/events"},
    NotYet{"", "/v1/batches",
           "recommendations in batches are not built yet; `vitrina recommend` answers one after another"},
    NotYet{"PUT", "/v1/visitors/{id}", "attributes of visitors are not built yet"},
    NotYet{"DELETE", "/v1/visitors/{id}", "erasing a visitor is not built yet"},
};

constexpr std::string_view placeholder = "{id}";

// Is this the pattern of the path? Then `id` is what stands for the placeholder, which is never empty.
bool fits(std::string_view pattern, const std::vector<std::string>& segments, std::string_view& id) {
    std::string_view found;
    for (const std::string& segment : segments) {
        if (pattern.empty()) return false;
        pattern.remove_prefix(1);
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        if (part == placeholder && !segment.empty()) {
            found = segment;
        } else if (part != segment) {
            return false;
        }
        pattern.remove_prefix(part.size());
    }
    if (!pattern.empty()) return false;
    id = found;
    return true;
}

}  // namespace

std::span<const Route> routes() { return table; }

Match match(std::string_view method, const std::vector<std::string>& segments) {
    if (method == "HEAD") method = "GET";
    Match match;
    for (const Route& route : table) {
        if (!fits(route.path, segments, match.id)) continue;
        match.allow.append(route.method).append(route.method == "GET" ? ", HEAD, " : ", ");
        match.open_to_pages |= route.needs == Needs::any;
        if (route.method == method) match.route = &route;
    }
    if (!match.allow.empty()) match.allow += "OPTIONS";
    return match;
}

std::string_view not_built_yet(std::string_view method, const std::vector<std::string>& segments) {
    std::string_view id;
    for (const NotYet& one : later) {
        if ((one.method.empty() || one.method == method) && fits(one.path, segments, id)) return one.sentence;
    }
    return {};
}

}  // namespace vitrina::server
