#include "training/ials.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "engine/thread_pool.hpp"
#include "training_speed/measuring.hpp"
#include "training_speed/trials.hpp"

namespace vitrina::bench {
namespace {

constexpr std::uint32_t epochs_timed = 4;
constexpr std::uint32_t epochs_judged[] = {1, 2, 3, 4, 6, 8, 12};

void write(const Matrix& factors, const std::filesystem::path& path) {
    std::ofstream file(path, std::ios::binary);
    for (std::size_t r = 0; r < factors.rows(); ++r)
        file.write(reinterpret_cast<const char*>(factors[r]),
                   static_cast<std::streamsize>(factors.columns() * sizeof(float)));
    check(static_cast<bool>(file.flush()), "cannot write factors");
}

// Floating-point operations that rows of a side need by the way that is taken: of n items or of d dimensions, whichever are fewer.
double fewest_operations(std::span<const std::uint64_t> offsets, double d) {
    double operations = 0;
    for (std::size_t r = 1; r < offsets.size(); ++r) {
        const auto n = static_cast<double>(offsets[r] - offsets[r - 1]);
        const double few = std::min(n, d), many = std::max(n, d);
        operations += few * few * many + few * few * few / 3 + 4 * n * d;
    }
    return operations;
}

class Trial {
public:
    Trial(const training::History& history, std::uint32_t dimensions)
        : history_(history), pairs_(training::interactions_of(history, {1, 1, 1, 1}, 2000)) {
        recipe_.ials.dimensions = dimensions;
        // A loss that implicit minimises too: the same number for every row, of about the size that tuning chooses.
        recipe_.ials.frequency_power = 0;
        recipe_.ials.regularisation = 2;
    }

    const training::Interactions& pairs() const { return pairs_; }
    const training::IalsRecipe& recipe() const { return recipe_.ials; }
    training::Factors factors(std::uint32_t epochs, Executor& executor) {
        recipe_.ials.epochs = epochs;
        return training::factorised(pairs_, history_.items, recipe_, executor);
    }
    std::string hash(std::size_t threads) {
        engine::ThreadPool pool(threads, engine::Priority::serving);
        const training::Factors made = factors(1, pool);
        const auto people = made.people.numbers(), items = made.items.numbers();
        return hash_of(people.data(), people.size_bytes()) + hash_of(items.data(), items.size_bytes());
    }

private:
    const training::History& history_;
    training::Interactions pairs_;
    training::Recipe recipe_;
};

nlohmann::ordered_json judged(Trial& trial, Executor& executor, const std::filesystem::path& out) {
    nlohmann::ordered_json lines = nlohmann::ordered_json::array();
    for (const std::uint32_t epochs : epochs_judged) {
        training::Factors factors;
        const Seconds time = timed([&] { factors = trial.factors(epochs, executor); });
        write(factors.people, out / ("people-" + std::to_string(epochs) + ".f32"));
        write(factors.items, out / ("items-" + std::to_string(epochs) + ".f32"));
        lines.push_back({{"epochs", epochs}, {"wall", time.wall}, {"processor", time.processor}});
    }
    return lines;
}

}  // namespace

void try_ials(const training::History& history, std::uint32_t dimensions, const TrialOptions& options) {
    Trial trial(history, dimensions);
    engine::ThreadPool pool(options.threads, engine::Priority::serving);
    std::vector<Seconds> epochs;
    double peak = 0;
    const double before = peak_mib();
    for (std::size_t repeat = 0; repeat < options.repeats; ++repeat) {
        peak = std::max(peak, fma_peak_flops());
        const Seconds one = timed([&] { trial.factors(1, pool); });
        const Seconds more = timed([&] { trial.factors(1 + epochs_timed, pool); });
        epochs.push_back({(more.wall - one.wall) / epochs_timed, (more.processor - one.processor) / epochs_timed});
    }
    const double after = peak_mib();
    const std::string hash = trial.hash(1);
    for (const std::size_t threads : {2u, 3u, 4u})
        check(trial.hash(threads) == hash, "iALS has other bytes on more threads");
    const training::Interactions& pairs = trial.pairs();
    const auto d = static_cast<double>(dimensions), rows = static_cast<double>(pairs.people() + pairs.items());
    const double turns = 2 * rows * d * d * 1.5;
    print({{"trial", "ials"},
           {"dimensions", dimensions},
           {"people", pairs.people()},
           {"items", pairs.items()},
           {"pairs", pairs.pairs()},
           {"threads", options.threads},
           {"unobserved", trial.recipe().unobserved},
           {"regularisation", trial.recipe().regularisation},
           {"epoch_seconds", as_json(epochs)},
           {"fma_peak_gflops_a_thread", peak / 1e9},
           {"textbook_gflop", (2 * static_cast<double>(pairs.pairs()) * d * d + rows * d * d * d / 3) / 1e9},
           {"done_gflop",
            (fewest_operations(pairs.person_offsets, d) + fewest_operations(pairs.item_offsets, d) + turns) / 1e9},
           {"before_mib", before},
           {"peak_mib", after},
           {"same_bytes_on_threads", {1, 2, 3, 4}},
           {"hash", hash},
           {"judged", judged(trial, pool, options.out)}});
}

}  // namespace vitrina::bench
