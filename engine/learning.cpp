#include "engine/learning.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "base/dense.hpp"
#include "base/version.hpp"
#include "catalog/learning_text.hpp"
#include "engine/background.hpp"
#include "engine/event_log.hpp"
#include "engine/success_lifts.hpp"
#include "engine/thread_pool.hpp"
#include "evaluation/release.hpp"
#include "training/trainer.hpp"

namespace vitrina::engine {

struct Learning::Lesson {
    training::History history;
    TimeMs through = 0;
    std::uint64_t events = 0;
};

namespace {

// One training at a time; the place is free again when this goes.
class Turn {
public:
    explicit Turn(std::atomic<bool>& taken) : taken_(taken), mine_(!taken.exchange(true)) {}
    ~Turn() {
        if (mine_) taken_ = false;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return mine_; }

private:
    std::atomic<bool>& taken_;
    bool mine_;
};

TimeMs hour_start(TimeMs time) { return hour_of(time) * hour_ms; }

// "20260105T090000Z-4f1c": when, and a little of what. Whoever trains again within a second may learn the same: "…-4f1c-2".
std::string version_name(TimeMs now, std::string_view model_bytes, const model::Store& store) {
    std::string time = iso_time(now - now % second_ms);
    std::erase_if(time, [](char letter) { return letter == '-' || letter == ':'; });
    const std::string first = fmt::format("{}-{:04x}", time, text_hash(model_bytes) & 0xffff);
    std::string name = first;
    for (int again = 2; store.has(name); ++again) name = fmt::format("{}-{}", first, again);
    return name;
}

}  // namespace

Learning::Learning(const LearningParts& parts, const Configuration& configuration, model::Store store)
    : parts_(parts), configuration_(configuration), store_(std::move(store)) {}

void Learning::open_current() {
    if (const auto refused = store_.refused()) last_begun_ = refused->at;
    const auto name = store_.current();
    if (!name) trouble_ = name.error().message;
    if (!name || name->empty()) return;
    const auto version = store_.load(*name);
    if (version) return parts_.answering.use_model(*version);
    trouble_ = version.error().message;
    static_cast<void>(rollback());
}

Result<model::Manifest> Learning::train(const Progress& progress, const TrainingOrder& order) {
    const Turn turn(running_);
    if (!turn) return fail(ErrorCode::conflict, "a training runs already; wait for it to end");
    last_begun_ = parts_.now();
    set_status({.state = TrainingStatus::State::running, .step = "reading the log"});
    const auto stepped = [&](const std::string& step, double share) {
        set_status({.state = TrainingStatus::State::running, .step = step, .share = share});
        if (progress) progress(step, share);
    };
    Result<model::Manifest> outcome;
    std::thread([&] {
        give_way();
        outcome = train_now(stepped, order);
    }).join();
    ++(outcome ? trainings_ : failed_);
    set_status(outcome ? TrainingStatus{}
                       : TrainingStatus{.state = TrainingStatus::State::failed, .message = outcome.error().message});
    return outcome;
}

TrainingStatus Learning::status() const {
    const std::lock_guard lock(status_mutex_);
    return status_;
}

void Learning::set_status(TrainingStatus status) {
    const std::lock_guard lock(status_mutex_);
    status_ = std::move(status);
}

Result<model::Manifest> Learning::train_now(const Progress& progress, const TrainingOrder& order) {
    const auto started = std::chrono::steady_clock::now();
    auto lesson = read_log(progress);
    if (!lesson) return std::unexpected(lesson.error());
    const training::History& history = lesson->history;
    training::Recipe wanted;
    wanted.seed = configuration_.training.seed;
    const auto recipe = settings::recipe_of(configuration_.learning, wanted);
    if (!recipe) return std::unexpected(recipe.error());
    ThreadPool pool(threads());
    const training::ItemText text = [&](std::uint32_t row) { return text_of(history.items[row]); };
    const training::ItemPrice price = [&](std::uint32_t row) { return price_of(history.items[row]); };
    const auto before = in_use();
    evaluation::ReleaseInput input{.training = {history, *recipe, text, price},
                                   .placements = configuration_.placements,
                                   .known = [&](std::uint32_t row) { return in_catalog(history.items[row]); },
                                   .in_use = before ? &*before : nullptr,
                                   .force = order.force,
                                   .settings = configuration_.learning.release};
    if (progress) progress("checks before the release", 0.3);
    auto plan = evaluation::plan_release(input, pool);
    if (!plan) return std::unexpected(plan.error());
    if (evaluation::is_refused(plan->release)) return refuse(plan->release);
    if (progress) progress("weights of the sources, trees", 0.4);
    const auto rows = read_rows();
    if (!rows) return std::unexpected(rows.error());
    std::optional<evaluation::ShownInput> shown;
    if (*rows) shown = shown_in(**rows);
    auto choice = evaluation::choose_recipe({history, plan->recipe, text, price, shown ? &*shown : nullptr},
                                            configuration_.placements, pool);
    if (!choice) return std::unexpected(choice.error());
    if (progress) progress("everything", 0.7);
    const auto rankers = choice->learned();
    const auto trained = training::train(history, plan->recipe, text, pool,
                                         {.rankers = rankers,
                                          .taking = choice->taken(),
                                          .shown = choice->shown.learned,
                                          .item_facts = plan->recipe.ranker.on});
    if (!trained) return std::unexpected(trained.error());
    const auto model = model::Model::from_bytes(trained->model_bytes);
    if (!model) return std::unexpected(model.error());
    const auto figures = evaluation::review_answers({*model, *choice}, input, plan->release, pool);
    if (evaluation::is_refused(plan->release)) return refuse(plan->release);
    if (progress) progress("publishing", 0.95);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    model::Manifest manifest = evaluation::manifest_of(*plan, *choice, figures);
    manifest.trained_at = parts_.now();
    manifest.trained_through = lesson->through;
    manifest.events = lesson->events;
    manifest.people = history.people();
    manifest.items = history.items.size();
    manifest.train_seconds = seconds.count();
    manifest.build = fmt::format("vitrina {}, g++ {}, {}", program_version, __VERSION__, kernel_target());
    const std::lock_guard lock(store_mutex_);
    manifest.version = version_name(manifest.trained_at, trained->model_bytes, store_);
    const auto published = put_in_use(store_.publish(std::move(manifest), trained->model_bytes));
    if (published) static_cast<void>(store_.prune(configuration_.training.keep_versions));
    return published;
}

// Of the version that answers now.
std::optional<model::Manifest> Learning::in_use() const {
    const auto all = models();
    if (!all) return std::nullopt;
    const auto found = std::ranges::find(*all, current(), &model::Manifest::version);
    return found == all->end() ? std::nullopt : std::optional(*found);
}

Result<model::Manifest> Learning::refuse(const model::Release& release) {
    ++releases_refused_;
    const std::lock_guard lock(store_mutex_);
    if (auto kept = store_.refuse({.at = parts_.now(), .release = release}); !kept)
        return std::unexpected(kept.error());
    return fail(ErrorCode::conflict, evaluation::refusal(release));
}

std::optional<model::RefusedRelease> Learning::refused() const {
    const std::lock_guard lock(store_mutex_);
    return store_.refused();
}

Result<Learning::Lesson> Learning::read_log(const Progress& progress) const {
    training::HistoryBuilder builder([this](const std::string& item_id) {
        return parts_.catalog.read(
            [&](const catalog::Catalog& catalog) { return catalog::learning_key(catalog, item_id); });
    });
    parts_.catalog.read([&](const catalog::Catalog& catalog) {
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot)
            if (catalog.present(slot)) builder.add_item(catalog.learning_key(slot));
    });
    const Position end = parts_.log_end();
    const Position skipped =
        end > configuration_.training.history_events ? end - configuration_.training.history_events : 0;
    const auto read =
        EventLog::each(parts_.database, skipped, [&](Position position, event::Event& event) -> Result<void> {
            builder.add(event);
            if (progress && position % 65536 == 0)
                progress("reading the log", 0.3 * static_cast<double>(position) / static_cast<double>(end + 1));
            return {};
        });
    if (!read) return std::unexpected(read.error());
    const TimeMs now = parts_.now();
    for (const TimeMs through : {hour_start(now), hour_start(now) + hour_ms}) {
        Lesson lesson{.history = builder.build(through - 1), .through = through, .events = end - skipped};
        if (lesson.history.entries() > 0) return lesson;
    }
    return fail(ErrorCode::invalid_input, "nothing was viewed or bought yet; import orders or send events, then train");
}

