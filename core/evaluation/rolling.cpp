#include "evaluation/rolling.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "catalog/learning_text.hpp"
#include "evaluation/recipe_choice.hpp"
#include "evaluation/rivals.hpp"
#include "evaluation/served.hpp"
#include "recommendation/answer.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {

namespace {

constexpr std::size_t occasions_a_block = 64;

// What one look at the whole log tells.
struct Overview {
    std::vector<TimeMs> times;
    std::map<std::string, std::pair<TimeMs, std::string>>
        last_order;  // of each person who names himself or is no guest
};

Result<Overview> overview_of(const RollingRequest& request) {
    Overview overview;
    const auto read = request.each_event([&](const event::Event& event) {
        overview.times.push_back(event.time);
        const bool ordered = event.kind == event::EventKind::purchase && !event.provisional;
        if (!ordered || event.guest || event.transaction_id.empty()) return;
        const std::string& person = event.user_id.empty() ? event.visitor_id : event.user_id;
        overview.last_order[person] = std::max(overview.last_order[person], {event.time, event.transaction_id});
    });
    if (!read) return std::unexpected(read.error());
    if (overview.times.empty())
        return fail(ErrorCode::invalid_input, "there are no events to evaluate on; import orders or events first");
    return overview;
}

// Evaluates cut after cut; the shop is folded onwards from one to the next.
class Rolling {
public:
    Rolling(const RollingRequest& request, Overview overview, Executor& executor, const Probes& probes)
        : request_(request),
          overview_(std::move(overview)),
          executor_(executor),
          probes_(probes),
          shop_(request.items),
          builder_([this](const std::string& item_id) { return shop_.learning_key(item_id); }) {}

    // Folds what happened since the cut before.
    Result<void> fold_until(const Cut& cut) {
        Result<void> folded;
        const auto read = request_.each_event([&](const event::Event& event) {
            if (event.time <= folded_through_ || event.time > cut.through || held_out(event, cut) || !folded) return;
            folded = shop_.take(event);
        });
        shop_.know_items_until(cut.through);
        folded_through_ = cut.through;
        return read ? folded : read;
    }
    // Precondition: it was folded until there, and no further.
    Result<void> evaluate(const Cut& cut, RollingReport& report) {
        step("learning", cut);
        if (auto learned = learn(cut, report); !learned) return learned;
        auto people = later_of(cut);
        if (!people) return std::unexpected(people.error());
        for (const Task task : request_.tasks) {
            step(name_of(task), cut);
            report.outcomes.push_back(outcome_of(task, cut, *people));
        }
        return {};
    }
    // Everything that trainings at any cut may see.
    Result<void> read_history(const std::vector<Cut>& cuts) {
        return request_.each_event([&](const event::Event& event) {
            if (!held_out(event, cuts.front())) builder_.add(event);
        });
    }

private:
    bool held_out(const event::Event& event, const Cut& cut) const {
        if (!cut.last_order || event.kind != event::EventKind::purchase || event.provisional) return false;
        const auto last = overview_.last_order.find(event.user_id.empty() ? event.visitor_id : event.user_id);
        return last != overview_.last_order.end() && last->second.second == event.transaction_id;
    }

    Result<std::vector<LaterPerson>> later_of(const Cut& cut) {
        Later later(shop_);
        const auto read = request_.each_event([&](const event::Event& event) {
            const bool ahead = event.time > cut.through && event.time <= cut.until;
            if (cut.last_order ? held_out(event, cut) : ahead) later.take(event);
        });
        if (!read) return std::unexpected(read.error());
        return later.people();
    }

