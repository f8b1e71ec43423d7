#include "candidates/popular.hpp"

#include <algorithm>
#include <string>

#include "base/error.hpp"

namespace vitrina::candidates {
namespace {

class Popular final : public Source {
public:
    Popular(std::string_view name, std::shared_ptr<const model::Model> model) : name_(name), model_(std::move(model)) {
        rows_ = model_->section<std::uint32_t>(name_ + ".rows");
        scores_ = model_->section<float>(name_ + ".scores");
        ensure(rows_.size() == scores_.size(), "a list of popular rows must come with its scores");
        ensure(std::ranges::all_of(rows_, [&](std::uint32_t row) { return row < model_->items(); }),
               "a popular row is not of this model");
    }

    std::string_view name() const override { return name_; }

    std::vector<Scored> candidates(const features::Query&, std::size_t limit, Scratch&) const override {
        std::vector<Scored> best(std::min(limit, rows_.size()));
        for (std::size_t i = 0; i < best.size(); ++i) best[i] = {rows_[i], scores_[i]};
        return best;
    }

private:
    std::string name_;
    std::shared_ptr<const model::Model> model_;
    std::span<const std::uint32_t> rows_;
    std::span<const float> scores_;
};

std::unique_ptr<Source> make(std::string_view name, std::shared_ptr<const model::Model> model) {
    if (!model->has(std::string(name) + ".rows")) return nullptr;
    return std::make_unique<Popular>(name, std::move(model));
}

}  // namespace

std::unique_ptr<Source> make_popular(std::shared_ptr<const model::Model> model) {
    return make("popular", std::move(model));
}
std::unique_ptr<Source> make_recent(std::shared_ptr<const model::Model> model) {
    return make("recent", std::move(model));
}

}  // namespace vitrina::candidates
