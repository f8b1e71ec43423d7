#pragma once
// A small made-up shop for the tests and the benchmark of this folder: items, a model that knows them, sources that say what a
// test wants, and a person.
//
// Lifetime: owns everything; a `Situation` borrows it.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "model/model.hpp"
#include "recommendation/answer.hpp"

namespace vitrina::recommendation {

// Says always the same, of whatever it is asked.
class FixedSource final : public candidates::Source {
public:
    FixedSource(std::string name, std::vector<Scored> scored) : name_(std::move(name)), scored_(std::move(scored)) {}
    std::string_view name() const override { return name_; }
    std::vector<Scored> candidates(const features::Query&, std::size_t limit, candidates::Scratch&) const override {
        return {scored_.begin(), scored_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, scored_.size()))};
    }
    // Goes from every item to each that it names.
    float link(std::uint32_t, std::uint32_t to) const override {
        for (const Scored& scored : scored_)
            if (scored.row == to) return scored.score;
        return 0;
    }

private:
    std::string name_;
    std::vector<Scored> scored_;
};

struct TestShop {
    static constexpr TimeMs now = 1'700'000'000'000;

    catalog::Catalog catalog;
    Snapshot snapshot;
    features::Profile profile;
    std::set<ItemKey> already_shown;
    std::optional<std::uint64_t> exploring;

    TestShop() {
        snapshot.model_version = "none";
        snapshot.placements = default_placements();
    }

    catalog::Item& add(const std::string& id) {
        catalog::Item item;
        item.item_id = id;
        item.title = "The " + id;
        pending.push_back(item);
        return pending.back();
    }
    // Puts what was added; `add` may be called again afterwards.
    void open() {
        for (catalog::Item& item : pending) ensure(catalog.put(item).has_value(), "a test item must be good");
        pending.clear();
    }
    // A model whose rows are the items of the catalogue as learning knows them.
    void learn(const std::map<std::string, float>& repeat_rates = {}) {
        std::set<ItemKey> keys;
        for (catalog::Slot slot = 0; slot < catalog.slots(); ++slot) keys.insert(catalog.learning_key(slot));
        model::ModelBuilder builder({keys.begin(), keys.end()});
        std::vector<float> rates(keys.size(), 0.0f);
        for (const auto& [id, rate] : repeat_rates)
            rates[static_cast<std::size_t>(std::distance(keys.begin(), keys.find(item_key(id))))] = rate;
        builder.add("repeat.rate", rates);
        snapshot.model = *model::Model::from_bytes(builder.bytes());
        snapshot.model_version = "test";
    }
    std::uint32_t row(const std::string& id) const { return snapshot.model->row(item_key(id)); }
    // A source of the placement that names the items in this order.
    void says(const std::string& source, const std::vector<std::string>& ids) {
        std::vector<Scored> scored;
        for (const std::string& id : ids) scored.push_back({row(id), 1.0f / static_cast<float>(1 + scored.size())});
        snapshot.sources.push_back(std::make_unique<FixedSource>(source, scored));
    }
    void sells(const std::vector<std::string>& best_first) {
        auto trends = std::make_shared<features::Trends>();
        trends->popularity.assign(catalog.slots(), 0.0f);
        trends->trend.assign(catalog.slots(), 0.0f);
        for (const std::string& id : best_first) {
            const catalog::Slot slot = *catalog.find(id);
            trends->bestsellers.push_back(slot);
            trends->popularity[slot] = static_cast<float>(best_first.size() - trends->bestsellers.size() + 1);
        }
        snapshot.trends = trends;
    }
    void did(state::Action action, const std::string& id, TimeMs ago, std::uint64_t order = 0) {
        profile.actions.push_back(
            {.time = now - ago, .item = item_key(id), .order = order, .action = action, .in_session = ago < hour_ms});
    }

    Result<Recommendation> ask(const Request& request, std::function<bool()> deadline = {}) {
        const Situation situation{profile,        catalog, snapshot, now, std::move(deadline),
                                  &already_shown, nullptr, exploring};
        candidates::Scratch scratch(snapshot.model != nullptr ? snapshot.model->items() : 0);
        return answer(request, situation, scratch);
    }
    // "mug:popular lamp:new": what is shown, with the reasons' codes.
    std::string shown(const Request& request) {
        const auto recommendation = ask(request);
        if (!recommendation) return recommendation.error().message;
        std::string text;
        for (const AnsweredItem& item : recommendation->items)
            text += fmt::format("{}{}:{}", text.empty() ? "" : " ", item.item_id, item.reason.code);
        return recommendation->items.empty() ? "(" + recommendation->empty_reason + ")" : text;
    }

    std::vector<catalog::Item> pending;
};

}  // namespace vitrina::recommendation
