#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <cstdio>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cluster/cluster_engine.hpp"
#include "owner/service.hpp"
#include "server/http_server.hpp"
#include "server/serve.hpp"

namespace vitrina::cli {

int run_serve(const ServeOptions& options) {
    if (!options.listen.empty())
        if (const auto address = server::check_listen(options.listen); !address) return report_call(address.error());
    auto configuration = configuration_of(options);
    if (!configuration) return report(configuration.error());
    if (!options.listen.empty()) configuration->server.listen = options.listen;
    auto engine = configuration->cluster.present() ? cluster::ClusterEngine::open(options.data, *configuration)
                                                   : engine::Engine::open(options.data, *configuration);
    if (!engine) return report(engine.error());
    const auto service = owner::Service::start(**engine, options.data);
    if (!service) spdlog::warn("other commands cannot work beside this process: {}", service.error().message);
    server::ServeOptions serving;
    serving.folder = options.data;
    serving.listen = configuration->server.listen;
    serving.announce = [](const std::string& line) {
        fmt::print("{}\n", line);
        std::fflush(stdout);
    };
    const auto served = server::serve(**engine, serving);
    return served ? *served : report(served.error());
}

}  // namespace vitrina::cli
