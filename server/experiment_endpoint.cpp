#include <nlohmann/json.hpp>

#include "server/endpoints.hpp"
#include "server/experiment_json.hpp"
#include "server/problem.hpp"
#include "server/report_json.hpp"

namespace vitrina::server {

HttpResponse get_experiments(const Call& call) {
    nlohmann::ordered_json listed{{"experiments", nlohmann::ordered_json::array()}};
    for (const experiment::Trial& trial : engine::trials_of(call.host.engine))
        listed["experiments"].push_back(trial_json(trial));
    return json_answer(listed.dump());
}

HttpResponse get_experiment(const Call& call) {
    const auto trial = engine::trial_named(call.host.engine, std::string(call.id));
    if (!trial) return answer_of(problem_of(trial.error()));
    const auto shop = engine::analysis_of(call.host.engine, *trial);
    if (!shop) return answer_of(problem_of(shop.error()));
    return json_answer(analysis_json(*shop).dump());
}

HttpResponse get_reports(const Call& call) {
    const auto report = engine::report_of(call.host.engine, {});
    if (!report) return answer_of(problem_of(report.error()));
    return json_answer(report_json(*report).dump());
}

}  // namespace vitrina::server
