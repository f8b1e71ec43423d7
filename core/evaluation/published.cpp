#include "evaluation/published.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <numeric>

#include "base/random.hpp"
#include "evaluation/baselines.hpp"
#include "evaluation/measuring.hpp"
#include "evaluation/published_protocol.hpp"
#include "evaluation/published_split.hpp"
#include "evaluation/recipe_search.hpp"
#include "evaluation/stacking.hpp"
#include "evaluation/tuning.hpp"
#include "ranking/blend.hpp"
#include "ranking/stacked.hpp"
#include "training/trainer.hpp"

namespace vitrina::evaluation {

namespace {

using SourcePointer = std::unique_ptr<candidates::Source>;

// What can say something about data of this shape: where nothing has an order, what follows what is not asked. Popularity fills lists
// up behind them; as a source it added nothing to the trees where there is an order.
std::vector<std::string_view> sources_for(Shape shape) {
    switch (shape) {
        case Shape::user_items: return {"item_item", "ials", "popular"};
        case Shape::sequences: return {"covisit_buy_buy", "session_knn", "item_item", "ials"};
        case Shape::sessions: return {"session_knn", "covisit_view_view", "item_item", "ials"};
        case Shape::baskets: return {"next_basket", "covisit_buy_buy", "item_item"};
    }
    return {};
}

std::vector<std::size_t> default_cut_offs(Shape shape) {
    return {shape == Shape::sequences || shape == Shape::baskets ? std::size_t{10} : std::size_t{20}};
}

// A model and those of the sources asked for that it has.
struct Learned {
    std::shared_ptr<const model::Model> model;
    std::vector<SourcePointer> sources;
    double seconds = 0;
};

class Evaluation {
public:
    Evaluation(const PublishedRequest& request, Executor& executor, const Probes& probes)
        : request_(request), executor_(executor), probes_(probes), cut_offs_(request.cut_offs) {
        if (cut_offs_.empty()) cut_offs_ = default_cut_offs(request.data.shape);
    }

    Result<Report> run() {
        step("split");
        Result<PublishedSplit> split = split_published(request_.data, request_.seed);
        if (!split) return std::unexpected(split.error());
        split_ = &*split;
        Report report;
        const Result<Chosen> chosen = choose(report);
        if (!chosen) return std::unexpected(chosen.error());
        test(*chosen, report);
        return report;
    }

private:
    void step(std::string_view name) const {
        if (probes_.progress) probes_.progress(name);
    }
    double seconds() const { return probes_.seconds ? probes_.seconds() : 0.0; }
    double peak() const { return probes_.peak_memory_mb ? probes_.peak_memory_mb() : 0.0; }

    std::size_t rows() const { return split_->testing.history.items.size(); }
    Ideal ideal() const { return request_.data.shape == Shape::baskets ? Ideal::whole : Ideal::cut; }

    std::size_t candidates_a_source() const {
        return std::max(request_.candidates, *std::ranges::max_element(cut_offs_));
    }

    TuningSettings tuning() const {
        return {.cut_off = cut_offs_.front(),
                .candidates = candidates_a_source(),
                .rows = rows(),
                .sampled = request_.data.shape == Shape::user_items,
                .ideal = ideal()};
    }

    // A seeded sample of the validation questions, in their order.
    std::vector<Question> sample(std::size_t most) const {
        const std::vector<Question>& all = split_->choosing.questions;
        if (all.size() <= most) return all;
        std::vector<std::uint32_t> order(all.size());
        std::iota(order.begin(), order.end(), 0u);
        Random random(request_.seed, 0x5a);
        for (std::size_t i = 0; i < most; ++i) std::swap(order[i], order[i + random.below(order.size() - i)]);
        order.resize(most);
        std::ranges::sort(order);
        std::vector<Question> some;
        for (const std::uint32_t q : order) some.push_back(all[q]);
        return some;
    }

