#include "evaluation/tuning.hpp"

#include <algorithm>
#include <cmath>

#include "base/pool.hpp"

namespace vitrina::evaluation {

namespace {

constexpr std::size_t questions_a_block = 256;

double objective_of(const Metrics& metrics) { return (metrics.recall + metrics.ndcg) / 2; }

// The answers of all sources to one question: over the union of their rows, each source's scores divided by its maximum.
struct Pooled {
    std::vector<std::uint32_t> rows;      // sorted
    std::vector<std::uint32_t> begins;    // sources + 1, into `places`
    std::vector<std::uint32_t> places;    // index in `rows`
    std::vector<float> shares;            // score over maximum, beside `places`
    std::vector<std::uint32_t> relevant;  // indices in `rows`, sorted
};

Pooled pool_answers(std::span<const candidates::Source* const> sources, const Question& question, std::size_t limit,
                    candidates::Scratch& scratch) {
    Pooled pooled;
    std::vector<std::vector<Scored>> answers;
    for (const candidates::Source* source : sources) {
        answers.push_back(allowed_candidates(*source, question, limit, scratch));
        for (const Scored& item : answers.back()) pooled.rows.push_back(item.row);
    }
    std::ranges::sort(pooled.rows);
    pooled.rows.erase(std::ranges::unique(pooled.rows).begin(), pooled.rows.end());
    pooled.begins.push_back(0);
    for (const std::vector<Scored>& answer : answers) {
        for (const Scored& item : answer) {
            if (answer.front().score <= 0) break;
            pooled.places.push_back(
                static_cast<std::uint32_t>(std::ranges::lower_bound(pooled.rows, item.row) - pooled.rows.begin()));
            pooled.shares.push_back(item.score / answer.front().score);
        }
        pooled.begins.push_back(static_cast<std::uint32_t>(pooled.places.size()));
    }
    for (const std::uint32_t row : question.relevant) {
        const auto found = std::ranges::lower_bound(pooled.rows, row);
        if (found != pooled.rows.end() && *found == row)
            pooled.relevant.push_back(static_cast<std::uint32_t>(found - pooled.rows.begin()));
    }
    return pooled;
}

// Blends are tried on these again and again.
class Blends {
public:
    Blends(std::span<const candidates::Source* const> sources, std::span<const Question> questions,
           const TuningSettings& settings, Executor& executor)
        : sources_(sources.size()),
          questions_(questions),
          settings_(settings),
          executor_(executor),
          pooled_(questions.size()) {
        Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(settings_.rows); });
        each_block([&](std::size_t begin, std::size_t end) {
            const auto scratch = scratches.borrow();
            for (std::size_t q = begin; q < end; ++q)
                pooled_[q] = pool_answers(sources, questions_[q], settings_.candidates, *scratch);
        });
    }

    // One objective a question.
    std::vector<float> try_weights(const std::vector<double>& weights) {
        ++trials_;
        std::vector<float> objectives(questions_.size());
        each_block([&](std::size_t begin, std::size_t end) {
            std::vector<float> sums;
            std::vector<std::uint32_t> list;
            for (std::size_t q = begin; q < end; ++q) {
                add_up(pooled_[q], weights, sums);
                place_relevant(pooled_[q].relevant, sums, list);
                objectives[q] = static_cast<float>(objective_of(metrics_at(
                    list, {pooled_[q].relevant, questions_[q].relevant_count}, settings_.cut_off, settings_.ideal)));
            }
        });
        return objectives;
    }

    double coverage() const {
        double covered = 0;
        for (std::size_t q = 0; q < pooled_.size(); ++q)
            covered +=
                static_cast<double>(pooled_[q].relevant.size()) / static_cast<double>(questions_[q].relevant_count);
        return pooled_.empty() ? 0.0 : covered / static_cast<double>(pooled_.size());
    }

    std::size_t sources() const { return sources_; }
    std::size_t trials() const { return trials_; }

private:
    void each_block(const std::function<void(std::size_t, std::size_t)>& work) const {
        executor_.for_each_block(block_count(questions_.size(), questions_a_block), [&](std::size_t block) {
            work(block * questions_a_block, std::min(questions_.size(), (block + 1) * questions_a_block));
        });
    }

    void add_up(const Pooled& pooled, const std::vector<double>& weights, std::vector<float>& sums) const {
        sums.assign(pooled.rows.size(), 0.0f);
        for (std::size_t s = 0; s < sources_; ++s) {
            const auto weight = static_cast<float>(weights[s]);
            if (weight <= 0) continue;
            for (std::uint32_t p = pooled.begins[s]; p < pooled.begins[s + 1]; ++p)
                sums[pooled.places[p]] += weight * pooled.shares[p];
        }
    }

    // A list that holds the relevant at their ranks and nobody elsewhere: sorting all of it would take ten times as long.
    void place_relevant(const std::vector<std::uint32_t>& relevant, const std::vector<float>& sums,
                        std::vector<std::uint32_t>& list) const {
        list.assign(std::min(settings_.cut_off, sums.size()), model::no_row);
        for (const std::uint32_t r : relevant) {
            const float own = sums[r];
            if (own <= 0) continue;
            std::size_t rank = 0;
            for (std::uint32_t o = 0; o < sums.size(); ++o) rank += sums[o] > own || (sums[o] == own && o < r) ? 1 : 0;
            if (rank < list.size()) list[rank] = r;
        }
    }

    std::size_t sources_;
    std::span<const Question> questions_;
    TuningSettings settings_;
    Executor& executor_;
    std::vector<Pooled> pooled_;
    std::size_t trials_ = 0;
};

class Search {
public:
    explicit Search(Blends& blends) : blends_(blends), weights_(blends.sources(), 0.0) {}

