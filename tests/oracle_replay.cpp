// The replay of a log by the embedded engine's folding, and what a record of it is marked with.

#include "base/executor.hpp"
#include "engine/folding.hpp"
#include "tests/oracle.hpp"

namespace vitrina::tests {
namespace {

using engine::Family;

// By rising key, first all hot, then all cold states.
void collect(const engine::StateCache& cache, const char* hot, const char* cold, Stores& stores) {
    bool second = false;
    std::string last;
    auto& first_store = stores[hot];
    auto& second_store = stores[cold];
    cache.each_in_memory([&](std::string_view key, std::string_view state) {
        second = second || key <= last;
        last = key;
        if (!state.empty()) (second ? second_store : first_store)[border::text_key(fold_shop, key)] = state;
    });
}

struct Replay {
    explicit Replay(const border::Border& of)
        : border(of),
          hasher(of.configuration().shops.at(fold_shop)),
          folding(caches, hasher, of.configuration().fold, executor) {}

    // The event, or the code of its dead letter.
    std::expected<event::Event, std::string> read(const TopicRecord& record, const std::set<std::string>& broken,
                                                  std::set<Row>& history) const {
        if (!record.has_value) return std::unexpected(any_code);
        const auto key = border::read_key(record.key);
        if (!key) return std::unexpected(code_of(key.error()));
        const auto store_key = border.event_store_key(record.key);
        if (!store_key) return std::unexpected(code_of(store_key.error()));
        auto event = border.settled_event(*key, record.value, record.time);
        if (!event) return std::unexpected(code_of(event.error()));
        history.insert({event->visitor_id, event->event_id});
        if (broken.contains(event->event_id)) return std::unexpected("bug");
        return std::move(*event);
    }
    static std::string code_of(const Error& error) { return std::string(name_of(error.code)); }

    void fold(const event::Event& event, Replayed& into) {
        const event::Event* const one[] = {&event};
        const auto verdicts = folding.fold(one, ++position);
        ensure(verdicts.has_value(), "a cache in memory refused a state");
        if (verdicts->front() == state::Verdict::late) into.late.push_back({event.visitor_id, event.event_id});
    }

    static constexpr std::size_t budget = 1ULL << 40;
    const border::Border& border;
    PersonHasher hasher;
    engine::StateCaches caches{{nullptr, {Family::visitors_hot, Family::visitors_cold, 16}, budget},
                               {nullptr, {Family::users, Family::users, 16}, budget},
                               {nullptr, {Family::items, Family::items, 8}, budget}};
    SerialExecutor executor;
    engine::Folding folding;
    engine::Position position = 0;
};

void fold_changes(const border::Border& border, const TopicRecords& changes, Replayed& into) {
    auto& entries = into.stores["catalog"];
    for (const TopicRecord& record : changes) {
        const auto at = entries.find(record.key);
        const std::string before = at == entries.end() ? "" : at->second;
        if (!record.has_value) {
            into.dead[{"item-changes", record.partition, record.offset}] = any_code;
            continue;
        }
        auto entry = border.fold_item_change(record.key, before, record.value, record.time);
        if (entry)
            entries[record.key] = std::move(*entry);
        else
            into.dead[{"item-changes", record.partition, record.offset}] = Replay::code_of(entry.error());
    }
}

}  // namespace

std::set<std::string> marks_of(std::string_view bytes) {
    static constexpr std::string_view beginning = "mk-";
    std::set<std::string> marks;
    for (std::size_t at = bytes.find(beginning); at != bytes.npos; at = bytes.find(beginning, at + 1)) {
        std::size_t end = at + beginning.size();
        const auto plain = [&](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
        while (end < bytes.size() && plain(bytes[end])) ++end;
        if (end > at + beginning.size() && end < bytes.size() && bytes[end] == '.')
            marks.emplace(bytes.substr(at, end + 1 - at));
    }
    return marks;
}

Replayed replayed(const border::Border& border, const Found& found, const std::set<std::string>& broken) {
    Replayed all;
    Replay replay(border);
    if (const auto events = found.topics.find("events"); events != found.topics.end())
        for (const TopicRecord& record : events->second) {
            const auto event = replay.read(record, broken, all.history);
            if (event)
                replay.fold(*event, all);
            else
                all.dead[{"events", record.partition, record.offset}] = event.error();
        }
    if (const auto changes = found.topics.find("item-changes"); changes != found.topics.end())
        fold_changes(border, changes->second, all);
    collect(replay.caches.visitors, "visitors-hot", "visitors-cold", all.stores);
    collect(replay.caches.users, "users", "users", all.stores);
    collect(replay.caches.items, "items", "items", all.stores);
    return all;
}

}  // namespace vitrina::tests
