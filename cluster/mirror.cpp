#include "cluster/mirror.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "border/border.hpp"
#include "border/keys.hpp"
#include "catalog/change.hpp"
#include "cluster/shops.hpp"
#include "cluster/topic_reading.hpp"
#include "cluster/topics.hpp"
#include "engine/embedded_engine.hpp"

namespace vitrina::cluster {

namespace {

constexpr int metadata_ms = 10'000;
constexpr const char* identity_file = "/mirror.json";

Result<std::string> brokers_of(const Properties& connection) {
    Properties properties = connection;
    properties["group.id"] = "vitrina-reading";
    const auto client = make_client(RD_KAFKA_CONSUMER, properties);
    if (!client) return std::unexpected(client.error());
    const std::unique_ptr<char, void (*)(char*)> id(
        rd_kafka_clusterid(client->get(), metadata_ms), +[](char* text) { rd_kafka_mem_free(nullptr, text); });
    if (id == nullptr) return fail(ErrorCode::unavailable, "the brokers cannot be reached (cluster.bootstrap_servers)");
    return std::string(id.get());
}

std::string identity_of(const engine::ClusterSettings& settings, const std::string& brokers) {
    return nlohmann::json{{"brokers", brokers}, {"topic_prefix", settings.topic_prefix}, {"shop", settings.shop}}
        .dump();
}

// A new folder becomes a mirror of these topics; an old one must be one.
Result<void> require_mirror(const std::string& folder, const std::string& identity) {
    std::error_code ignored;
    std::ifstream file(folder + identity_file);
    std::stringstream text;
    text << file.rdbuf();
    if (file && text.str() == identity) return {};
    if (file)
        return fail(ErrorCode::conflict,
                    fmt::format("{} mirrors {}, and this is {}; name another folder", folder, text.str(), identity));
    if (std::filesystem::exists(folder + "/store", ignored))
        return fail(ErrorCode::conflict,
                    fmt::format("{} holds a log of its own and is no mirror; name another folder", folder));
    std::filesystem::create_directories(folder, ignored);
    std::ofstream made(folder + identity_file);
    made << identity;
    made.close();
    return made ? Result<void>{} : fail(ErrorCode::io, fmt::format("cannot write {}{}", folder, identity_file));
}

class Mirroring {
public:
    Mirroring(engine::EmbeddedEngine& engine, const engine::ClusterSettings& settings, const Properties& connection,
              const MirrorOutside& outside)
        : engine_(engine), settings_(settings), connection_(connection), outside_(outside) {}

    Result<Mirrored> all() {
        if (auto events = read_events(); !events) return std::unexpected(events.error());
        if (auto exposures = read_exposures(); !exposures) return std::unexpected(exposures.error());
        if (auto items = read_items(); !items) return std::unexpected(items.error());
        if (auto kept = engine_.checkpoint(); !kept) return std::unexpected(kept.error());
        return mirrored_;
    }

private:
    using Take = std::function<Result<void>(const border::Key& key, const ReadRecord& record)>;
    using Keep = std::function<Result<void>(const engine::Note& note)>;

    static std::string note_of(const std::string& topic) { return "mirrored " + topic; }

    Result<Offsets> read_before(const std::string& topic) const {
        const auto note = engine_.note(note_of(topic));
        if (!note) return std::unexpected(note.error());
        return offsets_from(note->value_or(""));
    }

    // Every record of the shop to `take`; now and then what was taken to `keep`, with the note of how far it came.
    Result<void> read(const std::string& topic, Offsets next, const Take& take, const Keep& keep) {
        std::uint64_t read = 0;
        const ReadOutside outside{.visit = [&](const ReadRecord& record) -> Result<void> {
                                      ++read;
                                      const auto key = border::read_key(record.key);
                                      if (key && key->shop != settings_.shop) return {};
                                      const auto taken = key ? take(*key, record) : std::unexpected(key.error());
                                      if (!taken) refuse(topic, taken.error());
                                      return {};
                                  },
                                  .done_with = [&](const Offsets& offsets) -> Result<void> {
                                      if (auto kept = keep({note_of(topic), to_text(offsets)}); !kept) return kept;
                                      if (outside_.progress) outside_.progress(topic, read);
                                      return {};
                                  }};
        const auto counts = read_on(connection_, {topic, std::move(next), outside_.records_together}, outside);
        if (!counts) return std::unexpected(counts.error());
        mirrored_.lost += counts->lost;
        return {};
    }

    Result<void> read_on_from_note(const char* name, const Take& take, const Keep& keep) {
        const std::string topic = topic_name(settings_, name);
        auto before = read_before(topic);
        if (!before) return std::unexpected(before.error());
        return read(topic, std::move(*before), take, keep);
    }

