#pragma once
// The functions that answer: one a line of the route table (routes.cpp). Keys, limits, forms and query names were checked
// before one is called; what is left to go wrong comes back as a problem.
//
// Threads: any number at once.

#include <optional>

#include "server/call.hpp"
#include "server/dispatch.hpp"

namespace vitrina::server {

HttpResponse post_events(const Call& call);

// Nothing where it cannot be read; then the answer says what is wrong.
std::optional<engine::Person> person_of_query(const Call& call);
std::optional<engine::Person> person_of_body(const Call& call);
std::optional<engine::Person> person_of_listing(const Call& call);
std::optional<engine::Person> person_of_path(const Call& call);

HttpResponse get_recommendations(const Call& call);
HttpResponse post_recommendations(const Call& call);
HttpResponse post_ranking(const Call& call);

HttpResponse get_item(const Call& call);
HttpResponse put_item(const Call& call);
HttpResponse patch_item(const Call& call);
HttpResponse delete_item(const Call& call);
HttpResponse post_items(const Call& call);
HttpResponse post_item_run(const Call& call);
HttpResponse end_item_run(const Call& call);

HttpResponse get_visitor(const Call& call);

HttpResponse get_models(const Call& call);
HttpResponse post_training(const Call& call);
HttpResponse post_rollback(const Call& call);

HttpResponse get_experiments(const Call& call);
HttpResponse get_experiment(const Call& call);
HttpResponse get_reports(const Call& call);

HttpResponse get_health(const Call& call);
HttpResponse get_readiness(const Call& call);
HttpResponse get_metrics(const Call& call);
HttpResponse get_openapi(const Call& call);
HttpResponse get_docs(const Call& call);
HttpResponse get_docs_file(const Call& call);

}  // namespace vitrina::server
