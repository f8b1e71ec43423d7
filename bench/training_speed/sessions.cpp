#include <algorithm>
#include <cmath>
#include <map>

#include "candidates/source.hpp"
#include "training/session_knn.hpp"
#include "training_speed/measuring.hpp"
#include "training_speed/trials.hpp"

namespace vitrina::bench {
namespace {

constexpr std::size_t listed = 100, checked = 300, cut = 20;

// What candidates/session_knn.hpp says, by maps and without its tables.
class Plain {
public:
    explicit Plain(const model::Model& model)
        : query_(model.section<double>("session_knn.query")),
          offsets_(model.section<std::uint64_t>("session_knn.offsets")),
          posting_offsets_(model.section<std::uint64_t>("session_knn.posting_offsets")),
          items_(model.section<std::uint32_t>("session_knn.items")),
          postings_(model.section<std::uint32_t>("session_knn.postings")),
          weights_(model.section<float>("session_knn.weights")),
          rarity_(model.section<float>("session_knn.rarity")) {}

    std::map<std::uint32_t, double> scores(const features::Query& query) const {
        const std::vector<std::uint32_t> asked = asked_of(query);
        std::map<std::uint32_t, double> scores;
        for (const Neighbour& neighbour : neighbours_of(asked)) vote(asked, neighbour, scores);
        double highest = 0;
        for (const auto& [row, score] : scores) highest = std::max(highest, score);
        double weight = query_[4] * (highest > 0 ? highest : 1);
        for (const std::uint32_t row : asked) {
            scores[row] += weight;
            weight *= query_[5];
        }
        if (!asked.empty()) scores[asked[0]] *= query_[7];
        return scores;
    }

private:
    struct Neighbour {
        std::uint32_t session = 0, newest = 0, met = 0;
        float sum = 0, similarity = 0;
    };

    static double decay(double age, double scale) { return scale > 0 ? std::exp(-age / scale) : (age == 0 ? 1 : 0); }

    std::vector<std::uint32_t> asked_of(const features::Query& query) const {
        std::vector<std::uint32_t> rows;
        for (const features::Seen& seen : query.session.empty() ? query.history : query.session)
            if (rows.size() < static_cast<std::size_t>(query_[6]) && std::ranges::find(rows, seen.row) == rows.end())
                rows.push_back(seen.row);
        return rows;
    }

    std::vector<Neighbour> neighbours_of(const std::vector<std::uint32_t>& asked) const {
        std::map<std::uint32_t, Neighbour> met;
        for (std::uint32_t age = 0; age < asked.size(); ++age)
            for (auto p = posting_offsets_[asked[age]]; p < posting_offsets_[asked[age] + 1]; ++p) {
                const auto [at, fresh] = met.try_emplace(postings_[p]);
                if (fresh) at->second = {postings_[p], age, static_cast<std::uint32_t>(met.size()), 0, 0};
                at->second.sum += static_cast<float>(decay(age, query_[1]));
            }
        std::vector<Neighbour> all;
        for (auto& [session, neighbour] : met) {
            const auto length = static_cast<float>(offsets_[session + 1] - offsets_[session]);
            neighbour.similarity = neighbour.sum * weights_[session] / std::sqrt(length);
            all.push_back(neighbour);
        }
        std::ranges::sort(all, {}, &Neighbour::met);
        std::ranges::stable_sort(all, std::greater<>(), &Neighbour::similarity);
        all.resize(std::min(all.size(), static_cast<std::size_t>(query_[0])));
        return all;
    }

    void vote(const std::vector<std::uint32_t>& asked, const Neighbour& neighbour,
              std::map<std::uint32_t, double>& scores) const {
        const auto begin = offsets_[neighbour.session], end = offsets_[neighbour.session + 1];
        std::uint64_t match = end - 1;
        while (items_[match] != asked[neighbour.newest]) --match;
        for (auto place = begin; place < end; ++place) {
            const auto apart = static_cast<double>(place > match ? place - match : match - place);
            scores[items_[place]] += static_cast<double>(neighbour.similarity) * decay(neighbour.newest, query_[3]) *
                                     decay(apart, query_[2]) * static_cast<double>(rarity_[items_[place]]);
        }
    }

    std::span<const double> query_;
    std::span<const std::uint64_t> offsets_, posting_offsets_;
    std::span<const std::uint32_t> items_, postings_;
    std::span<const float> weights_, rarity_;
};

void check_answer(const std::map<std::uint32_t, double>& right, const std::vector<Scored>& found) {
    double largest_left = 0;
    for (const auto& [row, score] : right)
        if (std::ranges::find(found, row, &Scored::row) == found.end()) largest_left = std::max(largest_left, score);
    for (const Scored& one : found) {
        const auto at = right.find(one.row);
        check(at != right.end() && std::abs(at->second - static_cast<double>(one.score)) <= 1e-4 * at->second,
              "session kNN gives a wrong score");
        check(at->second >= largest_left * (1 - 1e-4), "session kNN left out a better item");
    }
}

double percentile(std::vector<double> times, double share) {
    std::ranges::sort(times);
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
}

nlohmann::ordered_json percentiles(const std::vector<double>& times) {
    return {
        {"p50_us", percentile(times, 0.5)}, {"p90_us", percentile(times, 0.9)}, {"p99_us", percentile(times, 0.99)}};
}

}  // namespace

void try_sessions(const evaluation::Stage& stage, const TrialOptions& options) {
    model::ModelBuilder builder(stage.history.items);
    const Seconds training = timed([&] { training::train_session_knn(stage.history, {}, builder); });
    const auto model = model::Model::from_bytes(builder.bytes()).value();
    const auto source = candidates::make_source("session_knn", model);
    candidates::Scratch scratch(model->items());
    std::vector<double> fastest(stage.questions.size(), 1e9);
    nlohmann::ordered_json rounds = nlohmann::ordered_json::array();
    std::size_t hits = 0;
    for (std::size_t repeat = 0; repeat < options.repeats; ++repeat) {
        std::vector<double> times;
        hits = 0;
        for (std::size_t q = 0; q < stage.questions.size(); ++q) {
            const auto begun = std::chrono::steady_clock::now();
            const auto found = source->candidates(stage.questions[q].query, listed, scratch);
            const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begun;
            times.push_back(taken.count());
            fastest[q] = std::min(fastest[q], taken.count());
            hits += std::ranges::any_of(std::span(found).first(std::min(cut, found.size())), [&](const Scored& one) {
                return std::ranges::binary_search(stage.questions[q].relevant, one.row);
            });
        }
        rounds.push_back(percentiles(times));
    }
    const Plain plain(*model);
    for (std::size_t n = 0; n < checked; ++n) {
        const features::Query& query = stage.questions[n * stage.questions.size() / checked].query;
        check_answer(plain.scores(query), source->candidates(query, listed, scratch));
    }
    print({{"trial", "sessions"},
           {"items", model->items()},
           {"entries", stage.history.entries()},
           {"queries", stage.questions.size()},
           {"training_s", training.wall},
           {"rounds", rounds},
           {"fastest_of_rounds", percentiles(fastest)},
           {"hr@20", static_cast<double>(hits) / static_cast<double>(stage.questions.size())},
           {"queries_checked", checked},
           {"model_mib", static_cast<double>(model->bytes()) / 1048576},
           {"peak_mib", peak_mib()}});
}

}  // namespace vitrina::bench
