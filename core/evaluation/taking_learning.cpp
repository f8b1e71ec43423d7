#include "evaluation/taking_learning.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/top_k.hpp"
#include "ranking/trees.hpp"

namespace vitrina::evaluation {

namespace {

using training::TakingArrays;

constexpr double tree_shares[] = {0.25, 0.5, 0.75, 1};  // of the rounds, that are tried
constexpr std::size_t looks_a_block = 1024;
constexpr std::size_t rivals = 100;  // of what was taken, that it is compared with

struct Table {
    std::vector<float> values;
    std::vector<std::uint8_t> taken;
};

class Taking {
public:
    Taking(const TakingInput& input, const TakingSettings& settings, Executor& executor)
        : input_(input),
          settings_(settings),
          executor_(executor),
          looks_(looks_of(input.history, settings.horizon_ms)) {
        if (looks_.size() > settings.looks)
            looks_.erase(looks_.begin(), looks_.end() - static_cast<std::ptrdiff_t>(settings.looks));
        const auto at = [&](double share) {
            return static_cast<std::size_t>(share * static_cast<double>(looks_.size()));
        };
        const std::size_t calibrate = at(settings.learn_share),
                          judge = at(settings.learn_share + settings.calibrate_share);
        const std::span<const Look> all(looks_);
        learn_ = all.first(calibrate);
        calibrate_ = all.subspan(calibrate, judge - calibrate);
        judge_ = all.subspan(judge);
    }

    Result<TakingChoice> run() {
        TakingChoice choice;
        choice.looks = looks_.size();
        choice.takes = takes(looks_);
        choice.why = too_few();
        if (!choice.why.empty()) return choice;
        items_ = named_items(input_.history.items.size(), input_.text, input_.price);
        auto learned = learn();
        if (!learned) return std::unexpected(learned.error());
        choice.learned = std::move(*learned);
        choice.trees = choice.learned.forest.view().size();
        judge(choice);
        choice.learned.facts = with_rates(std::move(items_), input_.history, looks_);
        return choice;
    }

private:
    static std::size_t takes(std::span<const Look> looks) {
        return static_cast<std::size_t>(std::ranges::count(looks, true, &Look::taken));
    }

    std::string too_few() const {
        const std::size_t learn = takes(learn_), calibrate = takes(calibrate_), judge = takes(judge_);
        if (learn >= settings_.least_learned && std::min(calibrate, judge) >= settings_.least_judged) return {};
        return fmt::format("{}, {} and {} looks were followed by a cart or an order, to learn, calibrate and judge; at "
                           "least {}, {} and {} are needed",
                           learn, calibrate, judge, settings_.least_learned, settings_.least_judged,
                           settings_.least_judged);
    }

    // `facts_of(look)` are those that the look's row may know.
    template <class Facts>
    Table table_of(std::span<const Look> looks, const Facts& facts_of) const {
        const std::size_t width = candidates::taking_names().size();
        Table table{std::vector<float>(looks.size() * width), {}};
        executor_.for_each_block(block_count(looks.size(), looks_a_block), [&](std::size_t block) {
            for (std::size_t l = block * looks_a_block; l < std::min(looks.size(), (block + 1) * looks_a_block); ++l) {
                const auto row = candidates::taking_features(facts_of(looks[l]).view(),
                                                             query_of(input_.history, looks[l]), {&looks[l].item, 1});
                std::ranges::copy(row, table.values.begin() + static_cast<std::ptrdiff_t>(l * width));
            }
        });
        for (const Look& look : looks) table.taken.push_back(look.taken ? 1 : 0);
        return table;
    }

    Table learning_table() const {
        std::vector<TakingArrays> without;
        for (std::uint32_t fold = 0; fold < settings_.folds; ++fold)
            without.push_back(with_rates(items_, input_.history, learn_, {settings_.folds, fold}));
        return table_of(
            learn_, [&](const Look& look) -> const TakingArrays& { return without[look.person % settings_.folds]; });
    }

    static std::vector<float> values_of(const model::ForestArrays& forest, const Table& table) {
        std::vector<float> values(table.taken.size());
        ranking::Trees(forest.view()).score(table.values, values);
        return values;
    }

    static std::vector<double> said(const training::LearnedTaking& learned, const Table& table) {
        std::vector<double> all;
        for (const float value : values_of(learned.forest, table))
            all.push_back(Calibration{learned.slope, learned.offset}(value));
        return all;
    }

