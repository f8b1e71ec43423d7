// Writes a made-up log and what the embedded engine makes of it, for the tests of hosts in other languages:
//
//   vitrina_fold_log EVENTS FOLDER [LESSON | jumps]
//   vitrina_fold_log EVENTS FOLDER VISITORS ITEMS
//
// The second form writes a log of the size of a shop's, for benchmarks, no changes of items, and FOLDER/probes: a thousand events each of
// a visitor, a user and an item of its own.
// FOLDER/events and FOLDER/item-changes hold key, value and time (eight bytes, little-endian) of each record, FOLDER/visitors-hot,
// visitors-cold, users, items, catalog, visitor-shoppers, user-shoppers, item-success and outcomes hold key and state, all packed as border/packing.hpp says; FOLDER/shops.json the shop.
// jumps: clocks jump in it. LESSON is the configuration of a training (border/lesson.hpp): FOLDER/model.vit is then what it learns from the log in one call.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "border/history.hpp"
#include "border/lesson.hpp"
#include "border/packing.hpp"
#include "tests/fold_log.hpp"

namespace {

using namespace vitrina;

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    file << bytes;
    if (!file.flush()) {
        std::fprintf(stderr, "cannot write %s\n", path.c_str());
        std::exit(1);
    }
}

std::string packed(const std::vector<tests::LogRecord>& log) {
    border::Packing packing;
    for (const tests::LogRecord& record : log) {
        packing.add(record.record.key);
        packing.add(record.record.value);
        std::string time;
        for (int shift = 0; shift < 64; shift += 8)
            time.push_back(static_cast<char>(record.appended_at >> shift & 0xff));
        packing.add(time);
    }
    return packing.finish();
}

std::string packed(const std::map<std::string, std::string>& states) {
    border::Packing packing;
    for (const auto& [key, state] : states) {
        packing.add(key);
        packing.add(state);
    }
    return packing.finish();
}

// Ends the program where a step of it failed.
template <class Value>
Value good(Result<Value> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
}

std::string learned(const std::vector<tests::LogRecord>& events, const std::vector<tests::LogRecord>& changes,
                    const std::string& configuration) {
    const border::Border border = good(border::Border::open(tests::fold_configuration));
    border::Lesson lesson = good(border::Lesson::open(configuration));
    for (const auto& [key, entry] : tests::catalog_by_the_border(changes))
        if (auto added = lesson.add_entry(entry); !added) good(Result<int>(std::unexpected(added.error())));
    for (const tests::LogRecord& event : events) {
        const auto record = border::history_record(border, event.record.key, event.record.value, event.appended_at);
        if (!record) continue;  // a dead letter
        if (auto added = lesson.add_record(record->record); !added) good(Result<int>(std::unexpected(added.error())));
    }
    good(lesson.assembled());
    return good(lesson.trained()).bytes;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || argc > 5) {
        std::fprintf(stderr, "usage: %s EVENTS FOLDER [jumps | LESSON | VISITORS ITEMS]\n", argv[0]);
        return 2;
    }
    const std::filesystem::path folder = argv[2];
    const std::size_t count = std::strtoull(argv[1], nullptr, 10);
    const bool jumps = argc == 4 && std::string_view(argv[3]) == "jumps";
    const auto events = argc == 5 ? tests::shop_events({.events = count,
                                                        .visitors = std::strtoull(argv[3], nullptr, 10),
                                                        .items = std::strtoull(argv[4], nullptr, 10)},
                                                       7)
                        : jumps   ? tests::made_events_with_jumps(count, 7)
                                  : tests::made_events(count, 7);
    const auto changes = tests::made_item_changes(argc == 5 ? 0 : events.size() / 10, 7);
    std::filesystem::create_directories(folder);
    write(folder / "events", packed(events));
    write(folder / "item-changes", packed(changes));
    for (const auto& [store, states] : tests::folded_by_the_engine(events)) write(folder / store, packed(states));
    write(folder / "catalog", packed(tests::catalog_by_the_border(changes)));
    write(folder / "shops.json", tests::fold_shops);
    if (argc == 5) write(folder / "probes", packed(tests::probe_events(1000)));
    if (argc == 4 && !jumps) write(folder / "model.vit", learned(events, changes, argv[3]));
    return 0;
}
