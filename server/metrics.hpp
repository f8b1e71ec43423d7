#pragma once
// What `/metrics` tells a Prometheus server: requests and their latencies by route, and the engine's counters. Nothing in it
// names a person, an item or a key.
//
// Threads: may be called from any thread. Cost: `observe` takes one short lock of its route's histogram.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.hpp"

namespace vitrina::server {

class Metrics {
public:
    // One label a route: "POST /v1/events". `observe` names a route by its place here.
    explicit Metrics(const std::vector<std::string>& routes);
    ~Metrics();
    void observe(std::size_t route, int status, double seconds);
    // In Prometheus' text format.
    std::string text(const engine::Counters& counters, const std::string& model_version) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::server