Result<std::optional<MadeRows>> Learning::read_rows() const {
    if (ordered_from_shown(configuration_).empty()) return std::nullopt;
    auto made = parts_.training_rows();
    if (!made) return std::unexpected(made.error());
    return std::move(*made);
}

evaluation::ShownInput Learning::shown_in(const MadeRows& made) const {
    std::set<std::pair<std::string, std::string>> in_use;
    for (const auto& [placement, shown] : parts_.answering.snapshot()->shown) {
        if (shown.clicks != nullptr) in_use.emplace(placement, "click");
        if (shown.purchases != nullptr) in_use.emplace(placement, "purchase");
    }
    return {.placements = ordered_from_shown(configuration_),
            .rows = made.rows.mature(made.now),
            .items = {.key_of =
                          [this](const std::string& item_id) {
                              return parts_.catalog.read([&](const catalog::Catalog& catalog) {
                                  return catalog::learning_key(catalog, item_id);
                              });
                          },
                      .category_of =
                          [this](ItemKey learning_key) {
                              return parts_.catalog.read([&](const catalog::Catalog& catalog) {
                                  const auto& slots = catalog.slots_of(learning_key);
                                  return slots.empty() ? 0 : category_of(catalog, slots.front());
                              });
                          }},
            .in_use = std::move(in_use)};
}

