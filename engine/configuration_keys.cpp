#include "engine/configuration_keys.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>

#include "settings/answers.hpp"
#include "settings/learning_keys.hpp"

namespace vitrina::engine {

namespace {

template <class Number>
    requires std::unsigned_integral<Number> && (!std::same_as<Number, bool>)
Result<void> read(const toml::node& value, const std::string& name, Number& field) {
    const auto number = whole_number_of(value, name);
    if (!number) return std::unexpected(number.error());
    if (!std::in_range<Number>(*number)) {
        const auto most =
            std::min<std::uint64_t>(std::numeric_limits<Number>::max(), std::numeric_limits<std::int64_t>::max());
        return std::unexpected(wrong_value(value, name, fmt::format("must lie between 0 and {}", most)));
    }
    field = static_cast<Number>(*number);
    return {};
}

template <class Value>
Result<void> assign(Result<Value> value, Value& field) {
    if (!value) return std::unexpected(value.error());
    field = std::move(*value);
    return {};
}

Result<void> read(const toml::node& value, const std::string& name, TimeMs& field) {
    return assign(duration_of(value, name), field);
}
Result<void> read(const toml::node& value, const std::string& name, double& field) {
    return assign(settings::amount_of(value, name), field);
}
Result<void> read(const toml::node& value, const std::string& name, bool& field) {
    return assign(truth_of(value, name), field);
}
Result<void> read(const toml::node& value, const std::string& name, std::string& field) {
    return assign(text_of(value, name), field);
}
Result<void> read(const toml::node& value, const std::string& name, std::vector<std::string>& field) {
    return assign(texts_of(value, name), field);
}

std::string text(TimeMs duration) {
    for (const auto& [unit, name] : {std::pair{day_ms, "d"}, {hour_ms, "h"}, {minute_ms, "m"}, {second_ms, "s"}})
        if (duration >= unit && duration % unit == 0) return fmt::format("\"{}{}\"", duration / unit, name);
    return fmt::format("\"{}ms\"", duration);
}
std::string text(const std::string& value) { return fmt::format("\"{}\"", value); }
std::string text(const std::vector<std::string>& values) { return fmt::format("[{}]", fmt::join(values, ", ")); }
template <class Value>
    requires std::is_arithmetic_v<Value>
std::string text(Value value) {
    return fmt::format("{}", value);
}

template <class Section, class Value>
ConfigurationKey key(std::string name, Section Configuration::* section, Value Section::* field) {
    return {name,
            [=](Configuration& configuration, const toml::node& value) {
                return read(value, name, configuration.*section.*field);
            },
            [=](const Configuration& configuration) { return text(configuration.*section.*field); }};
}

ConfigurationKey key(std::string name, std::string Configuration::* field) {
    return {
        name,
        [=](Configuration& configuration, const toml::node& value) { return read(value, name, configuration.*field); },
        [=](const Configuration& configuration) { return text(configuration.*field); }};
}

// Nothing would ever happen if the field were zero.
ConfigurationKey positive(ConfigurationKey of) {
    of.read = [read = std::move(of.read), name = of.name](Configuration& configuration,
                                                          const toml::node& value) -> Result<void> {
        if (value.value_exact<std::int64_t>() == 0)
            return std::unexpected(wrong_value(value, name, "must be at least 1"));
        return read(configuration, value);
    };
    return of;
}

ConfigurationKey at_least(std::int64_t least, ConfigurationKey of) {
    of.read = [read = std::move(of.read), name = of.name, least](Configuration& configuration,
                                                                 const toml::node& value) -> Result<void> {
        if (value.value_or(least) < least)
            return std::unexpected(wrong_value(value, name, fmt::format("must be at least {}", least)));
        return read(configuration, value);
    };
    return of;
}

// Less holds no working set: every event would wait for the disk.
ConfigurationKey roomy(ConfigurationKey of) { return at_least(1 << 20, std::move(of)); }

// What has a shape of its own beside its type.
ConfigurationKey shaped(ConfigurationKey of, bool (*fits)(std::string_view), const char* shape) {
    of.read = [read = std::move(of.read), name = of.name, fits, shape](Configuration& configuration,
                                                                       const toml::node& value) -> Result<void> {
        const auto text = value.value_exact<std::string>();
        if (text && !fits(*text))
            return std::unexpected(wrong_value(value, name, fmt::format("is \"{}\"; it must be {}", *text, shape)));
        return read(configuration, value);
    };
    return of;
}

// A language of two or three letters, then parts of two to eight letters or digits (RFC 5646, without its private corners).
bool is_locale(std::string_view text) {
    for (bool language = true;; language = false) {
        const std::string_view part = text.substr(0, text.find_first_of("-_"));
        const auto fits = [&](char c) {
            const char lower = static_cast<char>(c | 0x20);
            return (lower >= 'a' && lower <= 'z') || (!language && c >= '0' && c <= '9');
        };
        if (part.size() < 2 || part.size() > (language ? 3 : 8) || !std::ranges::all_of(part, fits)) return false;
        if (part.size() == text.size()) return true;
        text.remove_prefix(part.size() + 1);
    }
}

ConfigurationKey trend_key(const settings::TrendKey& of) {
    return {of.name,
            [of](Configuration& configuration, const toml::node& value) {
                return settings::read_trend(configuration.trends, of, value);
            },
            [of](const Configuration& configuration) { return text(configuration.trends.*of.field); }};
}

ConfigurationKey learning_key(const settings::LearningKey& of) {
    return {
        of.name,
        [of](Configuration& configuration, const toml::node& value) { return of.read(configuration.learning, value); },
        [of](const Configuration& configuration) { return of.text(configuration.learning); }};
}

ConfigurationKey at_most(std::int64_t most, ConfigurationKey of) {
    of.read = [read = std::move(of.read), name = of.name, most](Configuration& configuration,
                                                                const toml::node& value) -> Result<void> {
        if (value.value_or(std::int64_t{0}) > most)
            return std::unexpected(wrong_value(value, name, fmt::format("must be at most {}", most)));
        return read(configuration, value);
    };
    return of;
}

// A part of a whole, from 0 to 1.
ConfigurationKey share(ConfigurationKey of) {
    of.read = [read = std::move(of.read), name = of.name](Configuration& configuration,
                                                          const toml::node& value) -> Result<void> {
        const double given = value.value_or(0.0);
        if (!(given >= 0 && given <= 1)) return std::unexpected(wrong_value(value, name, "must be from 0 to 1"));
        return read(configuration, value);
    };
    return of;
}

// A state's layout counts up to 65,535 rows a section; long before that it would be too large to rewrite an event.
ConfigurationKey rows(ConfigurationKey of) { return at_most(10'000, std::move(of)); }

// More would end the process when they are started.
ConfigurationKey few_threads(ConfigurationKey of) { return at_most(1024, std::move(of)); }

ConfigurationKey one_of(ConfigurationKey of, std::vector<std::string> allowed) {
    of.read = [read = std::move(of.read), name = of.name, allowed](Configuration& configuration,
                                                                   const toml::node& value) -> Result<void> {
        const auto text = value.value_exact<std::string>();
        if (!text || std::ranges::find(allowed, *text) == allowed.end())
            return std::unexpected(
                wrong_value(value, name, fmt::format("must be one of \"{}\"", fmt::join(allowed, "\", \""))));
        return read(configuration, value);
    };
    return of;
}

using C = Configuration;

void add_storage(std::vector<ConfigurationKey>& keys) {
    keys.push_back(positive(key("log.queue_batches", &C::log, &LogSettings::queue_batches)));
    keys.push_back(positive(key("log.group_events", &C::log, &LogSettings::group_events)));
    keys.push_back(positive(key("log.checkpoint_ms", &C::log, &LogSettings::checkpoint_ms)));
    keys.push_back(positive(key("log.checkpoint_events", &C::log, &LogSettings::checkpoint_events)));
    keys.push_back(positive(key("log.checkpoint_bytes", &C::log, &LogSettings::checkpoint_bytes)));
    keys.push_back(few_threads(key("log.fold_threads", &C::log, &LogSettings::fold_threads)));
    keys.push_back(key("log.sync", &C::log, &LogSettings::sync));
    keys.push_back(roomy(key("cache.visitors_bytes", &C::cache, &CacheSettings::visitors_bytes)));
    keys.push_back(roomy(key("cache.users_bytes", &C::cache, &CacheSettings::users_bytes)));
    keys.push_back(roomy(key("cache.items_bytes", &C::cache, &CacheSettings::items_bytes)));
    keys.push_back(roomy(key("cache.shoppers_bytes", &C::cache, &CacheSettings::shoppers_bytes)));
    keys.push_back(roomy(key("cache.successes_bytes", &C::cache, &CacheSettings::successes_bytes)));
    keys.push_back(positive(key("exposures.queue", &C::exposures, &ExposureSettings::queue)));
    keys.push_back(positive(key("exposures.keep_ms", &C::exposures, &ExposureSettings::keep_ms)));
    keys.push_back(positive(key("exposures.a_visitor", &C::exposures, &ExposureSettings::a_visitor)));
    keys.push_back(positive(rows(key("exposures.shown_days", &C::exposures, &ExposureSettings::shown_days))));
    keys.push_back(share(key("exposures.features_share", &C::exposures, &ExposureSettings::features_share)));
    keys.push_back(positive(key("exposures.features_keep_ms", &C::exposures, &ExposureSettings::features_keep_ms)));
    keys.push_back(positive(key("exposures.mature_ms", &C::exposures, &ExposureSettings::mature_ms)));
    keys.push_back(positive(key("exposures.shown_rows", &C::exposures, &ExposureSettings::shown_rows)));
    using X = ExplorationSettings;
    keys.push_back(key("exploration.answers_a_day", &C::exploration, &X::answers_a_day));
    keys.push_back(key("exploration.answers_a_visitor", &C::exploration, &X::answers_a_visitor));
}

void add_learning(std::vector<ConfigurationKey>& keys) {
    keys.push_back(key("training.every_ms", &C::training, &TrainingSettings::every_ms));
    keys.push_back(few_threads(key("training.threads", &C::training, &TrainingSettings::threads)));
    keys.push_back(positive(key("training.keep_versions", &C::training, &TrainingSettings::keep_versions)));
    keys.push_back(key("training.seed", &C::training, &TrainingSettings::seed));
    keys.push_back(positive(key("training.trends_every_ms", &C::training, &TrainingSettings::trends_every_ms)));
    keys.push_back(positive(key("training.history_events", &C::training, &TrainingSettings::history_events)));
    for (const settings::TrendKey& trend : settings::trend_keys()) keys.push_back(trend_key(trend));
    for (const settings::LearningKey& learning : settings::learning_keys()) keys.push_back(learning_key(learning));
}

void add_server(std::vector<ConfigurationKey>& keys) {
    using S = ServerSettings;
    keys.push_back(key("server.listen", &C::server, &S::listen));
    keys.push_back(few_threads(key("server.threads", &C::server, &S::threads)));
    keys.push_back(positive(key("server.connections", &C::server, &S::connections)));
    keys.push_back(positive(key("server.body_bytes", &C::server, &S::body_bytes)));
    keys.push_back(positive(key("server.batch_events", &C::server, &S::batch_events)));
    keys.push_back(positive(key("server.batch_items", &C::server, &S::batch_items)));
    keys.push_back(positive(key("server.placements", &C::server, &S::placements)));
    keys.push_back(key("server.requests_a_second", &C::server, &S::requests_a_second));
    keys.push_back(positive(key("server.header_timeout_ms", &C::server, &S::header_timeout_ms)));
    keys.push_back(positive(key("server.body_timeout_ms", &C::server, &S::body_timeout_ms)));
    keys.push_back(key("server.allowed_origins", &C::server, &S::allowed_origins));
    keys.push_back(one_of(key("server.orders", &C::server, &S::orders), {"any", "server"}));
    using R = ItemRunSettings;
    keys.push_back(key("item_runs.absent_share", &C::item_runs, &R::absent_share));
    keys.push_back(positive(key("item_runs.open_ms", &C::item_runs, &R::open_ms)));
    keys.push_back(key("item_runs.wait_ms", &C::item_runs, &R::wait_ms));
    using O = OwnerSettings;
    keys.push_back(positive(key("owner.connections", &C::owner, &O::connections)));
    keys.push_back(positive(key("owner.message_bytes", &C::owner, &O::message_bytes)));
    keys.push_back(positive(key("owner.timeout_ms", &C::owner, &O::timeout_ms)));
}

void add_folds(std::vector<ConfigurationKey>& keys) {
    using F = state::FoldLimits;
    keys.push_back(rows(positive(key("fold.remembered_ids", &C::fold, &F::remembered_ids))));
    keys.push_back(rows(positive(key("fold.recent_actions", &C::fold, &F::recent_actions))));
    keys.push_back(rows(positive(key("fold.cart_items", &C::fold, &F::cart_items))));
    keys.push_back(rows(key("fold.searches", &C::fold, &F::searches)));
    keys.push_back(rows(positive(key("fold.counted_a_day", &C::fold, &F::counted_a_day))));
    keys.push_back(rows(positive(key("fold.orders", &C::fold, &F::orders))));
    keys.push_back(rows(positive(key("fold.order_lines", &C::fold, &F::order_lines))));
    keys.push_back(rows(positive(key("fold.long_history", &C::fold, &F::long_history))));
    keys.push_back(rows(positive(key("fold.facts", &C::fold, &F::facts))));
    keys.push_back(rows(positive(key("fold.hour_days", &C::fold, &F::hour_days))));
    keys.push_back(rows(positive(key("fold.day_buckets", &C::fold, &F::day_buckets))));
    keys.push_back(rows(key("fold.neighbours", &C::fold, &F::neighbours)));
    keys.push_back(positive(key("fold.suspect_events_an_hour", &C::fold, &F::suspect_events_an_hour)));
    keys.push_back(positive(key("fold.session_idle_ms", &C::fold, &F::session_idle_ms)));
    using E = event::Limits;
    // Ids of our own making have up to 44 bytes.
    keys.push_back(positive(key("events.items", &C::events, &E::items)));
    keys.push_back(positive(key("events.order_lines", &C::events, &E::order_lines)));
    keys.push_back(at_least(64, key("events.id_bytes", &C::events, &E::id_bytes)));
    keys.push_back(positive(key("events.text_bytes", &C::events, &E::text_bytes)));
    keys.push_back(key("events.kept_fields", &C::events, &E::kept_fields));
    keys.push_back(positive(key("events.quantity", &C::events, &E::quantity)));
    keys.push_back(key("events.ahead_ms", &C::events, &E::ahead_ms));
}

// Of `feedback`, whose parts are two structs in one.
template <class Part, class Value>
ConfigurationKey feedback_key(std::string name, Part feedback::Settings::* part, Value Part::* field) {
    return {name,
            [=](Configuration& configuration, const toml::node& value) {
                return read(value, name, configuration.feedback.*part.*field);
            },
            [=](const Configuration& configuration) { return text(configuration.feedback.*part.*field); }};
}

void add_feedback(std::vector<ConfigurationKey>& keys) {
    using feedback::Rules;
    using S = feedback::Settings;
    using L = feedback::ShopperLimits;
    keys.push_back(positive(feedback_key("feedback.version", &S::rules, &Rules::version)));
    keys.push_back(feedback_key("feedback.click_horizon", &S::rules, &Rules::click_horizon));
    keys.push_back(feedback_key("feedback.halo_horizon", &S::rules, &Rules::halo_horizon));
    keys.push_back(feedback_key("feedback.view_through", &S::rules, &Rules::view_through));
    keys.push_back(feedback_key("feedback.view_horizon", &S::rules, &Rules::view_horizon));
    keys.push_back(rows(positive(feedback_key("feedback.touches", &S::limits, &L::touches))));
    keys.push_back(rows(positive(feedback_key("feedback.lines", &S::limits, &L::lines))));
    keys.push_back(rows(positive(feedback_key("feedback.refunds", &S::limits, &L::refunds))));
    keys.push_back(positive(feedback_key("feedback.keep", &S::limits, &L::keep)));
}

// An address that is there, or the folder would silently be taken for a shop of one machine.
ConfigurationKey filled(ConfigurationKey of) {
    of.read = [read = std::move(of.read), name = of.name](Configuration& configuration,
                                                          const toml::node& value) -> Result<void> {
        if (value.value_exact<std::string>() == "")
            return std::unexpected(wrong_value(value, name, "must not be empty"));
        return read(configuration, value);
    };
    return of;
}

void add_cluster(std::vector<ConfigurationKey>& keys) {
    using S = ClusterSettings;
    keys.push_back(filled(key("cluster.bootstrap_servers", &C::cluster, &S::bootstrap_servers)));
    keys.push_back(key("cluster.topic_prefix", &C::cluster, &S::topic_prefix));
    keys.push_back(filled(key("cluster.shop", &C::cluster, &S::shop)));
    keys.push_back(filled(key("cluster.shops_file", &C::cluster, &S::shops_file)));
    keys.push_back(key("cluster.webhdfs", &C::cluster, &S::webhdfs));
    keys.push_back(key("cluster.webhdfs_user", &C::cluster, &S::webhdfs_user));
    keys.push_back(
        one_of(key("cluster.security", &C::cluster, &S::security), {"plaintext", "ssl", "sasl_plaintext", "sasl_ssl"}));
    keys.push_back(one_of(key("cluster.sasl_mechanism", &C::cluster, &S::sasl_mechanism),
                          {"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}));
    keys.push_back(key("cluster.ca_file", &C::cluster, &S::ca_file));
    keys.push_back(positive(key("cluster.replication", &C::cluster, &S::replication)));
    keys.push_back(positive(key("cluster.min_insync", &C::cluster, &S::min_insync)));
    keys.push_back(positive(key("cluster.accept_timeout_ms", &C::cluster, &S::accept_timeout_ms)));
    keys.push_back(positive(key("cluster.queue_messages", &C::cluster, &S::queue_messages)));
    keys.push_back(positive(key("cluster.queue_kilobytes", &C::cluster, &S::queue_kilobytes)));
    keys.push_back(key("cluster.linger_ms", &C::cluster, &S::linger_ms));
    keys.push_back(positive(key("cluster.pending_events", &C::cluster, &S::pending_events)));
    keys.push_back(positive(key("cluster.pending_keep_ms", &C::cluster, &S::pending_keep_ms)));
    keys.push_back(positive(key("cluster.stale_after_ms", &C::cluster, &S::stale_after_ms)));
    keys.push_back(positive(key("cluster.rebuild_after_ms", &C::cluster, &S::rebuild_after_ms)));
    keys.push_back(key("cluster.visitor_partitions", &C::cluster, &S::visitor_partitions));
    keys.push_back(key("cluster.user_partitions", &C::cluster, &S::user_partitions));
    keys.push_back(key("cluster.peers", &C::cluster, &S::peers));
    keys.push_back(positive(few_threads(key("cluster.forwards", &C::cluster, &S::forwards))));
    keys.push_back(positive(key("cluster.forward_timeout_ms", &C::cluster, &S::forward_timeout_ms)));
    keys.push_back(positive(key("cluster.peer_retry_ms", &C::cluster, &S::peer_retry_ms)));
    keys.push_back(positive(key("cluster.model_bytes", &C::cluster, &S::model_bytes)));
}

}  // namespace

const std::vector<ConfigurationKey>& configuration_keys() {
    static const std::vector<ConfigurationKey> keys = [] {
        std::vector<ConfigurationKey> made;
        add_storage(made);
        add_learning(made);
        add_server(made);
        add_folds(made);
        add_feedback(made);
        add_cluster(made);
        made.push_back(
            shaped(key("default_locale", &C::default_locale), is_locale, "a language such as \"en\" or \"pt-BR\""));
        return made;
    }();
    return keys;
}

}  // namespace vitrina::engine
