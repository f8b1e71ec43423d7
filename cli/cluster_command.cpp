#include <fmt/core.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "cluster/migration.hpp"
#include "cluster/mirror.hpp"
#include "cluster/shops.hpp"
#include "cluster/topics.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cli {

namespace {

Result<engine::Configuration> cluster_configuration(const std::string& file) {
    auto configuration = engine::read_configuration(file);
    if (configuration && !configuration->cluster.present())
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} has no [cluster] with bootstrap_servers (docs/configuration.md)", file));
    return configuration;
}

Result<std::vector<cluster::Topic>> topics_of(const std::string& file) {
    if (file.empty()) return cluster::declared_topics();
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) return fail(ErrorCode::not_found, fmt::format("cannot read the topics file {}", file));
    return cluster::read_topics(text.str(), file);
}

}  // namespace

int run_cluster_init(const ClusterInitOptions& options) {
    const auto configuration = cluster_configuration(options.config);
    if (!configuration) return report(configuration.error());
    const auto topics = topics_of(options.topics);
    if (!topics) return report(topics.error());
    const engine::ClusterSettings& settings = configuration->cluster;
    if (!options.from.empty()) {
        if (auto there = check_folder(options.from); !there) return report(there.error());
        if (auto carried = cluster::carry_key(options.from, *configuration); !carried) return report(carried.error());
    }
    const auto created = cluster::create_topics(settings, *topics, cluster::process_environment);
    if (!created) return report(created.error());
    // After the brokers let us in: a key made by a try that failed would be in the way of the one that --from carries.
    const auto key_made = cluster::make_shop_key(settings.shops_file, settings.shop);
    if (!key_made) return report(key_made.error());
    if (options.json) {
        const nlohmann::json told{{"topics_made", created->made},
                                  {"topics_there", created->there},
                                  {"shop", settings.shop},
                                  {"shop_key_made", *key_made}};
        fmt::print("{}\n", told.dump());
        return exit_done;
    }
    for (const std::string& name : created->made) fmt::print("made  {}\n", name);
    for (const std::string& name : created->there) fmt::print("there {}\n", name);
    fmt::print("shop {} {} {}\n", settings.shop, *key_made ? "got its key in" : "has its key in", settings.shops_file);
    return exit_done;
}

int run_cluster_mirror(const MirrorOptions& options) {
    const auto configuration = cluster_configuration(options.config);
    if (!configuration) return report(configuration.error());
    ProgressLine line;
    cluster::MirrorOutside outside;
    outside.progress = [&](const std::string& topic, std::uint64_t read) {
        line.show(fmt::format("{}: {} records", topic, with_thousands(read)));
    };
    const auto mirrored = cluster::mirror(options.data, *configuration, outside);
    if (!mirrored) return report(mirrored.error());
    if (options.json) {
        const nlohmann::json told{{"events", mirrored->events},       {"duplicates", mirrored->duplicates},
                                  {"exposures", mirrored->exposures}, {"items", mirrored->items},
                                  {"refused", mirrored->refused},     {"lost", mirrored->lost}};
        fmt::print("{}\n", told.dump());
        return exit_done;
    }
    fmt::print("{} new events ({} were there), {} exposures, {} items changed\n", with_thousands(mirrored->events),
               with_thousands(mirrored->duplicates), with_thousands(mirrored->exposures),
               with_thousands(mirrored->items));
    if (mirrored->refused > 0)
        fmt::print("{} records could not be read and are left out; the first is named in the log\n",
                   with_thousands(mirrored->refused));
    if (mirrored->lost > 0)
        fmt::print("{} records went from the topics before they were mirrored: mirror more often than the topics' "
                   "retention, or lengthen it\n",
                   with_thousands(mirrored->lost));
    return exit_done;
}

int run_migrate(const MigrateOptions& options) {
    const auto configuration = cluster_configuration(options.config);
    if (!configuration) return report(configuration.error());
    if (auto there = check_folder(options.data); !there) return report(there.error());
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    ProgressLine line;
    cluster::MigrationOutside outside;
    outside.progress = [&](std::uint64_t done, std::uint64_t all) {
        line.show(fmt::format("{} of {} events", with_thousands(done), with_thousands(all)));
    };
    const auto migrated = cluster::migrate(options.data, *configuration,
                                           std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), outside);
    if (!migrated) return report(migrated.error());
    if (options.json) {
        const nlohmann::json told{
            {"events", migrated->events}, {"events_before", migrated->events_before}, {"items", migrated->items}};
        fmt::print("{}\n", told.dump());
        return exit_done;
    }
    fmt::print("sent {} events and {} items; {} events were there from before\n", with_thousands(migrated->events),
               with_thousands(migrated->items), with_thousands(migrated->events_before));
    return exit_done;
}

}  // namespace vitrina::cli