std::string Learning::text_of(ItemKey learning_key) const {
    return parts_.catalog.read(
        [&](const catalog::Catalog& catalog) { return catalog::learning_text(catalog, learning_key); });
}

double Learning::price_of(ItemKey learning_key) const {
    return parts_.catalog.read(
        [&](const catalog::Catalog& catalog) { return catalog::learning_price(catalog, learning_key); });
}

bool Learning::in_catalog(ItemKey learning_key) const {
    return parts_.catalog.read([&](const catalog::Catalog& catalog) {
        return std::ranges::any_of(catalog.slots_of(learning_key),
                                   [&](catalog::Slot slot) { return catalog.present(slot); });
    });
}

std::size_t Learning::threads() const {
    if (configuration_.training.threads > 0) return configuration_.training.threads;
    const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
    const bool serving = configuration_.training.every_ms > 0;
    return serving ? std::max<std::size_t>(1, processors - 1) : processors;
}

Result<std::vector<model::Manifest>> Learning::models() const {
    const std::lock_guard lock(store_mutex_);
    return store_.list();
}

std::string Learning::current() const { return parts_.answering.snapshot()->model_version; }

Result<model::Manifest> Learning::put_in_use(Result<model::Version> version) {
    if (!version) return std::unexpected(version.error());
    parts_.answering.use_model(*version);
    return std::move(version->manifest);
}

Result<model::Manifest> Learning::use(const std::string& version) {
    const std::lock_guard lock(store_mutex_);
    return put_in_use(store_.use(version));
}

Result<model::Manifest> Learning::rollback() {
    const std::lock_guard lock(store_mutex_);
    return put_in_use(store_.rollback());
}

}  // namespace vitrina::engine
