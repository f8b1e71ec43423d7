#include "evaluation/stacking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "base/pool.hpp"
#include "base/random.hpp"
#include "evaluation/ablation.hpp"
#include "evaluation/metrics.hpp"
#include "ranking/blend.hpp"
#include "ranking/trees.hpp"

namespace vitrina::evaluation {
namespace {

constexpr std::size_t questions_a_block = 256;
constexpr std::size_t halves = 2;
// Of an ablation, which fits two forests a part: its trees learn from about so many questions, and of each from so many.
constexpr std::size_t ablation_questions = 8000, ablation_negatives = 20;
constexpr double tree_shares[] = {0.25, 0.5, 0.75, 1};  // of the rounds, that are tried

using Answers = std::vector<std::vector<Scored>>;

// Rows of some questions, before they are put together.
struct Part {
    std::vector<float> values;
    std::vector<std::uint8_t> relevant;
    std::vector<std::uint32_t> groups;  // sizes
};

// What forests of one size make of the questions.
struct Tried {
    training::BoostingRecipe shape;
    std::size_t trees = 0;
    std::vector<float> objectives;
    std::vector<std::vector<std::uint32_t>> lists;
};

void append(training::RankingRows& rows, const Part& part) {
    rows.values.insert(rows.values.end(), part.values.begin(), part.values.end());
    rows.relevant.insert(rows.relevant.end(), part.relevant.begin(), part.relevant.end());
    for (const std::uint32_t size : part.groups) rows.groups.push_back(rows.groups.back() + size);
}

class Stacking {
public:
    Stacking(const StackingInput& input, const StackingSettings& settings, Executor& executor)
        : input_(input),
          settings_(settings),
          executor_(executor),
          features_(input.model, names_of(input.sources), settings.limits),
          scratches_([rows = settings.tuning.rows] { return std::make_unique<candidates::Scratch>(rows); }) {}

    Result<StackingChoice> run() {
        StackingChoice choice;
        if (const std::uint64_t needed = bytes_at_most(); needed > settings_.memory_bytes)
            return fail(ErrorCode::exhausted,
                        fmt::format("the trees of {} questions may need {} MB, and {} are left of memory_mb; lower "
                                    "ranker.questions or ranker.negatives, or raise memory_mb",
                                    input_.questions.size(), (needed >> 20) + 1, settings_.memory_bytes >> 20));
        collect();
        if (asked_ < least_stacked_questions) return choice;
        choice.questions = input_.questions.size();
        judge_blend();
        std::vector<Tried> tried;
        for (const training::BoostingRecipe& shape : settings_.shapes) {
            auto forests = fit(shape);
            if (!forests) return std::unexpected(forests.error());
            judge(*forests, shape, tried);
            wholes_.push_back(std::move(forests->back()));
        }
        decide(tried, choice);
        if (settings_.ablation)
            if (auto told = ablate(choice); !told) return std::unexpected(told.error());
        if (!choice.worth_it) return choice;
        const auto shape = std::ranges::find(settings_.shapes, choice.boosting);
        choice.forest = model::first_trees(wholes_[static_cast<std::size_t>(shape - settings_.shapes.begin())].view(),
                                           choice.trees);
        return choice;
    }

private:
    static std::vector<std::string_view> names_of(std::span<const candidates::Source* const> sources) {
        std::vector<std::string_view> names;
        for (const candidates::Source* source : sources) names.push_back(source->name());
        return names;
    }

    // Neighbouring units are of one time; a mixed number parts them evenly.
    std::size_t half_of(const Question& question) const {
        return Random(settings_.seed, question.unit).next() % halves;
    }

    void each_block(const std::function<void(std::size_t block, std::size_t begin, std::size_t end)>& work) const {
        const std::size_t count = input_.questions.size();
        executor_.for_each_block(block_count(count, questions_a_block), [&](std::size_t block) {
            work(block, block * questions_a_block, std::min(count, (block + 1) * questions_a_block));
        });
    }

