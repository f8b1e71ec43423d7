#include "engine/engine.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "engine/digest.hpp"
#include "engine/embedded_engine.hpp"
#include "engine/rebuild.hpp"
#include "engine/shop_key.hpp"
#include "engine/success_stores.hpp"
#include "engine/training_rows.hpp"

namespace vitrina::engine {

namespace {

constexpr std::size_t replayed_together = 4096;
constexpr std::size_t fold_threads_at_most = 4;        // unless told: beyond, a group is too small to share out
constexpr TimeMs trends_grow_old_ms = 10 * minute_ms;  // their ages count from now, also when nothing happens

TimeMs system_time() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::size_t processors() { return std::max<std::size_t>(1, std::thread::hardware_concurrency()); }

std::size_t fold_threads(const LogSettings& settings) {
    return settings.fold_threads > 0 ? settings.fold_threads : std::min(processors(), fold_threads_at_most);
}

}  // namespace

Result<std::unique_ptr<Engine>> Engine::open(const std::string& folder, const Configuration& configuration,
                                             std::function<TimeMs()> clock) {
    return EmbeddedEngine::open(folder, configuration, std::move(clock), std::nullopt);
}

Result<std::unique_ptr<EmbeddedEngine>> EmbeddedEngine::open(const std::string& folder,
                                                             const Configuration& configuration,
                                                             std::function<TimeMs()> clock,
                                                             const std::optional<ShopKey>& wanted) {
    if (rebuild_wanted(folder)) {
        spdlog::warn("{} holds the file rebuild-states: every state is forgotten and folded from the log again",
                     folder);
        if (auto forgotten = forget_states(folder); !forgotten) return std::unexpected(forgotten.error());
    }
    auto database = Database::open(folder, {.exposures_keep_ms = configuration.exposures.keep_ms});
    if (!database) return std::unexpected(database.error());
    const auto key = shop_key(**database, wanted);
    if (!key) return std::unexpected(key.error());
    auto log = EventLog::open(**database);
    if (!log) return std::unexpected(log.error());
    auto mark = last_checkpoint(**database);
    if (!mark) return std::unexpected(mark.error());
    auto models = model::Store::open(folder + "/models");
    if (!models) return std::unexpected(models.error());
    EmbeddedEngine::Opened opened{std::move(*database), *key, *log, std::move(*mark), std::move(*models)};
    auto engine = std::make_unique<EmbeddedEngine>(std::move(opened), with_checkpoints_that_fit(configuration),
                                                   clock ? std::move(clock) : system_time);
    if (auto started = engine->start(); !started) return std::unexpected(started.error());
    return engine;
}

Result<void> Engine::patch_item(const catalog::Item&, catalog::Item after, const std::vector<std::string>&) {
    std::vector<catalog::Item> items;
    items.push_back(std::move(after));
    return put_items(std::move(items)).front();
}

Result<void> Engine::each_exposure(const std::function<void(const std::string&)>&) {
    return fail(ErrorCode::unavailable, "exposures are not kept on this host");
}

Result<void> Engine::each_featured_exposure(const std::function<void(const std::string&)>&) {
    return fail(ErrorCode::unavailable, "exposures are not kept on this host");
}

Result<void> Engine::each_success(const std::function<void(ItemKey, const std::string&)>&) {
    return fail(ErrorCode::unavailable, "success is not counted on this host");
}

EmbeddedEngine::EmbeddedEngine(Opened opened, const Configuration& configuration, std::function<TimeMs()> clock)
    : configuration_(configuration),
      clock_(std::move(clock)),
      database_(std::move(opened.database)),
      hasher_(opened.key),
      signer_(opened.key),
      runs_(opened.key, configuration_.item_runs),
      log_(opened.log),
      mark_(std::move(opened.mark)),
      caches_(make_caches(database_.get(), configuration_.cache)),
      folding_threads_(fold_threads(configuration_.log), Priority::serving),
      folding_(caches_, hasher_, configuration_.fold, folding_threads_),
      catalog_(*database_),
      checkpointer_(*database_, caches_, beside_of(folding_), mark_.position),
      exposures_(*database_, configuration_.exposures),
      guard_(*database_, configuration_.experiments),
      answering_({.states = reading_of(caches_),
                  .catalog = catalog_,
                  .hasher = hasher_,
                  .signer = signer_,
                  .offer = [this](Exposure exposure) { exposures_.offer(std::move(exposure)); },
                  .success = {.shown = [this](const auto& visit) { exposures_.each_shown(visit); },
                              .success = [this](const PersonKey& item) { return caches_.successes.find(item); }},
                  .programme = [this] { return guard_.programme(); }},
                 configuration_, clock_()),
      learning_({.database = *database_,
                 .catalog = catalog_,
                 .answering = answering_,
                 .log_end = [this] { return intake_->position(); },
                 .now = clock_,
                 .training_rows = [this] { return training_rows(*this); }},
                configuration_, std::move(opened.models)) {}

Result<void> EmbeddedEngine::start() {
    folding_.attribute({configuration_.feedback, signer_});
    for (const experiment::Trial& trial : configuration_.experiments.trials)
        if (auto kept = keep_unit(*database_, trial); !kept) return kept;
    if (auto loaded = catalog_.load(); !loaded) return loaded;
    if (mark_.position > log_.end())
        return fail(ErrorCode::corrupt_data,
                    fmt::format("{} holds a checkpoint of event {} but the log ends at {}; restore it from a backup",
                                database_->folder(), mark_.position, log_.end()));
    if (mark_.position > 0)
        if (auto restored = folding_.restore_figures(mark_.figures); !restored) return restored;
    if (auto replayed = replay(mark_.position); !replayed) return replayed;
    intake_ =
        std::make_unique<Intake>(IntakeParts{log_, folding_, caches_, checkpointer_, hasher_}, configuration_.log);
    learning_.open_current();
    if (const auto letters = folding_.figure(Figure::dead_letters); letters > 0)
        spdlog::warn("{} records could not be folded (dead letters), as where a state is damaged; an empty file "
                     "{}/rebuild-states "
                     "has every state folded from the log again at the next start",
                     letters, database_->folder());
    if (!learning_.trouble().empty()) spdlog::warn("the current model cannot be used: {}", learning_.trouble());
    if (auto refreshed = refresh_trends(); !refreshed) return refreshed;
    trends_ = std::make_unique<Periodic>(configuration_.training.trends_every_ms, [this] { refresh_if_changed(); });
    if (configuration_.training.every_ms > 0)
        training_ = std::make_unique<Periodic>(std::min(configuration_.training.every_ms, minute_ms),
                                               [this] { train_if_due(); });
    if (!configuration_.experiments.trials.empty())
        guarding_ = std::make_unique<Periodic>(10 * minute_ms, [this] {
            if (const auto looked = guard_experiments(); !looked)
                spdlog::warn("the guards of experiments could not look: {}", looked.error().message);
        });
    return {};
}

// Folds what the log holds behind the last checkpoint, some at a time: many threads read their states, then they are folded.
Result<void> EmbeddedEngine::replay(Position after) {
    std::vector<event::Event> some;
    ThreadPool pool(processors());
    Position folded = after;
    const auto fold_some = [&]() -> Result<void> {
        pool.for_each_block(some.size(), [&](std::size_t i) { warm(caches_, hasher_, some[i]); });
        std::vector<const event::Event*> events;
        for (const event::Event& event : some) events.push_back(&event);
        if (auto done = folding_.fold(events, folded + 1); !done) return std::unexpected(done.error());
        folded += some.size();
        some.clear();
        if (caches_.dirty_bytes() < configuration_.log.checkpoint_bytes) return {};
        if (auto finished = checkpointer_.finish(); !finished) return finished;
        checkpointer_.begin(folded);
        return {};
    };
    const auto read = EventLog::each(*database_, after, [&](Position, event::Event& event) -> Result<void> {
        some.push_back(std::move(event));
        return some.size() < replayed_together ? Result<void>{} : fold_some();
    });
    return read ? fold_some() : read;
}

EmbeddedEngine::~EmbeddedEngine() {
    guarding_.reset();
    training_.reset();
    trends_.reset();
    if (!intake_) return;
    static_cast<void>(checkpoint());
    intake_.reset();
}

Result<AcceptReport> EmbeddedEngine::accept(const std::vector<event::Event>& events) { return intake_->accept(events); }

Result<TakenExposures> EmbeddedEngine::take_exposures(std::vector<Exposure> exposures, const Note& note) {
    TakenExposures taken;
    std::vector<Exposure> ours;
    for (Exposure& exposure : exposures) {
        const auto id = signer_.read(exposure.shown.recommendation_id);
        if (!id) {
            ++taken.refused;
            continue;
        }
        if (!exposure.visitor_id.empty()) exposure.visitor = hasher_(exposure.visitor_id);
        exposure.sequence = id->sequence;
        ours.push_back(std::move(exposure));
    }
    const auto fresh = exposures_.take(ours, note);
    if (!fresh) return std::unexpected(fresh.error());
    taken.fresh = *fresh;
    return taken;
}

Result<std::optional<std::string>> EmbeddedEngine::note(const std::string& name) const {
    return database_->get(Family::meta, name);
}

Result<void> EmbeddedEngine::keep(const Note& note) {
    return database_->put(Family::meta, note.name, note.value, true);
}

std::vector<Result<void>> EmbeddedEngine::put_items(std::vector<catalog::Item> items) {
    return catalog_.put(std::move(items), clock_());
}

std::vector<Result<void>> EmbeddedEngine::put_items(std::vector<catalog::Item> items, const catalog::Run& run) {
    return catalog_.put(std::move(items), clock_(), &run);
}

Result<void> EmbeddedEngine::patch_item(const catalog::Item&, catalog::Item after, const std::vector<std::string>&) {
    return catalog_.patch(std::move(after), clock_());
}

Result<catalog::RunOutcome> EmbeddedEngine::end_item_run(const catalog::Run& run, const catalog::RunClaim& claim) {
    const catalog::Census census = catalog_.census(run, clock_());
    auto outcome = catalog::judged(census, claim, configuration_.item_runs.absent_share);
    if (outcome.kind != catalog::RunOutcome::Kind::ended) return outcome;
    const auto vanished = catalog_.make_absent(census.vanishing, run, clock_());
    if (!vanished) return std::unexpected(vanished.error());
    outcome.vanished = *vanished;
    return outcome;
}

Result<void> EmbeddedEngine::remove_item(const std::string& item_id) { return catalog_.remove(item_id); }

std::optional<catalog::Item> EmbeddedEngine::item(const std::string& item_id) const { return catalog_.item(item_id); }

void EmbeddedEngine::each_item(const std::function<void(const catalog::Item&)>& visit) const {
    catalog_.study([&](const catalog::Catalog& catalog) {
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot)
            if (catalog.present(slot)) visit(catalog.item(slot));
    });
}

