// The replay of a log by the embedded engine's folding, and what a record of it is marked with.

#include "tests/engine_stores.hpp"
#include "tests/oracle.hpp"

namespace vitrina::tests {
namespace {

struct Replay {
    explicit Replay(const border::Border& of) : border(of), folds(of.configuration()) {}

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
        if (folds.fold(event) == state::Verdict::late) into.late.push_back({event.visitor_id, event.event_id});
    }

    const border::Border& border;
    EngineFolds folds;
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
    all.stores.merge(replay.folds.stores());
    return all;
}

}  // namespace vitrina::tests