    // Rows grow in vectors that double (8 bytes a value), are put together (4) and read by XGBoost (8, and its bins; 11.6 measured).
    std::uint64_t bytes_at_most() const {
        constexpr std::uint64_t gathered = 8, boosted = 4 + 12;
        std::uint64_t rows = 0;
        for (const Question& question : input_.questions)
            rows += std::min(question.relevant.size() + settings_.negatives, settings_.limits.most);
        const std::uint64_t side_by_side = executor_.width() > 1 ? 2 : 1;  // the whole beside both halves
        return input_.questions.size() * input_.sources.size() * settings_.limits.asked * sizeof(Scored) +
               rows * features_.names().size() * (gathered + side_by_side * boosted);
    }

    // Sources are asked once; what they answered is kept for the judging.
    void collect() {
        answers_.resize(input_.questions.size());
        each_block([&](std::size_t, std::size_t begin, std::size_t end) {
            const auto scratch = scratches_.borrow();
            for (std::size_t q = begin; q < end; ++q)
                answers_[q] = allowed_answers(input_.sources, input_.questions[q], settings_.limits.asked, *scratch);
        });
        coverage_ = gather();
        for (const auto& parts : parts_)
            for (const Part& part : parts) asked_ += part.groups.size();
    }

    // Rows to learn from, without what is left out; the share of the relevant that is among the candidates.
    double gather() {
        const std::size_t blocks = block_count(input_.questions.size(), questions_a_block);
        for (auto& parts : parts_) parts.assign(blocks, {});
        std::vector<double> covered(blocks, 0.0);
        each_block([&](std::size_t block, std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q)
                if (q % learned_each_ == 0)
                    covered[block] += collect_question(q, parts_[half_of(input_.questions[q])][block]);
        });
        return std::accumulate(covered.begin(), covered.end(), 0.0) /
               static_cast<double>(std::max<std::size_t>(1, input_.questions.size()));
    }

    candidates::RankingCandidates candidates_of(std::size_t q) const {
        if (without_ == nullptr) return features_.make(input_.questions[q].query, answers_[q]);
        Answers answers = answers_[q];
        for (const std::size_t source : without_->sources) answers[source].clear();
        auto candidates = features_.make(input_.questions[q].query, answers);
        const std::size_t width = features_.names().size();
        for (std::size_t row = 0; row < candidates.rows.size(); ++row)
            for (const std::size_t column : without_->columns) candidates.values[row * width + column] = 0;
        return candidates;
    }

    // The share of the relevant that is among the candidates; adds the question where there is something to learn.
    double collect_question(std::size_t q, Part& part) const {
        const Question& question = input_.questions[q];
        const auto candidates = candidates_of(q);
        const std::size_t count = candidates.rows.size();
        std::vector<std::uint32_t> kept, others;
        for (std::uint32_t r = 0; r < count; ++r)
            (std::ranges::binary_search(question.relevant, candidates.rows[r]) ? kept : others).push_back(r);
        const std::size_t relevant = kept.size();
        const double covered = static_cast<double>(relevant) / static_cast<double>(question.relevant_count);
        if (relevant == 0 || others.empty()) return covered;
        Random random(settings_.seed ^ 0x57ac, q);
        const std::size_t drawn = std::min(others.size(), negatives_);
        for (std::size_t n = 0; n < drawn; ++n) {
            std::swap(others[n], others[n + random.below(others.size() - n)]);
            kept.push_back(others[n]);
        }
        const std::size_t width = features_.names().size();
        for (std::size_t k = 0; k < kept.size(); ++k) {
            const auto row = candidates.values.begin() + static_cast<std::ptrdiff_t>(kept[k] * width);
            part.values.insert(part.values.end(), row, row + static_cast<std::ptrdiff_t>(width));
            part.relevant.push_back(k < relevant ? 1 : 0);
        }
        part.groups.push_back(static_cast<std::uint32_t>(kept.size()));
        return covered;
    }

    training::RankingRows rows_of(std::initializer_list<std::size_t> which) const {
        training::RankingRows rows{.features = features_.names()};
        std::size_t values = 0;
        for (const std::size_t half : which)
            for (const Part& part : parts_[half]) values += part.values.size();
        rows.values.reserve(values);
        for (const std::size_t half : which)
            for (const Part& part : parts_[half]) append(rows, part);
        return rows;
    }

