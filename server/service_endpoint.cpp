// What a service says about itself: health, metrics, and its description.

#include <fmt/core.h>

#include "base/version.hpp"
#include "server/embedded.hpp"
#include "server/endpoints.hpp"
#include "server/json_writer.hpp"
#include "server/problem.hpp"

namespace vitrina::server {

namespace {

HttpResponse page_answer(std::string_view name, std::string_view type) {
    return {.headers = {{"Content-Type", std::string(type)},
                        // The page needs nothing from elsewhere, so nothing from elsewhere may run in it.
                        {"Content-Security-Policy",
                         "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"}},
            .body = std::string(embedded_file(name))};
}

}  // namespace

HttpResponse get_health(const Call&) {
    return json_answer(fmt::format(R"({{"status":"alive","version":"{}"}})", program_version));
}

HttpResponse get_readiness(const Call& call) {
    if (call.host.draining) return answer_of({"unavailable", "the service is stopping", {{"Retry-After", "1"}}});
    const engine::Readiness readiness = call.host.engine.readiness();
    if (!readiness.ready) return answer_of({"unavailable", readiness.detail, {{"Retry-After", "1"}}});
    JsonWriter json;
    json.begin_object();
    json.key("status").text("ready");
    if (readiness.stale) {
        json.key("stale").boolean(true);
        json.key("detail").text(readiness.detail);
    }
    json.key("model_version").text(call.host.engine.current_model());
    json.end_object();
    return json_answer(json.take());
}

HttpResponse get_metrics(const Call& call) {
    return {.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
            .body = call.host.metrics.text(call.host.engine.counters(), call.host.engine.current_model())};
}

HttpResponse get_openapi(const Call&) { return json_answer(std::string(embedded_file("openapi.json"))); }

HttpResponse get_docs(const Call&) { return page_answer("docs.html", "text/html; charset=utf-8"); }

HttpResponse get_docs_file(const Call& call) {
    if (call.id == "docs.js") return page_answer("docs.js", "text/javascript; charset=utf-8");
    if (call.id == "docs.css") return page_answer("docs.css", "text/css; charset=utf-8");
    return answer_of({"not_found", "the docs page has no such file"});
}

}  // namespace vitrina::server