    // As many trees as say most about the second slice.
    Result<training::LearnedTaking> learn() {
        Table first = learning_table();
        known_ = with_rates(items_, input_.history, learn_);
        const Table second = table_of(calibrate_, [&](const Look&) -> const TakingArrays& { return known_; });
        const auto rows = static_cast<std::uint32_t>(first.taken.size());
        const training::RankingRows ranking{
            candidates::taking_names(), std::move(first.values), std::move(first.taken), {0, rows}};
        const auto forest = training::boost(ranking, settings_.boosting, 1);
        if (!forest) return std::unexpected(forest.error());
        training::LearnedTaking best;
        std::optional<double> least;
        for (const double share : tree_shares) {
            const auto trees = static_cast<std::size_t>(share * settings_.boosting.rounds);
            training::LearnedTaking tried;
            tried.forest = model::first_trees(forest->view(), std::min(trees + 1, forest->view().size()));
            const Calibration fit = calibrate(values_of(tried.forest, second), second.taken);
            tried.slope = fit.slope;
            tried.offset = fit.offset;
            const double loss = reliability(said(tried, second), second.taken).log_loss;
            if (least && !(loss < *least)) continue;
            least = loss;
            best = std::move(tried);
        }
        return best;
    }

    void judge(TakingChoice& choice) const {
        const Table third = table_of(judge_, [&](const Look&) -> const TakingArrays& { return known_; });
        choice.judged = reliability(said(choice.learned, third), third.taken);
        compare_orders(choice);
        const bool calibrated = choice.judged.calibrated(), better = choice.gain.low > 0;
        choice.released = calibrated && better;
        const char* verdict = choice.released ? "released" : calibrated ? "not surely better" : "not calibrated";
        const double percent = choice.without > 0 ? 100 / choice.without : 0;
        choice.why = fmt::format(
            "{}: what was taken stands {:+.1f} % [{:+.1f}, {:+.1f}] higher in {} cases; AUC {:.3f}; calibrated within "
            "{:.2f} % of {:.2f} %, {:.2f} % by chance",
            verdict, percent * choice.gain.value, percent * choice.gain.low, percent * choice.gain.high,
            choice.judged.successes, choice.judged.auc, 100 * choice.judged.ece, 100 * choice.judged.mean(),
            100 * choice.judged.chance);
    }

    // The items of the look's kind that were looked at most, behind the look's own; of all items where it has no kind.
    std::vector<std::uint32_t> rivals_of(const Look& look) const {
        TopK best(rivals);
        for (std::uint32_t row = 0; row < known_.kind.size(); ++row)
            if (known_.kind[row] == known_.kind[look.item] && row != look.item) best.offer({row, known_.looks[row]});
        std::vector<std::uint32_t> rows{look.item};
        for (const Scored& rival : best.take()) rows.push_back(rival.row);
        return rows;
    }

    // What the place of the first row is worth.
    static double worth_of(std::span<const std::uint32_t> rows, std::span<const double> scores) {
        double place = 0;
        for (std::size_t r = 1; r < rows.size(); ++r)
            place += scores[r] > scores[0] || (scores[r] == scores[0] && rows[r] < rows[0]) ? 1 : 0;
        return 1 / std::log2(2 + place);
    }

    struct Compared {
        double without = 0, with = 0;
    };

    Compared compared(const Look& look, const training::LearnedTaking& learned) const {
        const std::vector<std::uint32_t> rows = rivals_of(look);
        const Table table{candidates::taking_features(known_.view(), query_of(input_.history, look), rows),
                          std::vector<std::uint8_t>(rows.size())};
        std::vector<double> usual, multiplied = said(learned, table);
        for (std::size_t r = 0; r < rows.size(); ++r) {
            usual.push_back(1 + static_cast<double>(known_.looks[rows[r]]));
            multiplied[r] *= usual[r];
        }
        return {worth_of(rows, usual), worth_of(rows, multiplied)};
    }

    void compare_orders(TakingChoice& choice) const {
        std::vector<const Look*> taken;
        for (const Look& look : judge_)
            if (look.taken) taken.push_back(&look);
        std::vector<Compared> all(taken.size());
        executor_.for_each_block(block_count(taken.size(), looks_a_block), [&](std::size_t block) {
            const std::size_t end = std::min(taken.size(), (block + 1) * looks_a_block);
            for (std::size_t t = block * looks_a_block; t < end; ++t) all[t] = compared(*taken[t], choice.learned);
        });
        std::vector<float> gains;
        std::vector<std::uint32_t> units;
        std::map<std::uint32_t, std::uint32_t> people;
        for (std::size_t t = 0; t < taken.size(); ++t) {
            choice.without += all[t].without / static_cast<double>(taken.size());
            gains.push_back(static_cast<float>(all[t].with - all[t].without));
            units.push_back(
                people.try_emplace(taken[t]->person, static_cast<std::uint32_t>(people.size())).first->second);
        }
        choice.gain = mean_intervals(gains, 1, units, settings_.bootstrap, executor_).front();
    }

    const TakingInput& input_;
    const TakingSettings& settings_;
    Executor& executor_;
    std::vector<Look> looks_;
    std::span<const Look> learn_, calibrate_, judge_;
    TakingArrays items_, known_;  // without rates; with those of the first slice
};

}  // namespace

Result<TakingChoice> learn_taking(const TakingInput& input, const TakingSettings& settings, Executor& executor) {
    return Taking(input, settings, executor).run();
}

}  // namespace vitrina::evaluation
