#pragma once
// The oracle of a cluster: what was found in its topics, stores, history and models, held against the log replayed by the embedded
// engine and against the book of the generator that loaded it.
//
//   missing   what was acknowledged is in the topic, in the states and in the history
//   doubled   what was sent once is there once; states are those of each event counted once; dead letters, late events and rows of the
//             history come once
//   planted   a record that cannot be folded is a dead letter, and only what was planted is one
//   models    are whole: readable, with the checksum that their manifest names
//
// Threads: pure functions. Lifetime: values.
// Not an error: records beyond what was acknowledged, and an event twice in the topic that was sent again, or that the producer wrote
// again after it had numbered anew what it sends (`repeats`): it counts once, and judge holds that all is as if it were there once.
// Surprising cost: everything is in memory, several times.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "border/border.hpp"
#include "tests/fold_log.hpp"

namespace vitrina::tests {

struct Place {
    std::string topic;  // without the prefix
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    auto operator<=>(const Place&) const = default;
};

struct TopicRecord {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    TimeMs time = 0;
    std::string key, value;
    bool has_value = true;
};
using TopicRecords = std::vector<TopicRecord>;  // of each partition in the order of offsets

// Texts that the generator puts into what it sends, so that a record is known even where it cannot be read: "mk-", then letters, digits
// and dashes, then a dot. All those of a record, each once.
std::set<std::string> marks_of(std::string_view bytes);

// What the generator wrote down, by marks: event ids, titles of items, poison.
struct Book {
    std::set<std::string> events;        // acknowledged; also the ids in `once`
    std::map<std::string, TimeMs> once;  // of them sent once, whatever became of it, and when
    std::set<std::string> changes;       // of items, acknowledged
    std::set<std::string> poison;        // sent, acknowledged or not
    std::set<std::string> broken;        // ids of events whose folding breaks an invariant
    std::vector<TimeMs> renumbered;      // when the generator's own producer began a new epoch
};

struct Row {
    std::string visitor, event_id;
    auto operator<=>(const Row&) const = default;
};

struct History {
    std::vector<Place> raw;
    std::vector<Row> rows;
};

struct ModelFile {
    std::string name, bytes, manifest;  // JSON
};

struct Found {
    std::string prefix;                          // of the topics that dead letters name
    std::map<std::string, TopicRecords> topics;  // events, item-changes, dead-letters, late
    Stores stores;                               // of the changelogs, or of a node
    History history;
    std::vector<ModelFile> models;
};

inline constexpr const char* any_code = "";  // of a record without a value, which only a host can see

struct Replayed {
    Stores stores;
    std::map<Place, std::string> dead;  // → code
    std::vector<Row> late;
    std::set<Row> history;
};
// What one engine makes of events and item changes, in the order of their partitions. Precondition: records of the shop `fold_shop`.
Replayed replayed(const border::Border& border, const Found& found, const std::set<std::string>& broken);

// To the byte, or, where a list of neighbours overflowed in both, within the bound of such lists.
bool same_item(const std::string& expected, const std::string& found);

// Records that librdkafka wrote again: of events that were sent once, the later ones of the same bytes in one partition, where a moment
// of `renumbered` lies between the sending and them. (A broker may take the first only after that moment: the request waited in its
// socket.) Why it does: docs/cluster.md, "Everything at once".
std::set<Place> repeats(const Book& book, const Found& found);

// Sentences, each naming what is wrong and the first examples of it; empty where all holds.
std::vector<std::string> judge_log(const Book& book, const Found& found);
// States to the byte; items as `same_item`.
std::vector<std::string> judge_states(const Stores& expected, const Stores& found);
std::vector<std::string> judge_dead_letters(const Book& book, const Found& found, const Replayed& replay);
std::vector<std::string> judge_late(const Found& found, const Replayed& replay);
std::vector<std::string> judge_history(const Found& found, const Replayed& replay);
std::vector<std::string> judge_models(const std::vector<ModelFile>& models);
// All of them; states and history also against a replay without `repeats`.
std::vector<std::string> judge(const border::Border& border, const Book& book, const Found& found);

}  // namespace vitrina::tests