    Learned learn(const training::History& history, const training::Recipe& recipe,
                  const std::vector<std::string_view>& names, const model::ForestArrays* ranker = nullptr,
                  bool with_facts = false) const {
        Learned learned;
        const double start = seconds();
        std::vector<training::LearnedRanker> rankers;
        if (ranker != nullptr) rankers.push_back({std::string(ranking::published_ranker), ranker});
        const auto trained =
            training::train(history, recipe, {}, executor_, {.rankers = rankers, .item_facts = with_facts});
        const auto model = trained ? model::Model::from_bytes(trained->model_bytes) : std::unexpected(trained.error());
        learned.seconds = seconds() - start;
        if (!model) return learned;
        learned.model = *model;
        for (const std::string_view name : names)
            if (SourcePointer source = candidates::make_source(name, *model))
                learned.sources.push_back(std::move(source));
        return learned;
    }

    // Everything off but the sources named.
    static training::Recipe switched(training::Recipe recipe, const std::vector<std::string_view>& names) {
        const training::Recipe all = recipe;
        recipe = only("", recipe);
        for (const std::string_view name : names) {
            const training::Recipe one = only(name, all);
            recipe.item_item.on |= one.item_item.on;
            recipe.covisit.on |= one.covisit.on;
            recipe.same_order.on |= one.same_order.on;
            recipe.kinds_together.on |= one.kinds_together.on;
            recipe.session_knn.on |= one.session_knn.on;
            recipe.ials.on |= one.ials.on;
            recipe.next_basket.on |= one.next_basket.on;
            recipe.content.on |= one.content.on;
            recipe.popular.on |= one.popular.on;
        }
        return recipe;
    }

    // A trial of factors costs a hundred times one of neighbours.
    static constexpr std::size_t costly_questions = 2000, costly_trials = 8;

    static std::vector<Question> every_nth(std::span<const Question> all, std::size_t n) {
        std::vector<Question> some;
        for (std::size_t q = 0; q < all.size(); q += std::max<std::size_t>(1, n)) some.push_back(all[q]);
        return some;
    }

    void search_recipes(std::span<const Question> questions, Chosen& chosen) {
        const std::vector<std::string_view> names = sources_for(request_.data.shape);
        std::size_t knobs = 0;
        for (const std::string_view name : names) knobs += knob_count(name);
        const std::vector<Question> few =
            every_nth(questions, (questions.size() + costly_questions - 1) / costly_questions);
        for (const std::string_view name : names) {
            const bool costly = name == "ials";
            const std::size_t share = request_.trials * knob_count(name) / knobs;
            const std::size_t trials = costly ? std::min(share, costly_trials) : share;
            if (trials < 2) continue;
            step(fmt::format("tuning {}", name));
            const RecipeChoice choice =
                search_recipe({name, &split_->choosing.history, costly ? std::span<const Question>(few) : questions,
                               trials, tuning()},
                              chosen.recipe, executor_);
            chosen.recipe = choice.recipe;
            chosen.trials += choice.trials;
        }
    }

    Result<Chosen> choose(Report& report) {
        const std::vector<std::string_view> names = sources_for(request_.data.shape);
        Chosen chosen;
        chosen.recipe.seed = request_.seed;
        const std::vector<Question> questions = sample(request_.tuning_questions);
        if (!questions.empty() && split_->choosing.history.entries() > 0) search_recipes(questions, chosen);
        chosen.recipe = switched(chosen.recipe, names);
        step("choosing weights");
        const Learned learned = learn(split_->choosing.history, chosen.recipe, names, nullptr, true);
        std::vector<const candidates::Source*> sources;
        for (const SourcePointer& source : learned.sources) {
            sources.push_back(source.get());
            chosen.sources.emplace_back(source->name());
        }
        chosen.weights = choose_weights(sources, questions, tuning(), executor_);
        validation_ =
            measure_blend(learned, chosen, questions, Baselines(split_->choosing.history, request_.seed), false);
        step("learning the ranker");
        if (auto stack = stack_of(learned, sources, chosen.weights); !stack)
            return std::unexpected(stack.error());
        else
            chosen.stack = std::move(*stack);
        for (const Ablation& one : chosen.stack.ablation) report.ablation.push_back({"", one.without, one.gain});
        report.protocol = protocol_of({request_, *split_, chosen, cut_offs_.front(), questions.size(), ideal()});
        return chosen;
    }

