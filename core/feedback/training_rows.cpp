#include "feedback/training_rows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace vitrina::feedback {

void TrainingRows::show(ShownAnswer answer) {
    std::string id = answer.recommendation_id;
    answers_.try_emplace(std::move(id), Answer{std::move(answer), {}, {}});
}

TimeMs TrainingRows::answered(std::string_view recommendation_id) const {
    const auto found = answers_.find(recommendation_id);
    return found == answers_.end() ? -1 : found->second.shown.time;
}

TrainingRows::Answer* TrainingRows::answer_of(std::string_view recommendation_id, TimeMs time) {
    const auto found = answers_.find(recommendation_id);
    return found == answers_.end() || time > found->second.shown.time + horizon_ ? nullptr : &found->second;
}

void TrainingRows::touch(const Touch& touch) {
    Answer* answer = touch.stage >= Stage::clicked ? answer_of(touch.recommendation_id, touch.time) : nullptr;
    if (answer == nullptr) return;
    Success& success = answer->touched[touch.item_id];
    success.clicked = true;
    success.carted |= touch.stage >= Stage::carted;
}

void TrainingRows::outcome(const Outcome& outcome) {
    if (outcome.credit != Credit::click) return;
    if (Answer* answer = answer_of(outcome.recommendation_id, outcome.time))
        answer->bought.insert_or_assign({outcome.transaction_id, outcome.line}, outcome);
}

Success TrainingRows::success_of(const Answer& answer, const std::string& item_id) {
    const auto touched = answer.touched.find(item_id);
    Success success = touched != answer.touched.end() ? touched->second : Success{};
    for (const auto& [line, outcome] : answer.bought) {
        if (outcome.item_id != item_id || outcome.quantity <= 0) continue;
        success.clicked = success.carted = success.bought = true;
        success.money += outcome.money;
    }
    return success;
}

std::vector<TrainingRow> TrainingRows::mature(TimeMs now) const {
    std::vector<TrainingRow> rows;
    for (const auto& [id, answer] : answers_) {
        if (answer.shown.time + horizon_ > now) continue;
        for (const ShownItem& item : answer.shown.items)
            rows.push_back({&answer.shown, &item, success_of(answer, item.item_id)});
    }
    std::ranges::sort(rows, {}, [](const TrainingRow& row) {
        return std::tie(row.answer->time, row.answer->recommendation_id, row.item->position);
    });
    return rows;
}

}  // namespace vitrina::feedback