    Result<void> learn(const Cut& cut, RollingReport& report) {
        const double start = seconds();
        snapshot_ = recommendation::Snapshot();
        snapshot_.model_version = "none";
        snapshot_.placements = request_.placements;
        for (auto& [name, placement] : snapshot_.placements)  // a list to be measured may be longer than any answer
            placement.size_max = std::max(placement.size_max, *std::ranges::max_element(request_.cut_offs));
        snapshot_.trends = std::make_shared<const features::Trends>(shop_.trends(cut.through));
        const training::History history = builder_.build(cut.through);
        if (history.entries() == 0) return {};
        const auto text = [&](std::uint32_t row) {
            return catalog::learning_text(shop_.catalog(), history.items[row]);
        };
        const auto price = [&](std::uint32_t row) {
            return catalog::learning_price(shop_.catalog(), history.items[row]);
        };
        RecipeChoiceSettings settings;
        settings.seed = request_.seed;
        settings.ablation = request_.ablation;
        const auto choice =
            choose_recipe({history, request_.recipe, text, price}, request_.placements, executor_, settings);
        if (!choice) return std::unexpected(choice.error());
        for (const auto& [task, source, weight] : choice->weights)
            snapshot_.weights[{task, source}] = static_cast<float>(weight);
        for (const auto& [placement, without, gain] : choice->ablation)
            report.ablation.push_back(
                {fmt::format("{} {}", placement, iso_time(cut.through + 1).substr(0, 10)), without, gain});
        const auto rankers = choice->learned();
        auto trained =
            training::train(history, request_.recipe, text, executor_, {.rankers = rankers, .taking = choice->taken()});
        if (!trained) return std::unexpected(trained.error());
        const auto model = model::Model::from_bytes(std::move(trained->model_bytes));
        if (!model) return std::unexpected(model.error());
        snapshot_.model = *model;
        snapshot_.model_version = iso_time(cut.through);
        snapshot_.sources = recommendation::sources_of(snapshot_.placements, snapshot_.model);
        snapshot_.rankers = recommendation::rankers_of(snapshot_.placements, snapshot_.model);
        snapshot_.taking = recommendation::taking_of(snapshot_.model);
        train_seconds_ = seconds() - start;
        return {};
    }

    TaskOutcome outcome_of(Task task, const Cut& cut, const std::vector<LaterPerson>& people) {
        TaskOutcome outcome{task, cut, 0, 0, {}, {}, {}};
        OccasionSettings settings = request_.occasions;
        settings.seed = request_.seed;
        const auto occasions = occasions_of(task, people, shop_, cut, settings);
        if (occasions.empty()) {
            outcome.skipped = task == Task::product ? "nothing was viewed and followed by something" : "no occasion";
            return outcome;
        }
        std::set<std::uint32_t> units;
        for (const Occasion& occasion : occasions) units.insert(occasion.unit);
        outcome.occasions = occasions.size();
        outcome.people = units.size();
        std::vector<ListsOfModel> models{served("vitrina", task, cut, occasions, snapshot_)};
        const Rivals rivals(shop_, *snapshot_.trends, request_.seed);
        const std::size_t size = *std::ranges::max_element(request_.cut_offs);
        for (std::size_t rival = 0; rival < std::size(Rivals::names); ++rival) {
            ListsOfModel lists{std::string(Rivals::names[rival]), {}, 0};
            for (std::size_t number = 0; number < occasions.size(); ++number)
                lists.lists.push_back(rivals.list(rival, occasions[number], number, size));
            models.push_back(std::move(lists));
        }
        for (const auto& [name, snapshot] : variants_of(occasions.front().request.placement))
            models.push_back(served(name, task, cut, occasions, snapshot));
        const BootstrapSettings bootstrap{request_.resamples, request_.seed};
        measure({occasions, shop_, request_.cut_offs, bootstrap}, models, executor_, outcome);
        outcome.report.models.front().train_seconds = train_seconds_;
        if (probes_.peak_memory_mb) outcome.report.models.front().peak_memory_mb = probes_.peak_memory_mb();
        return outcome;
    }

    // The product with the order of the placement's blend, where it has another, and with each of its sources alone.
    std::vector<std::pair<std::string, recommendation::Snapshot>> variants_of(const std::string& placement) const {
        std::vector<std::pair<std::string, recommendation::Snapshot>> variants;
        recommendation::Snapshot blend = snapshot_;
        blend.rankers.clear();
        if (snapshot_.rankers.contains(placement)) variants.emplace_back("blend", blend);
        if (!request_.single_sources) return variants;
        for (const std::string& source : snapshot_.placements.at(placement).sources) {
            recommendation::Snapshot alone = blend;
            alone.weights.clear();
            alone.placements.at(placement).sources = {source};
            alone.placements.at(placement).weights.clear();
            variants.emplace_back(source, std::move(alone));
        }
        return variants;
    }