    std::vector<double> start() {
        std::vector<double> alone;
        for (std::size_t s = 0; s < blends_.sources(); ++s) {
            std::vector<double> weights(blends_.sources(), 0.0);
            weights[s] = 1;
            const std::vector<float> objectives = blends_.try_weights(weights);
            alone.push_back(mean_value(objectives).mean);
            if (s == 0 || alone.back() > mean_value(best_).mean) {
                best_ = objectives;
                weights_ = weights;
            }
        }
        return alone;
    }

    // Brings in the source that helps most, as long as one helps by more than its standard error.
    void select() {
        while (try_best_of(
            [&](const auto& visit) {
                for (std::size_t s = 0; s < weights_.size(); ++s)
                    for (const double weight : first_weights)
                        if (weights_[s] == 0) visit(s, weight);
            },
            1.0)) {
        }
    }

    // Moves one weight at a time while that helps at all.
    void refine() {
        for (std::size_t round = 0; round < refinements; ++round) {
            const bool better = try_best_of(
                [&](const auto& visit) {
                    for (std::size_t s = 0; s < weights_.size(); ++s)
                        for (const double factor : factors)
                            if (weights_[s] > 0) visit(s, weights_[s] * factor);
                },
                0.5);
            if (!better) return;
        }
    }

    std::vector<double> weights() const {
        const double largest = weights_.empty() ? 1.0 : *std::ranges::max_element(weights_);
        std::vector<double> scaled = weights_;
        for (double& weight : scaled) weight = largest > 0 ? weight / largest : 0.0;
        return scaled;
    }
    double objective() const { return mean_value(best_).mean; }

private:
    static constexpr double first_weights[] = {0.05, 0.1, 0.2, 0.4, 0.7, 1.0, 1.5, 2.5, 4.0};
    static constexpr double factors[] = {0.5, 0.7, 0.85, 1.2, 1.45, 2.0};
    static constexpr std::size_t refinements = 20;

    // Takes the best of the single changes that `moves` visits where it gains more than `errors` standard errors.
    template <class Moves>
    bool try_best_of(const Moves& moves, double errors) {
        std::vector<double> chosen;
        std::vector<float> reached;
        double most = 0;
        moves([&](std::size_t source, double weight) {
            std::vector<double> weights = weights_;
            weights[source] = weight;
            std::vector<float> objectives = blends_.try_weights(weights);
            const PairedGain gain = paired_gain(best_, objectives);
            if (gain.mean <= most || gain.mean <= errors * gain.standard_error) return;
            most = gain.mean;
            chosen = std::move(weights);
            reached = std::move(objectives);
        });
        if (chosen.empty()) return false;
        weights_ = std::move(chosen);
        best_ = std::move(reached);
        return true;
    }

    Blends& blends_;
    std::vector<double> weights_;
    std::vector<float> best_;
};

}  // namespace

MeanValue mean_value(std::span<const float> values) {
    const auto n = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const float value : values) {
        sum += static_cast<double>(value);
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    if (values.size() < 2) return {sum, 0};
    const double mean = sum / n;
    return {mean, std::sqrt(std::max(squares / n - mean * mean, 0.0) / (n - 1))};
}

PairedGain paired_gain(std::span<const float> before, std::span<const float> after) {
    if (before.size() < 2) return {};
    std::vector<float> differences(before.size());
    for (std::size_t q = 0; q < before.size(); ++q) differences[q] = after[q] - before[q];
    const MeanValue value = mean_value(differences);
    return {value.mean, value.standard_error};
}

std::vector<Scored> allowed_candidates(const candidates::Source& source, const Question& question, std::size_t limit,
                                       candidates::Scratch& scratch) {
    std::vector<Scored> answer = source.candidates(question.query, limit + question.excluded.size(), scratch);
    if (!question.excluded.empty())
        std::erase_if(answer,
                      [&](const Scored& item) { return std::ranges::binary_search(question.excluded, item.row); });
    if (!question.among.empty())
        std::erase_if(answer,
                      [&](const Scored& item) { return !std::ranges::binary_search(question.among, item.row); });
    answer.resize(std::min(answer.size(), limit));
    return answer;
}

std::vector<float> objectives_of(const candidates::Source& source, std::span<const Question> questions,
                                 const TuningSettings& settings, Executor& executor) {
    std::vector<float> objectives(questions.size());
    Pool<candidates::Scratch> scratches([&] { return std::make_unique<candidates::Scratch>(settings.rows); });
    executor.for_each_block(block_count(questions.size(), questions_a_block), [&](std::size_t block) {
        const auto scratch = scratches.borrow();
        std::vector<std::uint32_t> list;
        for (std::size_t q = block * questions_a_block; q < std::min(questions.size(), (block + 1) * questions_a_block);
             ++q) {
            list.clear();
            for (const Scored& item : allowed_candidates(source, questions[q], settings.cut_off, *scratch))
                list.push_back(item.row);
            objectives[q] = static_cast<float>(
                objective_of(metrics_at(list, questions[q].truth(), settings.cut_off, settings.ideal)));
        }
    });
    return objectives;
}

WeightChoice choose_weights(std::span<const candidates::Source* const> sources, std::span<const Question> questions,
                            const TuningSettings& settings, Executor& executor) {
    if (sources.empty()) return {};
    Blends blends(sources, questions, settings, executor);
    Search search(blends);
    WeightChoice choice{.alone = search.start(), .candidate_coverage = blends.coverage()};
    search.select();
    search.refine();
    choice.weights = search.weights();
    choice.objective = search.objective();
    choice.trials = blends.trials();
    return choice;
}

}  // namespace vitrina::evaluation