Result<std::vector<recommendation::Recommendation>> EmbeddedEngine::recommend(const RecommendationRequest& request) {
    return answering_.recommend(request, clock_());
}

Result<VisitorReport> EmbeddedEngine::visitor(const std::string& visitor_id) const {
    const auto state = caches_.visitors.find(hasher_(visitor_id));
    if (!state) return std::unexpected(state.error());
    auto report = report_on(*state, catalog_);
    if (!report)
        report.error().message += "; an empty file rebuild-states in the data folder has that done at the next start";
    return report;
}

Result<model::Manifest> EmbeddedEngine::train(const Progress& progress, const TrainingOrder& order) {
    auto manifest = learning_.train(progress, order);
    if (manifest) static_cast<void>(refresh_trends());
    return manifest;
}

Result<std::vector<model::Manifest>> EmbeddedEngine::models() const { return learning_.models(); }
std::string EmbeddedEngine::current_model() const { return learning_.current(); }
Result<model::Manifest> EmbeddedEngine::use_model(const std::string& version) { return learning_.use(version); }
Result<model::Manifest> EmbeddedEngine::rollback_model() { return learning_.rollback(); }

Result<void> EmbeddedEngine::events_while(const std::function<bool(const event::Event&)>& visit) const {
    bool stopped = false;
    const auto read = EventLog::each(*database_, 0, [&](Position, event::Event& event) -> Result<void> {
        stopped = !visit(event);
        return stopped ? fail(ErrorCode::unavailable, "nobody wants to see more") : Result<void>{};
    });
    return stopped ? Result<void>{} : read;
}

