#pragma once
// What `/v1/recommendations` takes and gives as JSON (API.md, "Recommendations").
//
// Threads: pure functions.
// Preconditions: none for the readers, any bytes may come; the query's texts are decoded.
// Errors: a problem that names the field: an unknown one, a wrong type, a bound exceeded ("invalid_input"), or one that the API
// knows and this version does not serve ("not_available_yet"). What placements mean is the engine's to judge.
// Not an error: null, which is the same as leaving the field out. `context.currency`, `region` and `device` are taken and, in
// this version, change nothing.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/item.hpp"
#include "engine/engine.hpp"
#include "server/problem.hpp"
#include "server/target.hpp"

namespace vitrina::server {

struct CallLimits {
    std::size_t requests = 20;
    std::size_t ids = 1000;  // of one list
    std::size_t id_bytes = 256;
    std::size_t text_bytes = 1024;
    int timeout_ms = 10'000;
};

struct RecommendationCall {
    engine::RecommendationRequest request;
    std::string user_token;
    std::vector<std::string> fields;  // of the item, to be answered with it
    std::string locale;
    bool explain = false;
};

// Item fields that may be asked for; a public key gets none of the secret ones.
bool is_secret_field(std::string_view field);

OrProblem<RecommendationCall> read_recommendation_call(std::string_view body, const CallLimits& limits = {});
// A listing of the shop's own that is to be put into order.
OrProblem<RecommendationCall> read_ranking_call(std::string_view body, const CallLimits& limits = {});
OrProblem<RecommendationCall> recommendation_call_of(const std::vector<Parameter>& query,
                                                     const CallLimits& limits = {});

struct Telling {
    const std::vector<std::string>& fields;
    const std::string& locale;
    bool scores = false;  // scores are for secret keys
    TimeMs now = 0;
    bool stale = false;     // made from what is known too long ago
    bool degraded = false;  // … or without what another node knows of the person
    std::function<std::optional<catalog::Item>(const std::string& item_id)> item;
};

std::string recommendations_json(const std::vector<recommendation::Recommendation>& answers, const Telling& telling);

}  // namespace vitrina::server
