#pragma once
// The three things that files hold, each with its way into the engine. `import_files` chooses and counts around them.
//
// Threads, errors: as import.hpp. All add to `job.report` and `job.tally`.

#include "import/import.hpp"
#include "import/reading.hpp"
#include "import/tally.hpp"

namespace vitrina::import {

struct Job {
    engine::Engine& engine;
    const ImportRequest& request;
    ImportReport& report;
    Tally& tally;
    Position position;

    // The newest time that can be true.
    TimeMs latest() const { return engine.now() + engine.configuration().events.ahead_ms; }
    void show_progress() const {
        if (request.progress) request.progress(position.progress(request));
    }
};

Result<void> import_orders(Job& job);
Result<void> import_events(Job& job);
Result<void> import_items(Job& job);

// Puts the items that are new or differ from what the engine has, in batches.
class ItemWriter {
public:
    explicit ItemWriter(Job& job) : job_(job) {}
    // From here on all items are of the run, those that are as they were too. Borrowed.
    void mention_in(const catalog::Run& run) { run_ = &run; }
    // `before` is what the engine has. Refused items are tallied at `place`.
    void write(catalog::Item item, const std::optional<catalog::Item>& before, const Place& place);
    void flush();

private:
    struct Waiting {
        std::string file;
        std::uint64_t line;
        std::string item_id;
        bool as_it_was;
    };
    Job& job_;
    const catalog::Run* run_ = nullptr;
    std::vector<catalog::Item> items_;
    std::vector<Waiting> places_;
};

}  // namespace vitrina::import