    Result<void> read_events() {
        std::vector<event::Event> events;
        const auto take = [&](const border::Key& key, const ReadRecord& record) -> Result<void> {
            auto event = border::Border::settled_event(key, record.value.value_or(""), record.time);
            if (!event) return std::unexpected(event.error());
            events.push_back(std::move(*event));
            return {};
        };
        return read_on_from_note("events", take, [&](const engine::Note& note) -> Result<void> {
            const auto report = engine_.accept(std::exchange(events, {}));
            if (!report) return std::unexpected(report.error());
            mirrored_.events += report->accepted;
            mirrored_.duplicates += report->duplicates;
            return engine_.keep(note);
        });
    }

    Result<void> read_exposures() {
        std::vector<engine::Exposure> exposures;
        const auto take = [&](const border::Key&, const ReadRecord& record) -> Result<void> {
            auto exposure = engine::decode_exposure(record.value.value_or(""));
            if (!exposure) return std::unexpected(exposure.error());
            exposures.push_back(std::move(*exposure));
            return {};
        };
        return read_on_from_note("exposures", take, [&](const engine::Note& note) -> Result<void> {
            const auto taken = engine_.take_exposures(std::exchange(exposures, {}), note);
            if (!taken) return std::unexpected(taken.error());
            mirrored_.exposures += taken->fresh;
            if (taken->refused > 0)
                refuse(settings_.topic_prefix + "exposures", {ErrorCode::invalid_input, "an id is not of this shop"});
            mirrored_.refused += taken->refused > 0 ? taken->refused - 1 : 0;
            return {};
        });
    }

    // As the fold of items has them now. Those that it does not have go.
    Result<void> read_items() {
        std::map<std::string, catalog::Item> items;
        const auto take = [&](const border::Key& key, const ReadRecord& record) -> Result<void> {
            items.erase(std::string(key.rest));
            if (!record.value || record.value->empty()) return {};
            const auto entry = catalog::decode_entry(*record.value);
            if (!entry) return std::unexpected(entry.error());
            if (auto item = catalog::item_of(*entry)) items.emplace(key.rest, std::move(*item));
            return {};
        };
        const auto keep = [](const engine::Note&) -> Result<void> { return {}; };
        if (auto done = read(changelog_name(settings_, "catalog"), {}, take, keep); !done) return done;
        return put(std::move(items));
    }

    Result<void> put(std::map<std::string, catalog::Item> items) {
        std::vector<std::string> gone;
        engine_.each_item([&](const catalog::Item& item) {
            const auto found = items.find(item.item_id);
            if (found == items.end()) gone.push_back(item.item_id);
            if (found != items.end() && found->second == item) items.erase(found);
        });
        std::vector<catalog::Item> changed;
        for (auto& [id, item] : items) changed.push_back(std::move(item));
        mirrored_.items += changed.size() + gone.size();
        for (const auto& put : engine_.put_items(std::move(changed)))
            if (!put) return put;
        for (const std::string& item : gone)
            if (auto removed = engine_.remove_item(item); !removed) return removed;
        return {};
    }

    void refuse(const std::string& topic, const Error& why) {
        if (mirrored_.refused++ == 0) spdlog::warn("{}: a record is left out: {}", topic, why.message);
    }

    engine::EmbeddedEngine& engine_;
    const engine::ClusterSettings& settings_;
    const Properties& connection_;
    const MirrorOutside& outside_;
    Mirrored mirrored_;
};

}  // namespace

Result<Mirrored> mirror(const std::string& folder, const engine::Configuration& configuration,
                        const MirrorOutside& outside) {
    const engine::ClusterSettings& settings = configuration.cluster;
    const auto key = read_shop_key(settings.shops_file, settings.shop);
    if (!key) return std::unexpected(key.error());
    const Properties connection = connection_of(settings, outside.environment);
    const auto brokers = brokers_of(connection);
    if (!brokers) return std::unexpected(brokers.error());
    if (auto ready = require_mirror(folder, identity_of(settings, *brokers)); !ready)
        return std::unexpected(ready.error());
    engine::Configuration own = configuration;
    own.training.every_ms = 0;
    const auto engine = engine::EmbeddedEngine::open(folder, own, outside.clock, *key);
    if (!engine) return std::unexpected(engine.error());
    return Mirroring(**engine, settings, connection, outside).all();
}

bool is_mirror(const std::string& folder) {
    std::error_code ignored;
    return std::filesystem::exists(folder + identity_file, ignored);
}

}  // namespace vitrina::cluster
