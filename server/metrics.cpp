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
using engine::NodeCounters;

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
    EngineMetric{"vitrina_successes_forgotten_total",
                 "Touches, order lines and refunds that a limit of [feedback] took", counts,
                 &Counters::successes_forgotten},
    EngineMetric{"vitrina_exposures_offered_total", "Answers offered to the exposure queue", counts,
                 &Counters::exposures_offered},
    EngineMetric{"vitrina_exposures_dropped_total", "Exposures dropped by the full queue", counts,
                 &Counters::exposures_dropped},
    EngineMetric{"vitrina_trainings_total", "Trainings that made a version", counts, &Counters::trainings},
    EngineMetric{"vitrina_trainings_failed_total", "Trainings that failed", counts, &Counters::trainings_failed},
    EngineMetric{"vitrina_releases_refused_total", "Trainings that the release gate refused", counts,
                 &Counters::releases_refused},
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

struct NodeMetric {
    const char* name;
    const char* help;
    prometheus::MetricType type;
    std::uint64_t NodeCounters::* value;
};

constexpr std::array node_metrics{
    NodeMetric{"vitrina_feed_records_total", "Records taken from the state topics", counts,
               &NodeCounters::feed_records},
    NodeMetric{"vitrina_feed_refused_total", "Records of the state topics that could not be read", counts,
               &NodeCounters::feed_refused},
    NodeMetric{"vitrina_feed_partitions", "Partitions of the state topics that this node reads", gauges,
               &NodeCounters::feed_partitions},
    NodeMetric{"vitrina_feed_behind", "Partitions not read to their end", gauges, &NodeCounters::feed_behind},
    NodeMetric{"vitrina_feed_lag_milliseconds", "How old what is known is, while behind or without brokers", gauges,
               &NodeCounters::feed_lag_ms},
    NodeMetric{"vitrina_stale", "1 while answers are marked stale: alarm on it", gauges, &NodeCounters::stale},
    NodeMetric{"vitrina_pending_events", "Events taken here that have not come back from the state topics", gauges,
               &NodeCounters::pending_events},
    NodeMetric{"vitrina_pending_dropped_total", "Events forgotten here before they came back", counts,
               &NodeCounters::pending_dropped},
    NodeMetric{"vitrina_sent_total", "Records acknowledged by the brokers", counts, &NodeCounters::sent},
    NodeMetric{"vitrina_send_failed_total", "Records that the brokers did not acknowledge in time", counts,
               &NodeCounters::send_failed},
    NodeMetric{"vitrina_models_taken_total", "Models fetched and put in use", counts, &NodeCounters::models_taken},
    NodeMetric{"vitrina_models_refused_total", "Models that could not be fetched or failed their check", counts,
               &NodeCounters::models_refused},
    NodeMetric{"vitrina_feed_rebuilds_total",
               "Times that everything was read again because the state topics are others", counts,
               &NodeCounters::feed_rebuilds},
    NodeMetric{"vitrina_forwarded_total", "Requests that another node answered", counts, &NodeCounters::forwarded},
    NodeMetric{"vitrina_forwards_failed_total", "Requests that another node should have answered and did not", counts,
               &NodeCounters::forwards_failed},
    NodeMetric{"vitrina_degraded_total", "Answers without what another node knows of the person: alarm on it", counts,
               &NodeCounters::degraded},
};

prometheus::MetricFamily family_of(const char* name, const char* help, prometheus::MetricType type,
                                   std::uint64_t counted) {
    const auto value = static_cast<double>(counted);
    prometheus::ClientMetric client;
    if (type == counts) {
        client.counter.value = value;
    } else {
        client.gauge.value = value;
    }
    return {name, help, type, {client}};
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
    for (const EngineMetric& metric : engine_metrics)
        families.push_back(family_of(metric.name, metric.help, metric.type, counters.*metric.value));
    if (counters.node)
        for (const NodeMetric& metric : node_metrics)
            families.push_back(family_of(metric.name, metric.help, metric.type, *counters.node.*metric.value));
    families.push_back(build_info(model_version));
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace vitrina::server