    Result<StackingChoice> stack_of(const Learned& learned, std::span<const candidates::Source* const> sources,
                                    const WeightChoice& weights) {
        if (!learned.model) return StackingChoice{};
        const std::vector<Question> questions = sample(request_.ranker_questions);
        auto stack = choose_stack({learned.model, sources, weights.weights, questions},
                                  {.tuning = tuning(),
                                   .limits = {},
                                   .list = *std::ranges::max_element(cut_offs_),
                                   .seed = request_.seed,
                                   .ablation = request_.ablation},
                                  executor_);
        if (!stack || !stack->worth_it) return stack;
        const Baselines baselines(split_->choosing.history, request_.seed);
        const Ranker ranker = [&](std::size_t q, const Question& question, std::size_t k, candidates::Scratch&) {
            std::vector<std::uint32_t> list = stack->lists[q];
            list.resize(std::min(k, list.size()));
            baselines.fill(list, question, k);
            return list;
        };
        stack_validation_ = measured(ranker, questions, baselines, false);
        stack->lists.clear();
        return stack;
    }

    // The sources that the blend uses, with their weights, out of those that a model has.
    static std::vector<std::pair<const candidates::Source*, float>> weighted(const Learned& learned,
                                                                             const Chosen& chosen) {
        std::vector<std::pair<const candidates::Source*, float>> used;
        for (const SourcePointer& source : learned.sources) {
            const auto found = std::ranges::find(chosen.sources, source->name());
            if (found == chosen.sources.end()) continue;
            const double weight = chosen.weights.weights[static_cast<std::size_t>(found - chosen.sources.begin())];
            if (weight > 0) used.emplace_back(source.get(), static_cast<float>(weight));
        }
        return used;
    }

    ModelReport measure_blend(const Learned& learned, const Chosen& chosen, std::span<const Question> questions,
                              const Baselines& baselines, bool breakdown) {
        const auto used = weighted(learned, chosen);
        const std::size_t limit = candidates_a_source();
        const Ranker ranker = [&](std::size_t, const Question& question, std::size_t k, candidates::Scratch& scratch) {
            std::vector<std::vector<Scored>> answers;
            for (const auto& [source, weight] : used)
                answers.push_back(allowed_candidates(*source, question, limit, scratch));
            std::vector<ranking::Weighted> parts;
            for (std::size_t s = 0; s < used.size(); ++s) parts.push_back({answers[s], used[s].second});
            std::vector<std::uint32_t> list;
            for (const ranking::Blended& item : ranking::blend(parts)) {
                if (list.size() == k) break;
                list.push_back(item.row);
            }
            baselines.fill(list, question, k);
            return list;
        };
        return measured(ranker, questions, baselines, breakdown);
    }

    ModelReport measure_stack(const Learned& learned, const ranking::StackedRanker& stack,
                              std::span<const Question> questions, const Baselines& baselines) {
        std::vector<const candidates::Source*> asked;
        for (const std::string_view name : stack.sources())
            asked.push_back(std::ranges::find(learned.sources, name, [](const SourcePointer& source) {
                                return source->name();
                            })->get());
        const Ranker ranker = [&](std::size_t, const Question& question, std::size_t k, candidates::Scratch& scratch) {
            std::vector<std::uint32_t> list;
            for (const Scored& item :
                 stack.rank(question.query, allowed_answers(asked, question, stack.limits().asked, scratch))) {
                if (list.size() == k) break;
                list.push_back(item.row);
            }
            baselines.fill(list, question, k);
            return list;
        };
        return measured(ranker, questions, baselines, true);
    }

