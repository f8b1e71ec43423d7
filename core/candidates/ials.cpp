#include "candidates/ials.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/best_products.hpp"
#include "base/ridge.hpp"

namespace vitrina::candidates {
namespace {

class Ials final : public Source {
public:
    explicit Ials(std::shared_ptr<const model::Model> model) : people_(std::move(model)), best_(people_.items()) {}

    std::string_view name() const override { return "ials"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch&) const override {
        const std::vector<float> person = people_.of(query);
        return person.empty() ? std::vector<Scored>() : best_.find(person.data(), limit);
    }

private:
    PersonFactors people_;
    BestProducts best_;
};

}  // namespace

PersonFactors::PersonFactors(std::shared_ptr<const model::Model> model)
    : model_(std::move(model)),
      gram_(model_->section<double>("ials.gram")),
      weights_(TasteWeights::from(model_->section<double>("ials.query"))) {
    const auto settings = model_->section<double>("ials.settings");
    const auto factors = model_->section<float>("ials.factors");
    ensure(settings.size() == 5 && gram_.size() == static_cast<std::size_t>(settings[0]),
           "the model's iALS settings have a wrong shape");
    penalty_ = {settings[1], settings[2], settings[3], settings[4]};
    items_ = {factors.data(), model_->items(), padded(gram_.size())};
    ensure(factors.size() == items_.count * items_.stride, "the model's iALS factors have a wrong shape");
}

std::vector<float> PersonFactors::of(const features::Query& query) const {
    const std::vector<Scored> liked = known_of(query);
    if (liked.empty()) return {};
    std::vector<std::uint32_t> rows;
    std::vector<float> weights, diagonal(gram_.size()), person(items_.stride);
    for (const Scored& item : liked) {
        rows.push_back(item.row);
        weights.push_back(item.score);
    }
    regularised_diagonal(gram_, penalty_, rows.size(), diagonal);
    RidgeSolver(gram_.size()).solve({items_, rows, weights, diagonal}, person);
    return person;
}

// Ascending by row, as training solved it.
std::vector<Scored> PersonFactors::known_of(const features::Query& query) const {
    std::vector<Scored> liked = taste_of(query.history, weights_, items_.count);
    for (const std::uint32_t row : query.context) {
        if (row >= items_.count) continue;
        const auto known = std::ranges::find(liked, row, &Scored::row);
        if (known == liked.end())
            liked.push_back({row, 1.0f});
        else
            known->score = 1.0f;
    }
    std::ranges::sort(liked, {}, &Scored::row);
    return liked;
}

void regularised_diagonal(std::span<const double> gram, const IalsPenalty& penalty, std::size_t pairs,
                          std::span<float> diagonal) {
    const double frequency = static_cast<double>(pairs) + penalty.unobserved * penalty.others_active;
    const double ridge = penalty.regularisation * std::pow(frequency, penalty.frequency_power);
    for (std::size_t k = 0; k < gram.size(); ++k)
        diagonal[k] = static_cast<float>(penalty.unobserved * gram[k] + ridge);
}

std::unique_ptr<Source> make_ials(std::shared_ptr<const model::Model> model) {
    if (!model->has("ials.factors")) return nullptr;
    return std::make_unique<Ials>(std::move(model));
}

}  // namespace vitrina::candidates
