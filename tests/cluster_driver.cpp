// What tests of a whole cluster need of the core (ops/parity_test.sh, ops/faults_long_test.sh):
//
//   vitrina_cluster_driver load CONFIG BOOK SEED EVENTS_A_SECOND BROKEN NODE …    loads a cluster until it is ended by SIGTERM
//   vitrina_cluster_driver judge CONFIG BOOK HISTORY MODELS NODE-FOLDER …         the oracle: exit status 1 where something is wrong
//   vitrina_cluster_driver settled CONFIG SECONDS                                 waits until the folds have read everything
//   vitrina_cluster_driver stores CONFIG EMBEDDED NODE                            states and items of both hosts, to the byte
//   vitrina_cluster_driver answers CONFIG EMBEDDED NODE PEOPLE                    answers of both hosts at one time, to the bit
//   vitrina_cluster_driver made EVENTS FOLDER                                     a made-up shop: events.jsonl and items.jsonl
//
// The secret key of nodes comes from VITRINA_SECRET_KEY.

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cluster/kafka.hpp"
#include "event/codec.hpp"
#include "event/json.hpp"
#include "tests/cluster_found.hpp"
#include "tests/cluster_load.hpp"
#include "tests/cluster_parity.hpp"

namespace {

using namespace vitrina;
using tests::Diary;

std::atomic<bool> stopped = false;

template <class Value>
Value good(Result<Value> result) {
    if (result) return std::move(*result);
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(3);
}

std::string whole_file(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

int said(const std::vector<std::string>& wrong) {
    for (const std::string& sentence : wrong) fmt::print("WRONG  {}\n", sentence);
    return wrong.empty() ? 0 : 1;
}

int said(const tests::Parity& parity) {
    for (const std::string& what : parity.compared) fmt::print("compared {}\n", what);
    return said(parity.wrong);
}

// Per fault the longest silence of clients, partitions and nodes from then to the next fault.
void print_recoveries(const Diary& diary) {
    fmt::print("\n{:<44} {:>22} {:>22} {:>22}\n", "longest wait in ms until the next fault", "acknowledged", "folded",
               "answered");
    for (std::size_t i = 0; i < diary.faults.size(); ++i) {
        const TimeMs to = i + 1 < diary.faults.size() ? diary.faults[i + 1].at : diary.ended;
        std::string line = fmt::format("{:<44}", diary.faults[i].what);
        for (const char* kind : {"acknowledged", "folded", "answered"}) {
            const auto streams = diary.pulses.find(kind);
            const auto silence = streams == diary.pulses.end()
                                     ? tests::Silence{}
                                     : tests::longest_silence(streams->second, diary.faults[i].at, to);
            line += fmt::format(" {:>8} {:<13}", silence.longest, silence.stream);
        }
        fmt::print("{}\n", line);
    }
}

int run_judge(const engine::Configuration& configuration, int count, char** arguments) {
    const Diary diary = good(tests::read_diary(arguments[0]));
    tests::Found found = good(tests::read_cluster(configuration.cluster));
    found.history = good(tests::read_history(arguments[1]));
    found.models = good(tests::read_models(arguments[2]));
    const auto border = good(border::Border::open("{\"shops\": " + whole_file(configuration.cluster.shops_file) + "}"));
    print_recoveries(diary);
    fmt::print("\n{} events and {} changes of items acknowledged, {} records poisoned; in the topic {}, dead letters "
               "{}, late {}; rows {}, models {}\n",
               diary.book.events.size(), diary.book.changes.size(), diary.book.poison.size() + diary.book.broken.size(),
               found.topics["events"].size(), found.topics["dead-letters"].size(), found.topics["late"].size(),
               found.history.rows.size(), found.models.size());
    fmt::print("the generator's producer began {} new epochs and wrote {} records again that were sent once\n",
               diary.book.renumbered.size(), tests::repeats(diary.book, found).size());
    for (const auto& [store, states] : found.stores) fmt::print("{} {}\n", states.size(), store);
    std::vector<std::string> wrong = tests::judge(border, diary.book, found);
    for (const char* elsewhere : {"catalog", "visitor-shoppers", "user-shoppers", "outcomes"})
        found.stores.erase(elsewhere);  // no states of a node
    for (int node = 3; node < count; ++node)
        for (const auto& sentence : tests::judge_states(found.stores, good(tests::stored_states(arguments[node]))))
            wrong.push_back(fmt::format("the node in {}: {}", arguments[node], sentence));
    return said(wrong);
}

int run_load(const engine::Configuration& configuration, int count, char** arguments) {
    std::signal(SIGTERM, [](int) { stopped = true; });
    tests::LoadSettings settings{.book = arguments[0],
                                 .seed = std::strtoull(arguments[1], nullptr, 10),
                                 .events_a_second = std::strtoull(arguments[2], nullptr, 10),
                                 .nodes = {arguments + 4, arguments + count},
                                 .secret_key = cluster::process_environment("VITRINA_SECRET_KEY"),
                                 .broken_event = arguments[3]};
    const auto loaded = tests::load(configuration.cluster, settings, stopped);
    if (loaded) return 0;
    fmt::print(stderr, "{}\n", loaded.error().message);
    return 3;
}

int run_made(std::size_t events, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    std::ofstream lines(folder / "events.jsonl"), items(folder / "items.jsonl");
    for (const tests::LogRecord& record : tests::made_events(events, 7))
        lines << event::json_line(event::decode(record.record.value).value()) << "\n";
    for (int i = 0; i < 25; ++i)
        items << fmt::format(R"({{"item_id": "item {}", "title": "thing of kind {}", "price": {}, "currency": "EUR"}})",
                             i, i % 6, 2 + i)
              << "\n";
    return lines.flush() && items.flush() ? 0 : 3;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string order = count > 1 ? arguments[1] : "";
    const auto is = [&](const char* name, int wanted) { return order == name && count >= wanted; };
    if (is("made", 4)) return run_made(std::strtoull(arguments[2], nullptr, 10), arguments[3]);
    if (!is("load", 8) && !is("judge", 6) && !is("settled", 4) && !is("stores", 5) && !is("answers", 6)) {
        fmt::print(stderr, "see the head of tests/cluster_driver.cpp for the arguments\n");
        return 2;
    }
    const auto configuration = good(engine::read_configuration(arguments[2]));
    if (order == "load") return run_load(configuration, count - 3, arguments + 3);
    if (order == "judge") return run_judge(configuration, count - 3, arguments + 3);
    if (order == "settled") {
        const auto folded =
            tests::until_folded(configuration.cluster, std::strtoll(arguments[3], nullptr, 10) * second_ms);
        return folded ? 0 : said({folded.error().message});
    }
    if (order == "stores") return said(good(tests::compare_stores(arguments[3], arguments[4], configuration)));
    return said(good(
        tests::compare_answers(arguments[3], arguments[4], configuration, std::strtoull(arguments[5], nullptr, 10))));
}