    // Forest h learned from half h, and the last one from both; its first trees are those of fewer rounds.
    Result<std::vector<model::ForestArrays>> fit(const training::BoostingRecipe& recipe) const {
        std::vector<Result<model::ForestArrays>> fitted(halves + 1);
        executor_.for_each_block(fitted.size(), [&](std::size_t block) {
            const std::size_t which = halves - block;  // the longest work first
            const auto rows = which == halves ? rows_of({0, 1}) : rows_of({which});
            fitted[which] = training::boost(rows, recipe, 1);
        });
        std::vector<model::ForestArrays> forests;
        for (auto& forest : fitted) {
            if (!forest) return std::unexpected(forest.error());
            forests.push_back(std::move(*forest));
        }
        return forests;
    }

    double objective_of(const std::vector<std::uint32_t>& list, const Question& question) const {
        const Metrics metrics = metrics_at(list, question.truth(), settings_.tuning.cut_off, settings_.tuning.ideal);
        return (metrics.recall + metrics.ndcg) / 2;
    }

    double blend_objective(const Answers& answers, const Question& question) const {
        std::vector<ranking::Weighted> parts;
        for (std::size_t s = 0; s < answers.size(); ++s)
            parts.push_back({std::span(answers[s]).first(std::min(answers[s].size(), settings_.tuning.candidates)),
                             static_cast<float>(input_.blend_weights[s])});
        std::vector<std::uint32_t> list;
        for (const ranking::Blended& item : ranking::blend(parts)) {
            if (list.size() == settings_.tuning.cut_off) break;
            list.push_back(item.row);
        }
        return objective_of(list, question);
    }

    std::vector<std::uint32_t> best_of(const std::vector<std::uint32_t>& rows, const std::vector<float>& values) const {
        TopK best(std::max(settings_.list, settings_.tuning.cut_off));
        for (std::size_t r = 0; r < rows.size(); ++r) best.offer({rows[r], values[r]});
        std::vector<std::uint32_t> list;
        for (const Scored& item : best.take()) list.push_back(item.row);
        return list;
    }

    // What the trees of the other half make of a question, after each size.
    void judge_question(std::size_t q, const std::vector<ranking::Trees>& pieces, std::span<Tried> tried) const {
        const Question& question = input_.questions[q];
        const auto candidates = candidates_of(q);
        std::vector<float> sums(candidates.rows.size(), 0.0f), values(sums.size());
        for (std::size_t s = 0; s < pieces.size(); ++s) {
            pieces[s].score(candidates.values, values);
            for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += values[r];
            tried[s].lists[q] = best_of(candidates.rows, sums);
            tried[s].objectives[q] = static_cast<float>(objective_of(tried[s].lists[q], question));
        }
    }

    void judge_blend() {
        blended_.resize(input_.questions.size());
        each_block([&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q)
                blended_[q] = static_cast<float>(blend_objective(answers_[q], input_.questions[q]));
        });
    }

