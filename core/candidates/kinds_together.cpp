#include "candidates/kinds_together.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.hpp"

namespace vitrina::candidates {
namespace {

class KindsTogether final : public Source {
public:
    explicit KindsTogether(std::shared_ptr<const model::Model> model) : model_(std::move(model)) {
        of_ = model_->section<std::uint32_t>("kinds_together.of");
        offsets_ = model_->section<std::uint64_t>("kinds_together.offsets");
        kinds_ = model_->section<std::uint32_t>("kinds_together.kinds");
        values_ = model_->section<float>("kinds_together.values");
        item_offsets_ = model_->section<std::uint64_t>("kinds_together.item_offsets");
        items_ = model_->section<std::uint32_t>("kinds_together.items");
        const auto query = model_->section<double>("kinds_together.query");
        ensure(query.size() == 1, "kinds that go together must come with one number for queries");
        decay_ = static_cast<float>(query[0]);
        check();
    }

    std::string_view name() const override { return "kinds_together"; }

    std::vector<Scored> candidates(const features::Query& query, std::size_t limit, Scratch& scratch) const override {
        for (const auto& [kind, likely] : turned_to(query)) {
            float score = likely;
            for (std::uint64_t at = item_offsets_[kind]; at < item_offsets_[kind + 1]; ++at, score *= decay_)
                if (!contains(query.context, items_[at]) && !contains(query.group, items_[at]))
                    scratch.add(items_[at], score);
        }
        return scratch.take_best(limit);
    }

private:
    static bool contains(const std::vector<std::uint32_t>& rows, std::uint32_t row) {
        return std::ranges::find(rows, row) != rows.end();
    }

    std::map<std::uint32_t, float> turned_to(const features::Query& query) const {
        std::set<std::uint32_t> here;
        for (const std::uint32_t row : query.context)
            if (row < of_.size() && of_[row] != no_kind) here.insert(of_[row]);
        std::map<std::uint32_t, float> likely;
        for (const std::uint32_t kind : here)
            for (std::uint64_t at = offsets_[kind]; at < offsets_[kind + 1]; ++at)
                if (kinds_[at] == kind || !here.contains(kinds_[at])) likely[kinds_[at]] += values_[at];
        return likely;
    }

    void check() const {
        ensure(of_.size() == model_->items(), "every row has a kind or none");
        ensure(!offsets_.empty() && offsets_.size() == item_offsets_.size(), "kinds have rows and items alike");
        ensure(kinds_.size() == values_.size(), "kinds must come with their values");
        check_offsets(offsets_, kinds_.size());
        check_offsets(item_offsets_, items_.size());
        const std::size_t count = offsets_.size() - 1;
        const auto is_kind = [&](std::uint32_t kind) { return kind < count; };
        ensure(std::ranges::all_of(kinds_, is_kind), "a kind is not of this model");
        ensure(std::ranges::all_of(of_, [&](std::uint32_t kind) { return kind == no_kind || is_kind(kind); }),
               "a row's kind is not of this model");
        ensure(std::ranges::all_of(items_, [&](std::uint32_t row) { return row < model_->items(); }),
               "an item of a kind is not of this model");
    }
    static void check_offsets(std::span<const std::uint64_t> offsets, std::size_t size) {
        ensure(offsets.front() == 0 && offsets.back() == size && std::ranges::is_sorted(offsets),
               "offsets of kinds must rise to the end");
    }

    std::shared_ptr<const model::Model> model_;
    std::span<const std::uint32_t> of_, kinds_, items_;
    std::span<const std::uint64_t> offsets_, item_offsets_;
    std::span<const float> values_;
    float decay_ = 1;
};

}  // namespace

std::unique_ptr<Source> make_kinds_together(std::shared_ptr<const model::Model> model) {
    if (!model->has("kinds_together.of")) return nullptr;
    return std::make_unique<KindsTogether>(std::move(model));
}

}  // namespace vitrina::candidates