Result<void> EmbeddedEngine::refresh_trends() {
    seen_events_ = intake_->position();
    seen_items_ = catalog_.changes();
    refreshed_ = clock_();
    return answering_.refresh_trends(refreshed_);
}

void EmbeddedEngine::refresh_if_changed() {
    const bool changed = seen_events_ != intake_->position() || seen_items_ != catalog_.changes();
    if (changed || clock_() - refreshed_ >= trends_grow_old_ms) static_cast<void>(refresh_trends());
}

void EmbeddedEngine::train_if_due() {
    const auto known = learning_.models();
    if (!known) return;
    // One that failed or was refused is tried again when the next is due, not at once.
    const TimeMs last = std::max(learning_.last_begun(), known->empty() ? 0 : known->front().trained_at);
    const bool due = last == 0 || clock_() - last >= configuration_.training.every_ms;
    const bool anything_new = known->empty() || known->front().events < intake_->position();
    if (!due || !anything_new || intake_->position() == 0) return;
    const auto manifest = train({}, {});
    if (manifest)
        spdlog::info("learned model {} from {} events in {:.1f} s", manifest->version, manifest->events,
                     manifest->train_seconds);
    else
        spdlog::warn("the scheduled training failed: {}", manifest.error().message);
}

Counters EmbeddedEngine::counters() const {
    Counters counters;
    counters.events = folding_.figure(Figure::events);
    counters.duplicates = folding_.figure(Figure::duplicates);
    counters.late = folding_.figure(Figure::late);
    counters.dead_letters = folding_.figure(Figure::dead_letters);
    counters.suspects = folding_.figure(Figure::suspects);
    counters.unmatched_refunds = folding_.figure(Figure::unmatched_refunds);
    counters.visitors = folding_.figure(Figure::visitors);
    counters.users = folding_.figure(Figure::users);
    counters.successes_forgotten = folding_.figure(Figure::successes_forgotten);
    counters.items_with_state = folding_.figure(Figure::items);
    counters.catalog_items = catalog_.read([](const catalog::Catalog& catalog) { return catalog.size(); });
    counters.exposures_offered = exposures_.offered();
    counters.exposures_dropped = exposures_.dropped();
    counters.log_bytes = database_->bytes_on_disk(Family::log);
    counters.log_position = intake_->position();
    counters.checkpoint_position = checkpointer_.durable();
    counters.trainings = learning_.trainings();
    counters.trainings_failed = learning_.failed();
    counters.releases_refused = learning_.releases_refused();
    return counters;
}