    // Appends what came of each size of forests of one shape.
    void judge(const std::vector<model::ForestArrays>& forests, const training::BoostingRecipe& shape,
               std::vector<Tried>& tried) const {
        const std::size_t questions = input_.questions.size(), first = tried.size();
        std::vector<std::vector<ranking::Trees>> pieces(halves);  // by the half that is asked
        std::size_t before = 0;
        for (const double share : tree_shares) {
            const auto trees = static_cast<std::size_t>(std::round(share * shape.rounds));
            tried.push_back({shape, std::max(before + 1, trees), std::vector<float>(questions),
                             std::vector<std::vector<std::uint32_t>>(questions)});
            for (std::size_t half = 0; half < halves; ++half)
                pieces[half].emplace_back(forests[halves - 1 - half].view(), before, tried.back().trees);
            before = tried.back().trees;
        }
        each_block([&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q)
                judge_question(q, pieces[half_of(input_.questions[q])], std::span(tried).subspan(first));
        });
    }

    // What the halves' trees, of the shape and number that were chosen, make of the questions without a part of what they know.
    Result<std::vector<float>> objectives_without(const LeftOut& part, const StackingChoice& choice) {
        without_ = &part;
        gather();
        std::vector<Result<model::ForestArrays>> fitted(halves);
        executor_.for_each_block(
            halves, [&](std::size_t half) { fitted[half] = training::boost(rows_of({half}), choice.boosting, 1); });
        std::vector<std::vector<ranking::Trees>> pieces(halves);  // by the half that is asked
        for (std::size_t half = 0; half < halves; ++half) {
            const auto& forest = fitted[halves - 1 - half];
            if (!forest) return std::unexpected(forest.error());
            pieces[half].emplace_back(forest->view(), 0, choice.trees);
        }
        const std::size_t questions = input_.questions.size();
        std::vector<Tried> tried{{choice.boosting, choice.trees, std::vector<float>(questions),
                                  std::vector<std::vector<std::uint32_t>>(questions)}};
        each_block([&](std::size_t, std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q)
                judge_question(q, pieces[half_of(input_.questions[q])], std::span(tried));
        });
        return std::move(tried.front().objectives);
    }

    Result<void> ablate(StackingChoice& choice) {
        learned_each_ = std::max<std::size_t>(1, input_.questions.size() / ablation_questions);
        negatives_ = std::min(negatives_, ablation_negatives);
        const LeftOut nothing;
        const auto whole = objectives_without(nothing, choice);
        if (!whole) return std::unexpected(whole.error());
        for (const LeftOut& part : parts_to_leave_out(names_of(input_.sources), features_.names())) {
            const auto rest = objectives_without(part, choice);
            if (!rest) return std::unexpected(rest.error());
            choice.ablation.push_back(
                {part.name, paired_interval(*rest, *whole, input_.questions, settings_.seed, executor_)});
        }
        return {};
    }

    // The best shape and number of trees, or the first within a standard error of it.
    void decide(std::vector<Tried>& tried, StackingChoice& choice) const {
        const auto mean = [](const Tried& one) { return mean_value(one.objectives).mean; };
        const std::vector<float>& best = std::ranges::max_element(tried, {}, mean)->objectives;
        Tried& chosen = *std::ranges::find_if(tried, [&](const Tried& one) {
            const PairedGain missing = paired_gain(one.objectives, best);
            return missing.mean <= missing.standard_error;
        });
        choice.boosting = chosen.shape;
        choice.trees = chosen.trees;
        choice.objective = mean(chosen);
        choice.gain = paired_gain(blended_, chosen.objectives);
        choice.lists = std::move(chosen.lists);
        choice.blend_objective = mean_value(blended_).mean;
        choice.candidate_coverage = coverage_;
        const double must = settings_.tuning.sampled ? mean_value(blended_).standard_error : choice.gain.standard_error;
        choice.worth_it = choice.gain.mean > must;
    }

    const StackingInput& input_;
    const StackingSettings& settings_;
    Executor& executor_;
    candidates::CandidateFeatures features_;
    mutable Pool<candidates::Scratch> scratches_;
    std::vector<Part> parts_[halves];
    std::vector<Answers> answers_;             // by question
    std::vector<float> blended_;               // objectives of the blend, by question
    std::vector<model::ForestArrays> wholes_;  // by shape
    // Of an ablation: what is left out at the moment, and every how manieth question its trees learn from.
    const LeftOut* without_ = nullptr;
    std::size_t learned_each_ = 1, negatives_ = settings_.negatives;
    std::size_t asked_ = 0;
    double coverage_ = 0;
};

}  // namespace

std::vector<std::vector<Scored>> allowed_answers(std::span<const candidates::Source* const> sources,
                                                 const Question& question, std::size_t limit,
                                                 candidates::Scratch& scratch) {
    std::vector<std::vector<Scored>> answers;
    for (const candidates::Source* source : sources)
        answers.push_back(allowed_candidates(*source, question, limit, scratch));
    return answers;
}

Result<StackingChoice> choose_stack(const StackingInput& input, const StackingSettings& settings, Executor& executor) {
    if (input.questions.empty() || input.sources.empty()) return StackingChoice{};
    return Stacking(input, settings, executor).run();
}

}  // namespace vitrina::evaluation
