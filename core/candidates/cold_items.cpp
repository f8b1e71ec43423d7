#include "candidates/cold_items.hpp"

#include <algorithm>
#include <utility>

#include "base/dense.hpp"

namespace vitrina::candidates {
namespace {

Rows cold_factors(const model::Model& model) {
    const auto cold = model.section<float>("text_factors.cold");
    const std::size_t rows = model.section<std::uint32_t>("text_factors.rows").size();
    const std::size_t stride = model.section<float>("text_factors.mean").size();
    ensure(cold.size() == rows * stride, "the model's factors of cold items have a wrong shape");
    return {cold.data(), rows, stride};
}

struct Placed {
    std::vector<std::uint32_t> numbers;
    Matrix factors;
};

Placed placed(std::span<const Newcomer> newcomers, const TextFactors& text_factors, std::size_t stride) {
    const features::Words words;
    std::vector<float> factors, factor(stride);
    Placed placed;
    for (const Newcomer& newcomer : newcomers) {
        if (!text_factors.write(newcomer.text, words, factor)) continue;
        placed.numbers.push_back(newcomer.number);
        factors.insert(factors.end(), factor.begin(), factor.end());
    }
    placed.factors = Matrix(placed.numbers.size(), stride);
    std::ranges::copy(factors, placed.factors[0]);
    return placed;
}

// The place of a number in ascending ones, or nothing.
const std::uint32_t* find_in(std::span<const std::uint32_t> numbers, std::uint32_t number) {
    const auto found = std::ranges::lower_bound(numbers, number);
    return found != numbers.end() && *found == number ? &*found : nullptr;
}

}  // namespace

ColdModel::ColdModel(const std::shared_ptr<const model::Model>& model)
    : people_(model),
      text_factors_(*model),
      rows_(model->section<std::uint32_t>("text_factors.rows")),
      factors_(cold_factors(*model)),
      best_(factors_) {
    ensure(factors_.stride == people_.items().stride, "factors of words must be as long as those of items");
}

std::shared_ptr<const ColdModel> make_cold_model(const std::shared_ptr<const model::Model>& model) {
    if (model == nullptr || !model->has("text_factors.words") || !model->has("ials.factors")) return nullptr;
    return std::make_shared<const ColdModel>(model);
}

ColdItems::ColdItems(std::shared_ptr<const ColdModel> model, std::span<const Newcomer> newcomers)
    : model_(std::move(model)), best_(Rows{}) {
    Placed found = placed(newcomers, model_->text_factors(), model_->people().items().stride);
    numbers_ = std::move(found.numbers);
    factors_ = std::move(found.factors);
    best_ = BestProducts(factors_);
}

std::vector<Scored> ColdItems::candidates(const features::Query& query, std::size_t limit) const {
    const std::vector<float> person = model_->people().of(query);
    if (person.empty()) return {};
    std::vector<Scored> best = model_->best().find(person.data(), limit);
    for (Scored& scored : best) scored.row = model_->rows()[scored.row];
    for (const Scored& scored : best_.find(person.data(), limit)) best.push_back({numbers_[scored.row], scored.score});
    std::ranges::sort(best, better);
    best.resize(std::min(best.size(), limit));
    return best;
}

const float* ColdItems::factor_of(std::uint32_t number) const {
    if (const auto* found = find_in(numbers_, number))
        return factors_[static_cast<std::size_t>(found - numbers_.data())];
    if (const auto* found = find_in(model_->rows(), number))
        return model_->factors()[static_cast<std::size_t>(found - model_->rows().data())];
    const Rows& touched = model_->people().items();
    return number < touched.count ? touched[number] : nullptr;
}

std::vector<Scored> ColdItems::among(std::span<const std::uint32_t> numbers, const features::Query& query) const {
    const std::vector<float> person = model_->people().of(query);
    if (person.empty()) return {};
    TopK best(numbers.size());
    for (const std::uint32_t number : numbers) {
        const float* factor = factor_of(number);
        if (factor == nullptr) continue;
        float score = 0;
        dot_rows({factor, 1, person.size()}, 0, person.data(), {&score, 1});
        if (score > 0) best.offer({number, score});
    }
    return best.take();
}

}  // namespace vitrina::candidates
