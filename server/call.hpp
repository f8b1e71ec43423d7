#pragma once
// One admitted request on its way to the function that answers it, and what such a function may use.
//
// Lifetime: a call borrows everything and lives as long as its handler runs. Threads: a call belongs to one thread; the parts
// of a host may be used from any.

#include <atomic>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.hpp"
#include "server/access.hpp"
#include "server/dispatch.hpp"
#include "server/metrics.hpp"
#include "server/target.hpp"
#include "server/training_job.hpp"

namespace vitrina::server {

struct Host {
    engine::Engine& engine;
    const Keys& keys;
    const Metrics& metrics;
    TrainingJob& training;
    // A PATCH reads, changes and writes: it holds this alone, the other writers of items share it.
    std::shared_mutex& item_writes;
    const std::atomic<bool>& draining;

    const engine::ServerSettings& settings() const { return engine.configuration().server; }
};

struct Call {
    const Host& host;
    const HttpRequest& request;
    const std::vector<Parameter>& query;
    std::string_view id;  // of the path, where it has one
    Access access = Access::none;
    bool bot = false;  // by its User-Agent, for public keys only

    // Empty where it was not given.
    std::string_view parameter(std::string_view name) const;
};

// The value of a header, by its name in lower case; empty where it is not there.
std::string_view header_of(const HttpRequest& request, std::string_view name);

HttpResponse json_answer(std::string json, int status = 200);

}  // namespace vitrina::server