Result<void> EmbeddedEngine::checkpoint() {
    Result<void> outcome;
    intake_->between_groups([&] { outcome = write_checkpoint(); });
    return outcome;
}

// Precondition: nothing is folded meanwhile.
Result<void> EmbeddedEngine::write_checkpoint() {
    if (!intake_->intact()) return intake_->intact();
    auto outcome = checkpointer_.finish();
    if (!outcome || checkpointer_.durable() == intake_->position()) return outcome;
    checkpointer_.begin(intake_->position());
    return checkpointer_.finish();
}

Result<std::string> EmbeddedEngine::state_digest() {
    Result<std::string> digest;
    intake_->between_groups([&] {
        const auto written = write_checkpoint();
        digest = written ? stored_digest(*database_) : std::unexpected(written.error());
    });
    return digest;
}

Result<std::string> EmbeddedEngine::replayed_digest() const {
    StateCaches caches = make_caches(nullptr, configuration_.cache);
    SerialExecutor serial;
    Folding folding(caches, hasher_, configuration_.fold, serial);
    folding.attribute({configuration_.feedback, signer_});
    const auto read = EventLog::each(*database_, 0, [&](Position position, event::Event& event) -> Result<void> {
        const event::Event* one = &event;
        const auto folded = folding.fold({&one, 1}, position);
        if (!folded) return std::unexpected(folded.error());
        return {};
    });
    if (!read) return std::unexpected(read.error());
    return memory_digest(caches, folding.outcomes());
}

Result<void> EmbeddedEngine::each_outcome(const std::function<void(const feedback::Outcome&)>& visit) {
    if (auto written = checkpoint(); !written) return written;
    return each_stored_outcome(*database_, visit);
}

Result<void> EmbeddedEngine::each_success(const std::function<void(ItemKey, const std::string&)>& visit) {
    if (auto written = checkpoint(); !written) return written;
    return each_stored_success(*database_, visit);
}

std::vector<std::string> EmbeddedEngine::exposures(const std::string& visitor_id, std::size_t limit) {
    return exposures_.of(hasher_(visitor_id), limit);
}

}  // namespace vitrina::engine