    // What the product answers with this snapshot.
    ListsOfModel served(const std::string& name, Task task, const Cut& cut, const std::vector<Occasion>& occasions,
                        recommendation::Snapshot snapshot) const {
        const double start = seconds();
        ListsOfModel lists{name, std::vector<std::vector<ItemKey>>(occasions.size()), 0};
        catalog::Catalog with_new = task == Task::new_items ? shop_.catalog() : catalog::Catalog();
        if (task == Task::new_items)
            for (const std::string& item_id : occasions.front().request.candidates)
                static_cast<void>(with_new.put(*shop_.item_named(item_id)));
        const catalog::Catalog& catalog = task == Task::new_items ? with_new : shop_.catalog();
        recommendation::know_cold_items(snapshot, catalog);
        const std::size_t rows = snapshot.model != nullptr ? snapshot.model->items() : 0;
        executor_.for_each_block(block_count(occasions.size(), occasions_a_block), [&](std::size_t block) {
            candidates::Scratch scratch(rows);
            const std::size_t end = std::min(occasions.size(), (block + 1) * occasions_a_block);
            for (std::size_t number = block * occasions_a_block; number < end; ++number)
                lists.lists[number] = answer_to(occasions[number], {cut.through, catalog, snapshot}, scratch);
        });
        lists.seconds = seconds() - start;
        return lists;
    }

    struct Asked {
        TimeMs now;
        const catalog::Catalog& catalog;
        const recommendation::Snapshot& snapshot;
    };
    std::vector<ItemKey> answer_to(const Occasion& occasion, const Asked& asked, candidates::Scratch& scratch) const {
        features::Profile profile = shop_.profile_of(occasion.person);
        if (!occasion.request.cart.empty() || !occasion.request.item_id.empty()) profile.cart.clear();
        recommendation::Request request = occasion.request;
        request.size = *std::ranges::max_element(request_.cut_offs);
        const auto answer =
            recommendation::answer(request, {profile, asked.catalog, asked.snapshot, asked.now, {}, nullptr}, scratch);
        ensure(answer.has_value(), "an occasion must be a good request");
        std::vector<ItemKey> list;
        for (const auto& item : answer->items)
            list.push_back(asked.catalog.learning_key(*asked.catalog.find(item.item_id)));
        return list;
    }

    double seconds() const { return probes_.seconds ? probes_.seconds() : 0; }
    void step(std::string_view what, const Cut& cut) const {
        if (probes_.progress) probes_.progress(fmt::format("{} {}", iso_time(cut.through + 1).substr(0, 10), what));
    }

    const RollingRequest& request_;
    Overview overview_;
    Executor& executor_;
    const Probes& probes_;
    ShopAt shop_;
    training::HistoryBuilder builder_;
    recommendation::Snapshot snapshot_;
    TimeMs folded_through_ = -1;
    double train_seconds_ = 0;
};

}  // namespace

Result<RollingReport> evaluate_rolling(const RollingRequest& request, Executor& executor, const Probes& probes) {
    if (request.horizon_ms <= 0)
        return fail(ErrorCode::invalid_input, "the horizon is 0, so nothing comes after a cut; say for example 30d");
    auto overview = overview_of(request);
    if (!overview) return std::unexpected(overview.error());
    const auto cuts = parse_split(request.split, request.horizon_ms, overview->times);
    if (!cuts) return std::unexpected(cuts.error());
    if (request.cut_offs.empty() || std::ranges::min(request.cut_offs) == 0)
        return fail(ErrorCode::invalid_input, "--at needs one or more list lengths above 0");
    ensure(!request.only_cut || *request.only_cut < cuts->size(), "an evaluation has no cut of that number");
    RollingReport report;
    report.protocol = {{"data", std::string("the shop's own events")},
                       {"split", request.split},
                       {"horizon_days", static_cast<double>(request.horizon_ms) / static_cast<double>(day_ms)},
                       {"cuts", static_cast<double>(cuts->size())},
                       {"events", static_cast<double>(overview->times.size())},
                       {"items", static_cast<double>(request.items.size())},
                       {"seed", static_cast<double>(request.seed)},
                       {"bootstrap", static_cast<double>(request.resamples)}};
    Rolling rolling(request, std::move(*overview), executor, probes);
    if (auto read = rolling.read_history(*cuts); !read) return std::unexpected(read.error());
    for (std::size_t number = 0; number < cuts->size(); ++number) {
        const Cut& cut = (*cuts)[number];
        if (auto folded = rolling.fold_until(cut); !folded) return std::unexpected(folded.error());
        if (request.only_cut && number != *request.only_cut) continue;
        if (auto done = rolling.evaluate(cut, report); !done) return std::unexpected(done.error());
        if (request.only_cut) break;
    }
    return report;
}

}  // namespace vitrina::evaluation