    ModelReport measured(const Ranker& ranker, std::span<const Question> questions, const Baselines& baselines,
                         bool breakdown) {
        const std::vector<std::uint8_t> terciles =
            breakdown ? terciles_of(baselines.counts()) : std::vector<std::uint8_t>{};
        const MeasureSettings settings{cut_offs_, ideal(), {request_.resamples, request_.seed}, rows(), terciles};
        const double start = seconds();
        ModelReport report = measure(ranker, questions, settings, executor_);
        report.answer_seconds = seconds() - start;
        report.peak_memory_mb = peak();
        return report;
    }

    void test(const Chosen& chosen, Report& report) {
        step("refitting on everything before the test");
        const std::vector<std::string_view> names(chosen.sources.begin(), chosen.sources.end());
        std::vector<std::string_view> used;
        for (std::size_t s = 0; s < names.size(); ++s)
            if (chosen.stack.worth_it || chosen.weights.weights[s] > 0) used.push_back(names[s]);
        const Baselines baselines(split_->testing.history, request_.seed);
        const std::vector<Question>& questions = split_->testing.questions;
        const Learned learned = learn(split_->testing.history, switched(chosen.recipe, used), used,
                                      chosen.stack.worth_it ? &chosen.stack.forest : nullptr);
        ModelReport blend = measure_blend(learned, chosen, questions, baselines, true);
        blend.validation = validation_.metrics;
        blend.name = "blend";
        if (chosen.stack.worth_it) {
            step("testing vitrina");
            const auto stack = ranking::StackedRanker::of(learned.model, ranking::published_ranker);
            ensure(stack.has_value(), "a ranker that was just learned must be usable");
            report.models.push_back(measure_stack(learned, *stack, questions, baselines));
            report.models.back().validation = stack_validation_.metrics;
        } else {
            report.models.push_back(blend);
        }
        report.models.front().name = "vitrina";
        report.models.front().train_seconds = learned.seconds;
        for (const auto& [name, ranker] : {std::pair{"popularity", baselines.popularity()},
                                           {"personal popularity", baselines.personal_popularity()},
                                           {"random", baselines.random()}}) {
            step(fmt::format("testing {}", name));
            report.models.push_back(measured(ranker, questions, baselines, true));
            report.models.back().name = name;
        }
        if (chosen.stack.worth_it) report.models.push_back(std::move(blend));
        if (request_.single_sources) test_single_sources(chosen, names, baselines, report);
    }

    void test_single_sources(const Chosen& chosen, const std::vector<std::string_view>& names,
                             const Baselines& baselines, Report& report) {
        for (const std::string_view name : names) {
            if (name == "popular") continue;  // the popularity that is measured anyway
            step(fmt::format("testing {}", name));
            const Learned learned = learn(split_->testing.history, only(name, chosen.recipe), {name});
            if (learned.sources.empty()) continue;
            const candidates::Source& source = *learned.sources.front();
            const Ranker ranker = [&](std::size_t, const Question& question, std::size_t k,
                                      candidates::Scratch& scratch) {
                std::vector<std::uint32_t> list;
                for (const Scored& item : allowed_candidates(source, question, k, scratch)) list.push_back(item.row);
                baselines.fill(list, question, k);
                return list;
            };
            report.models.push_back(measured(ranker, split_->testing.questions, baselines, true));
            report.models.back().name = name;
            report.models.back().train_seconds = learned.seconds;
        }
    }

    const PublishedRequest& request_;
    Executor& executor_;
    const Probes& probes_;
    std::vector<std::size_t> cut_offs_;
    const PublishedSplit* split_ = nullptr;
    ModelReport validation_, stack_validation_;
};

}  // namespace

Result<Report> evaluate_published(const PublishedRequest& request, Executor& executor, const Probes& probes) {
    return Evaluation(request, executor, probes).run();
}

}  // namespace vitrina::evaluation
