#include "evaluation/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/error.hpp"

namespace vitrina::evaluation {

namespace {

constexpr int newton_steps = 50;
constexpr std::size_t part_count = 10;

struct Targets {
    double success = 1, failure = 0;
};

struct Slopes {
    double a = 0, b = 0, aa = 1e-9, ab = 0, bb = 1e-9;  // the small ones keep the system solvable
};

double logistic(double value) { return 1 / (1 + std::exp(-value)); }

double loss_of(const Calibration& fit, std::span<const float> values, std::span<const std::uint8_t> labels,
               const Targets& targets) {
    double loss = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double z = fit.slope * static_cast<double>(values[i]) + fit.offset;
        const double target = labels[i] != 0 ? targets.success : targets.failure;
        loss += (z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z))) - target * z;
    }
    return loss;
}

Slopes slopes_of(const Calibration& fit, std::span<const float> values, std::span<const std::uint8_t> labels,
                 const Targets& targets) {
    Slopes slopes;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = static_cast<double>(values[i]);
        const double p = logistic(fit.slope * value + fit.offset);
        const double off = p - (labels[i] != 0 ? targets.success : targets.failure), second = p * (1 - p);
        slopes.a += off * value;
        slopes.b += off;
        slopes.aa += second * value * value;
        slopes.ab += second * value;
        slopes.bb += second;
    }
    return slopes;
}

// One step, halved until it gains; false when none does.
bool improve(Calibration& fit, double& loss, const Slopes& at, const auto& loss_at) {
    const double determinant = at.aa * at.bb - at.ab * at.ab;
    const double slope = (at.bb * at.a - at.ab * at.b) / determinant;
    const double offset = (at.aa * at.b - at.ab * at.a) / determinant;
    for (int halvings = 0; halvings < 20; ++halvings) {
        const double part = std::exp2(-halvings);
        const Calibration next{fit.slope - part * slope, fit.offset - part * offset};
        const double then = loss_at(next);
        if (!(then < loss)) continue;
        const bool goes_on = loss - then > 1e-12 * std::fabs(loss);
        fit = next;
        loss = then;
        return goes_on;
    }
    return false;
}

// Mann–Whitney: the share of pairs of a success and a failure in which the success was said to be likelier.
double auc_of(std::span<const double> said, std::span<const std::uint8_t> labels, std::span<const std::size_t> order) {
    double ranks = 0, successes = 0;
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        double here = 0;
        for (; end < order.size() && said[order[end]] == said[order[begin]]; ++end) here += labels[order[end]];
        ranks += here * (static_cast<double>(begin + end) + 1) / 2;
        successes += here;
        begin = end;
    }
    const double failures = static_cast<double>(order.size()) - successes;
    return successes > 0 && failures > 0 ? (ranks - successes * (successes + 1) / 2) / (successes * failures) : 0.5;
}

double log_loss(double p, bool success) {
    const double kept = std::clamp(p, 1e-9, 1 - 1e-9);
    return -std::log(success ? kept : 1 - kept);
}

}  // namespace

double Calibration::operator()(float value) const { return logistic(slope * static_cast<double>(value) + offset); }

Calibration calibrate(std::span<const float> values, std::span<const std::uint8_t> labels) {
    ensure(values.size() == labels.size(), "one label a value");
    const auto successes = static_cast<double>(std::ranges::count(labels, 1));
    const double failures = static_cast<double>(labels.size()) - successes;
    Calibration fit;
    if (successes == 0 || failures == 0) return fit;
    const Targets targets{(successes + 1) / (successes + 2), 1 / (failures + 2)};
    const auto loss_at = [&](const Calibration& at) { return loss_of(at, values, labels, targets); };
    double loss = loss_at(fit);
    for (int step = 0; step < newton_steps; ++step)
        if (!improve(fit, loss, slopes_of(fit, values, labels, targets), loss_at)) break;
    return fit;
}

Reliability reliability(std::span<const double> said, std::span<const std::uint8_t> labels) {
    ensure(said.size() == labels.size(), "one label a probability");
    Reliability result{.rows = said.size(), .successes = static_cast<std::size_t>(std::ranges::count(labels, 1))};
    if (said.empty()) return result;
    std::vector<std::size_t> order(said.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order,
                      [&](std::size_t a, std::size_t b) { return said[a] != said[b] ? said[a] < said[b] : a < b; });
    result.auc = auc_of(said, labels, order);
    const auto rows = static_cast<double>(said.size());
    for (std::size_t part = 0; part < part_count; ++part) {
        const std::size_t begin = part * order.size() / part_count, end = (part + 1) * order.size() / part_count;
        if (begin == end) continue;
        double sum = 0, successes = 0, spread = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const double p = said[order[i]];
            sum += p;
            successes += labels[order[i]];
            spread += p * (1 - p);
            result.log_loss += log_loss(p, labels[order[i]] != 0) / rows;
            result.log_loss_mean += log_loss(result.mean(), labels[order[i]] != 0) / rows;
        }
        const auto size = static_cast<double>(end - begin);
        result.parts.push_back({end - begin, sum / size, successes / size});
        result.ece += std::fabs(sum - successes) / rows;
        result.chance += std::sqrt(2 / std::numbers::pi * spread) / rows;
    }
    return result;
}

}  // namespace vitrina::evaluation
