#include "server/metrics.hpp"

#include <fmt/core.h>
#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>

#include "base/version.hpp"

namespace vitrina::server {

namespace {

using engine::Counters;

struct EngineMetric {
    const char* name;
    const char* help;
    prometheus::MetricType type;
    std::uint64_t Counters::* value;
};

constexpr auto counts = prometheus::MetricType::Counter;
constexpr auto gauges = prometheus::MetricType::Gauge;

constexpr std::array engine_metrics{
    EngineMetric{"vitrina_events_total", "Events taken durably and folded", counts, &Counters::events},
    EngineMetric{"vitrina_duplicates_total", "Events that had been taken before", counts, &Counters::duplicates},
    EngineMetric{"vitrina_late_total", "Events too old for the online folds", counts, &Counters::late},
    EngineMetric{"vitrina_dead_letters_total", "Records that could not be folded", counts, &Counters::dead_letters},
    EngineMetric{"vitrina_unmatched_refunds_total", "Refunds without an order", counts, &Counters::unmatched_refunds},
    EngineMetric{"vitrina_exposures_offered_total", "Answers offered to the exposure queue", counts,
                 &Counters::exposures_offered},
    EngineMetric{"vitrina_exposures_dropped_total", "Exposures dropped by the full queue", counts,
                 &Counters::exposures_dropped},
    EngineMetric{"vitrina_trainings_total", "Trainings that made a version", counts, &Counters::trainings},
    EngineMetric{"vitrina_trainings_failed_total", "Trainings that failed", counts, &Counters::trainings_failed},
    EngineMetric{"vitrina_suspects", "Visitors over the rate", gauges, &Counters::suspects},
    EngineMetric{"vitrina_visitors", "Visitors with state", gauges, &Counters::visitors},
    EngineMetric{"vitrina_users", "Users with state", gauges, &Counters::users},
    EngineMetric{"vitrina_items_with_state", "Items with online counts", gauges, &Counters::items_with_state},
    EngineMetric{"vitrina_catalog_items", "Items in the catalogue", gauges, &Counters::catalog_items},
    EngineMetric{"vitrina_log_bytes", "Size of the log", gauges, &Counters::log_bytes},
    EngineMetric{"vitrina_log_position", "Records in the log", gauges, &Counters::log_position},
    EngineMetric{"vitrina_checkpoint_position", "Records that the checkpoint covers", gauges,
                 &Counters::checkpoint_position},
};

prometheus::MetricFamily family_of(const EngineMetric& metric, const Counters& counters) {
    const auto value = static_cast<double>(counters.*metric.value);
    prometheus::ClientMetric client;
    if (metric.type == counts) {
        client.counter.value = value;
    } else {
        client.gauge.value = value;
    }
    return {metric.name, metric.help, metric.type, {client}};
}

prometheus::MetricFamily build_info(const std::string& model_version) {
    prometheus::ClientMetric client;
    client.label = {{"version", program_version}, {"model_version", model_version}};
    client.gauge.value = 1;
    return {"vitrina_info", "What is running", gauges, {client}};
}

prometheus::Histogram::BucketBoundaries seconds_buckets() {
    return {.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10};
}

}  // namespace

struct Metrics::Impl {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                            .Name("vitrina_http_requests_total")
                                                            .Help("Answers by route and status")
                                                            .Register(registry);
    prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                             .Name("vitrina_http_request_seconds")
                                                             .Help("Time from the whole request to its answer")
                                                             .Register(registry);
    std::vector<std::string> routes;
    std::vector<prometheus::Histogram*> histograms;
};

Metrics::Metrics(const std::vector<std::string>& routes) : impl_(std::make_unique<Impl>()) {
    impl_->routes = routes;
    for (const std::string& route : routes)
        impl_->histograms.push_back(&impl_->seconds.Add({{"route", route}}, seconds_buckets()));
}

Metrics::~Metrics() = default;

void Metrics::observe(std::size_t route, int status, double seconds) {
    impl_->requests.Add({{"route", impl_->routes.at(route)}, {"status", fmt::format("{}", status)}}).Increment();
    impl_->histograms.at(route)->Observe(seconds);
}

std::string Metrics::text(const engine::Counters& counters, const std::string& model_version) const {
    std::vector<prometheus::MetricFamily> families = impl_->registry.Collect();
    for (const EngineMetric& metric : engine_metrics) families.push_back(family_of(metric, counters));
    families.push_back(build_info(model_version));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace vitrina::server
