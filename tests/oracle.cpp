#include "tests/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "border/records.hpp"
#include "event/codec.hpp"
#include "model/store.hpp"

namespace vitrina::tests {
namespace {

// What is wrong of one kind: how often, and the first of it.
class Complaint {
public:
    void add(const std::string& example) {
        if (++count_ <= 3) examples_ += (examples_.empty() ? "" : ", ") + example;
    }
    void say(const std::string& what, std::vector<std::string>& all) const {
        if (count_ > 0) all.push_back(fmt::format("{} {}: {}", count_, what, examples_));
    }

private:
    std::size_t count_ = 0;
    std::string examples_;
};

std::string text_of(const Place& place) {
    return fmt::format("{} {} at {}", place.topic, place.partition, place.offset);
}
std::string text_of(const Row& row) { return fmt::format("{} of {}", row.event_id, row.visitor); }

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

const TopicRecords& topic(const Found& found, const std::string& name) {
    static const TopicRecords none;
    const auto records = found.topics.find(name);
    return records == found.topics.end() ? none : records->second;
}

// The marks that stand in the records of a topic, and how often.
std::map<std::string, int> marks_of_all(const TopicRecords& records) {
    std::map<std::string, int> found;
    for (const TopicRecord& record : records) {
        std::set<std::string> marks = marks_of(record.key);
        marks.merge(marks_of(record.value));
        for (const std::string& mark : marks) ++found[mark];
    }
    return found;
}

void compare(const std::map<Row, int>& expected, const std::map<Row, int>& there, const std::string& what,
             std::vector<std::string>& all) {
    Complaint missing, doubled, foreign;
    for (const auto& [row, times] : expected) {
        const auto at = there.find(row);
        if (at == there.end())
            missing.add(text_of(row));
        else if (at->second > times)
            doubled.add(text_of(row));
    }
    for (const auto& [row, times] : there)
        if (!expected.contains(row)) foreign.add(text_of(row));
    missing.say("events are missing in " + what, all);
    doubled.say("events are there twice in " + what, all);
    foreign.say("events that nobody sent are in " + what, all);
}

}  // namespace

std::set<Place> repeats(const Book& book, const Found& found) {
    std::map<std::string, const TopicRecord*> last;  // by id
    std::set<Place> all;
    for (const TopicRecord& record : topic(found, "events"))
        for (const std::string& id : marks_of(record.value)) {
            const auto sent = book.once.find(id);
            if (sent == book.once.end()) continue;
            const TopicRecord* const before = std::exchange(last[id], &record);
            if (before == nullptr || before->partition != record.partition || before->key != record.key ||
                before->value != record.value)
                continue;
            const auto between = [&](TimeMs moment) { return sent->second <= moment && moment <= record.time; };
            if (std::ranges::any_of(book.renumbered, between)) all.insert({"events", record.partition, record.offset});
        }
    return all;
}

std::vector<std::string> judge_log(const Book& book, const Found& found) {
    std::vector<std::string> all;
    const auto events = marks_of_all(topic(found, "events"));
    const auto changes = marks_of_all(topic(found, "item-changes"));
    Complaint lost, doubled, unchanged;
    for (const std::string& id : book.events)
        if (!events.contains(id)) lost.add(id);
    std::map<std::string, int> excused;
    const std::set<Place> repeated = repeats(book, found);
    for (const TopicRecord& record : topic(found, "events"))
        if (repeated.contains({"events", record.partition, record.offset}))
            for (const std::string& id : marks_of(record.value)) ++excused[id];
    for (const auto& [id, sent] : book.once)
        if (const auto at = events.find(id); at != events.end() && at->second - excused[id] > 1) doubled.add(id);
    for (const std::string& mark : book.changes)
        if (!changes.contains(mark)) unchanged.add(mark);
    lost.say("acknowledged events are not in the topic", all);
    doubled.say("events that were sent once are in the topic more than once", all);
    unchanged.say("acknowledged changes of items are not in the topic", all);
    return all;
}

std::vector<std::string> judge_states(const Stores& expected, const Stores& found) {
    std::vector<std::string> all;
    for (const auto& [store, states] : expected) {
        const auto at = found.find(store);
        const std::map<std::string, std::string> none;
        const auto& there = at == found.end() ? none : at->second;
        const auto same = [&](const std::string& one, const std::string& other) {
            return store == "items" ? same_item(one, other) : one == other;
        };
        Complaint missing, different, foreign;
        for (const auto& [key, state] : states) {
            const auto one = there.find(key);
            if (one == there.end())
                missing.add(hex(key));
            else if (!same(one->second, state))
                different.add(hex(key));
        }
        for (const auto& [key, state] : there)
            if (!states.contains(key)) foreign.add(hex(key));
        missing.say("states are missing in " + store, all);
        different.say("states differ from the replay in " + store, all);
        foreign.say("states that the replay does not have are in " + store, all);
    }
    return all;
}

std::vector<std::string> judge_dead_letters(const Book& book, const Found& found, const Replayed& replay) {
    std::vector<std::string> all;
    Complaint unreadable, doubled, foreign, miscoded, missing, unplanted, not_there;
    std::map<Place, std::string> letters;
    for (const TopicRecord& record : topic(found, "dead-letters")) {
        const auto letter = border::decode_dead_letter(record.value);
        if (!letter) {
            unreadable.add(text_of({"dead-letters", record.partition, record.offset}));
            continue;
        }
        const bool prefixed = letter->topic.starts_with(found.prefix);
        const Place place{prefixed ? letter->topic.substr(found.prefix.size()) : letter->topic, letter->partition,
                          letter->offset};
        if (!letters.emplace(place, letter->code).second) doubled.add(text_of(place));
        const auto expected = replay.dead.find(place);
        if (expected == replay.dead.end())
            foreign.add(text_of(place) + ", " + letter->reason);
        else if (expected->second != any_code && expected->second != letter->code)
            miscoded.add(text_of(place) + " is " + letter->code);
    }
    for (const auto& [place, code] : replay.dead)
        if (!letters.contains(place)) missing.add(text_of(place));
    std::set<std::string> planted;
    for (const auto& [name, records] : found.topics) {
        if (name != "events" && name != "item-changes") continue;
        for (const TopicRecord& record : records) {
            const Place place{name, record.partition, record.offset};
            std::set<std::string> marks = marks_of(record.key);
            marks.merge(marks_of(record.value));
            const bool ours = std::ranges::any_of(
                marks, [&](const auto& mark) { return book.poison.contains(mark) || book.broken.contains(mark); });
            if (replay.dead.contains(place) && !ours) unplanted.add(text_of(place));
            if (!replay.dead.contains(place) && ours) not_there.add(text_of(place));
        }
    }
    unreadable.say("dead letters cannot be read", all);
    doubled.say("dead letters came twice", all);
    foreign.say("dead letters are of records that can be folded", all);
    miscoded.say("dead letters have another code than the core's", all);
    missing.say("records that cannot be folded have no dead letter", all);
    unplanted.say("records that cannot be folded were not planted", all);
    not_there.say("planted records can be folded after all", all);
    return all;
}

std::vector<std::string> judge_late(const Found& found, const Replayed& replay) {
    std::map<Row, int> expected, there;
    for (const Row& row : replay.late) ++expected[row];
    for (const TopicRecord& record : topic(found, "late")) {
        const auto event = event::decode(record.value);
        ++there[event ? Row{event->visitor_id, event->event_id} : Row{"nobody", "unreadable"}];
    }
    std::vector<std::string> all;
    compare(expected, there, "the topic of late events", all);
    return all;
}

std::vector<std::string> judge_history(const Found& found, const Replayed& replay) {
    std::vector<std::string> all;
    std::map<Place, int> raw;
    for (const Place& place : found.history.raw) ++raw[place];
    Complaint missing, doubled, foreign;
    std::set<Place> expected;
    for (const auto& [name, records] : found.topics) {
        if (name != "events" && name != "item-changes") continue;
        for (const TopicRecord& record : records) expected.insert({name, record.partition, record.offset});
    }
    for (const Place& place : expected)
        if (!raw.contains(place)) missing.add(text_of(place));
    for (const auto& [place, times] : raw) {
        if (times > 1) doubled.add(text_of(place));
        if (!expected.contains(place)) foreign.add(text_of(place));
    }
    missing.say("records of the log are not in the raw files", all);
    doubled.say("records of the log are in two raw files", all);
    foreign.say("records of the raw files are not in the log", all);
    std::map<Row, int> rows, wanted;
    for (const Row& row : found.history.rows) ++rows[row];
    for (const Row& row : replay.history) wanted[row] = 1;
    compare(wanted, rows, "the history", all);
    return all;
}

std::vector<std::string> judge_models(const std::vector<ModelFile>& models) {
    std::vector<std::string> all;
    for (const ModelFile& file : models) {
        const auto manifest = model::manifest_from_json(file.manifest);
        if (!manifest) {
            all.push_back(
                fmt::format("the manifest of model {} is unreadable: {}", file.name, manifest.error().message));
            continue;
        }
        const auto model = model::Model::from_bytes(file.bytes);
        if (!model)
            all.push_back(fmt::format("model {} is damaged: {}", file.name, model.error().message));
        else if ((*model)->checksum() != manifest->model_checksum)
            all.push_back(fmt::format("model {} is not the one that its manifest names", file.name));
    }
    return all;
}

std::vector<std::string> judge(const border::Border& border, const Book& book, const Found& found) {
    const Replayed replay = replayed(border, found, book.broken);
    std::vector<std::string> all = judge_log(book, found);
    for (const auto& more : {judge_states(replay.stores, found.stores), judge_dead_letters(book, found, replay),
                             judge_late(found, replay), judge_history(found, replay), judge_models(found.models)})
        all.insert(all.end(), more.begin(), more.end());
    const std::set<Place> repeated = repeats(book, found);
    if (repeated.empty()) return all;
    Found once = {.prefix = found.prefix, .topics = found.topics};
    std::erase_if(once.topics["events"], [&](const TopicRecord& record) {
        return repeated.contains({"events", record.partition, record.offset});
    });
    const Replayed replay_of_once = replayed(border, once, book.broken);
    for (const std::string& sentence : judge_states(replay_of_once.stores, found.stores))
        all.push_back("with repeated records left out, " + sentence);
    if (replay_of_once.history != replay.history) all.emplace_back("repeated records made rows of the history");
    return all;
}

}  // namespace vitrina::tests
