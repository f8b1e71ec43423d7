#include "engine/answering.hpp"

#include <fmt/core.h>

#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include "recommendation/answer.hpp"

namespace vitrina::engine {

namespace {

constexpr std::size_t exposed_most =
    100;  // items of one exposure: of a long listing that was put into order, the first
constexpr std::uint64_t sequence_bits = 0xffff'ffff'ffffull;

std::shared_ptr<const features::Trends> trends_of(const LiveCatalog& live, const StateReading::Find& item, TimeMs now,
                                                  const features::TrendSettings& settings) {
    return live.study([&](const catalog::Catalog& catalog) {
        std::vector<StatePointer> held(catalog.slots());  // the views borrow from it
        const auto item_state = [&](catalog::Slot slot) {
            const auto found = item({0, static_cast<std::uint64_t>(catalog.key(slot))});
            held[slot] = found ? *found : nullptr;
            const auto view =
                state::ItemView::open(held[slot] ? std::string_view(held[slot]->hot) : std::string_view());
            return view ? *view : *state::ItemView::open({});
        };
        return std::make_shared<const features::Trends>(features::make_trends(catalog, item_state, now, settings));
    });
}

// The shop's placements, and those of the variants under names of their own: every source that anybody may ask.
std::map<std::string, recommendation::PlacementSettings> named_anywhere(const Snapshot& snapshot) {
    auto all = snapshot.placements;
    for (const auto& [variant, arrangement] : snapshot.variants)
        for (const auto& [name, settings] : arrangement.placements) all.emplace(variant + ' ' + name, settings);
    return all;
}

double explored_share(const Snapshot& snapshot, const recommendation::Arrangement* as,
                      const recommendation::Request& asked) {
    const auto& placements = as != nullptr ? as->placements : snapshot.placements;
    const auto found = placements.find(asked.placement);
    return found != placements.end() && found->second.explore.on() ? found->second.explore.share : 0;
}

}  // namespace

StateReading reading_of(const StateCaches& caches) {
    const auto find_in = [](const StateCache& cache) {
        return [&cache](const PersonKey& key) { return cache.find(key); };
    };
    return {find_in(caches.visitors), find_in(caches.users), find_in(caches.items)};
}

Result<VisitorReport> report_on(const StatePointer& state, const LiveCatalog& catalog) {
    VisitorReport report;
    if (state == nullptr) return report;
    const auto view = state::VisitorView::open(state->hot, state->cold);
    if (!view) return std::unexpected(view.error());
    report.known = true;
    report.actions = view->actions();
    report.suspect = view->suspect();
    if (const PersonKey user = view->user()) report.user_hash = fmt::format("{:016x}{:016x}", user.high, user.low);
    const auto lines = view->cart();
    catalog.read([&](const catalog::Catalog& items) {
        for (const state::CartLine& line : lines)
            if (const auto slot = items.find(line.item)) report.cart.push_back(items.item(*slot).item_id);
    });
    return report;
}

Answering::Answering(const AnsweringParts& parts, const Configuration& configuration, TimeMs now)
    : parts_(parts),
      configuration_(configuration),
      sequence_(static_cast<std::uint64_t>(now) << 16),
      exploration_(configuration.exploration) {
    auto first = std::make_shared<Snapshot>();
    first->model_version = "none";
    first->placements = configuration.placements;
    arrange_variants(*first);
    swap(std::move(first));
}

std::shared_ptr<const Snapshot> Answering::snapshot() const {
    const std::lock_guard lock(snapshot_mutex_);
    return snapshot_;
}

void Answering::swap(std::shared_ptr<const Snapshot> snapshot) {
    const std::lock_guard lock(snapshot_mutex_);
    snapshot_.swap(snapshot);
}

void Answering::use_model(const model::Version& version) {
    const std::lock_guard making(making_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    next->model = version.model;
    next->model_version = version.manifest.version;
    next->sources = recommendation::sources_of(named_anywhere(*next), next->model);
    arrange_variants(*next);
    next->rankers = recommendation::rankers_of(next->placements, next->model);
    next->taking = recommendation::taking_of(next->model);
    if (configuration_.exposures.features_share > 0 || !ordered_from_shown(configuration_).empty())
        next->features = recommendation::features_of(next->placements, next->model);
    next->shown = recommendation::shown_of(next->features, next->model);
    next->cold_model = nullptr;
    know_cold_items(*next);
    next->weights.clear();
    for (const model::SourceWeight& chosen : version.manifest.weights)
        next->weights[{chosen.task, chosen.source}] = static_cast<float>(chosen.weight);
    swap(std::move(next));
}

void Answering::arrange_variants(Snapshot& snapshot) const {
    snapshot.variants.clear();
    for (const auto& [name, placements] : configuration_.variants)
        snapshot.variants[name] = {placements, recommendation::rankers_of(placements, snapshot.model)};
}

void Answering::know_cold_items(Snapshot& snapshot) {
    parts_.catalog.study([&](const catalog::Catalog& catalog) {
        cold_items_seen_ = parts_.catalog.changes();
        recommendation::know_cold_items(snapshot, catalog);
    });
}

Result<void> Answering::refresh_trends(TimeMs now) {
    const std::lock_guard making(making_);
    auto next = std::make_shared<Snapshot>(*snapshot());
    next->trends = trends_of(parts_.catalog, parts_.states.item, now, configuration_.trends);
    if (parts_.success.shown)
        next->success = parts_.catalog.study(
            [&](const catalog::Catalog& catalog) { return success_lifts(catalog, *next, parts_.success); });
    if (cold_items_seen_ != parts_.catalog.changes()) know_cold_items(*next);
    swap(std::move(next));
    return {};
}

Result<Answering::Person> Answering::person(const RecommendationRequest& request) const {
    Person person;
    PersonKey user;
    if (!request.visitor_id.empty()) {
        person.visitor = parts_.hasher(request.visitor_id);
        const auto found = parts_.states.visitor(person.visitor);
        if (!found) return std::unexpected(found.error());
        person.visitor_state = *found;
    }
    if (person.visitor_state) {
        const auto view = state::VisitorView::open(person.visitor_state->hot, person.visitor_state->cold);
        if (!view) return std::unexpected(view.error());
        user = view->user();
    }
    if (!request.user_id.empty()) user = parts_.hasher(request.user_id);
    if (user) {
        const auto found = parts_.states.user(user);
        if (!found) return std::unexpected(found.error());
        person.user_state = *found;
    }
    return person;
}

Result<features::Profile> Answering::profile(const Person& person) const {
    const State nobody;
    const State& known = person.visitor_state ? *person.visitor_state : nobody;
    const auto visitor = state::VisitorView::open(known.hot, known.cold);
    if (!visitor) return std::unexpected(visitor.error());
    if (person.user_state == nullptr) return features::make_profile(*visitor, nullptr);
    const auto user = state::UserView::open(person.user_state->hot);
    if (!user) return std::unexpected(user.error());
    return features::make_profile(*visitor, &*user);
}

Result<std::vector<recommendation::Recommendation>> Answering::recommend(const RecommendationRequest& request,
                                                                         TimeMs now) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(request.timeout_ms);
    const auto who = person(request);
    if (!who) return std::unexpected(who.error());
    const auto known = profile(*who);
    if (!known) return std::unexpected(known.error());
    const auto learned = snapshot();
    const auto arms = arms_of(request, now);
    const std::string variant = experiment::variant_of(arms);
    const auto arrangement = learned->variants.find(variant);
    auto scratch = borrow_scratch(learned->model ? learned->model->items() : 0);
    std::set<ItemKey> shown, unseen;
    std::vector<recommendation::Recommendation> answers;
    const auto answer_as = [&](const recommendation::Request& asked, const recommendation::Arrangement* as,
                               std::set<ItemKey>& already, std::optional<std::uint64_t> exploring) {
        auto answer = parts_.catalog.read([&](const catalog::Catalog& catalog) {
            const recommendation::Situation situation{
                .profile = *known,
                .catalog = catalog,
                .snapshot = *learned,
                .now = now,
                .deadline_passed = [deadline] { return std::chrono::steady_clock::now() >= deadline; },
                .already_shown = request.distinct ? &already : nullptr,
                .arrangement = as,
                .exploring = exploring};
            return recommendation::answer(asked, situation, *scratch);
        });
        if (answer)
            for (const auto& item : answer->items) already.insert(item_key(item.item_id));
        return answer;
    };
    for (const recommendation::Request& asked : request.requests) {
        recommendation::Request shown_as = asked;
        shown_as.as_given = asked.listing && experiment::held_out(arms);
        const Given given{who->visitor, ++sequence_ & sequence_bits, now};
        const std::string id = sign(asked, variant, *learned, given);
        shown_as.log_features =
            request.live && !request.bot && keeps_features(id, configuration_.exposures.features_share);
        const auto* as = arrangement != learned->variants.end() ? &arrangement->second : nullptr;
        const bool exploring = request.live && !request.bot && explores(id, explored_share(*learned, as, asked)) &&
                               exploration_.take(who->visitor, now);
        auto answer = answer_as(shown_as, as, shown, exploring ? std::optional(given.sequence) : std::nullopt);
        if (exploring && (!answer || answer->explored.empty())) exploration_.give_back(who->visitor);
        if (!answer) return std::unexpected(answer.error());
        answer->recommendation_id = id;
        answer->variant = variant;
        answer->arms = arms;
        // Whoever is held out is looked at as closely as everybody else, so that both are triggered, and cost, alike.
        if (experiment::held_out(arms))
            if (auto ghost = answer_as(asked, nullptr, unseen, std::nullopt)) answer->ghost = std::move(ghost->items);
        if (request.live) expose(*answer, request, asked, given);
        answers.push_back(std::move(*answer));
    }
    give_back(std::move(scratch));
    return answers;
}

std::string Answering::sign(const recommendation::Request& asked, const std::string& variant, const Snapshot& learned,
                            const Given& given) const {
    return parts_.signer.sign({.time = given.time,
                               .placement = feedback::TokenSigner::name_hash(asked.placement),
                               .variant = static_cast<std::uint16_t>(feedback::TokenSigner::name_hash(variant)),
                               .model = feedback::TokenSigner::name_hash(learned.model_version),
                               .sequence = given.sequence});
}

// Only live answers to people take part: what nobody is shown, or a bot, says nothing about a shop.
std::vector<experiment::Assigned> Answering::arms_of(const RecommendationRequest& request, TimeMs now) const {
    if (!request.live || request.bot) return {};
    const experiment::Units units{request.visitor_id, request.user_id};
    return parts_.programme ? experiment::arms_at(*parts_.programme(), units, now)
                            : experiment::arms_at(configuration_.experiments, units, now);
}

void Answering::expose(const recommendation::Recommendation& answer, const RecommendationRequest& request,
                       const recommendation::Request& asked, const Given& given) {
    recommendation::Recommendation shown = answer;
    if (shown.items.size() > exposed_most) shown.items.resize(exposed_most);
    if (shown.ghost.size() > exposed_most) shown.ghost.resize(exposed_most);
    parts_.offer({.visitor = given.visitor,
                  .time = given.time,
                  .sequence = given.sequence,
                  .visitor_id = request.visitor_id,
                  .user_id = request.user_id,
                  .context_item_id = asked.item_id,
                  .bot = request.bot,
                  .shown = std::move(shown)});
}

// Working memory goes from answer to answer; a new model may need more of it.
std::unique_ptr<candidates::Scratch> Answering::borrow_scratch(std::size_t rows) {
    const std::lock_guard lock(scratch_mutex_);
    while (!scratch_.empty()) {
        auto scratch = std::move(scratch_.back());
        scratch_.pop_back();
        if (scratch->rows() == rows) return scratch;
    }
    return std::make_unique<candidates::Scratch>(rows);
}

void Answering::give_back(std::unique_ptr<candidates::Scratch> scratch) {
    const std::lock_guard lock(scratch_mutex_);
    scratch_.push_back(std::move(scratch));
}

}  // namespace vitrina::engine
