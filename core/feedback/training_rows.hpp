#pragma once
// What the ranker from success learns from: items that were shown, what could be read of them then, and what became of them.
//
// A function of sets: exposures, touches and outcomes that come twice, late or in another order give the same rows. An outcome that is
// taken back later (a refund) changes its row the next time that rows are made.
// A row is mature when its horizon has passed; only then it is a row, because a purchase takes its time. What happened behind the horizon
// counts for no row, so that early rows and late ones mean the same.
// Threads: one. Units: milliseconds UTC; money in millionths. Order of rows: (time, recommendation id, position).
// Not an error: touches and outcomes of answers that are not among the exposures. Cost: remembers every exposure's features.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/keys.hpp"
#include "base/time.hpp"
#include "feedback/credit.hpp"

namespace vitrina::feedback {

struct ShownItem {
    std::string item_id;
    std::int32_t position = 0;
    std::string features;  // a byte each, in the layout's order
};

struct ShownAnswer {
    std::string recommendation_id, visitor_id, placement, variant, model_version;
    TimeMs time = 0;
    std::uint64_t layout = 0;      // hash of the features' names
    std::vector<ShownItem> items;  // those with features
};

struct Success {
    bool clicked = false, carted = false, bought = false;  // each one means those before it, too
    MoneyMicros money = 0;                                 // of what was bought and kept
    bool operator==(const Success&) const = default;
};

struct TrainingRow {
    const ShownAnswer* answer = nullptr;
    const ShownItem* item = nullptr;
    Success success;
};

class TrainingRows {
public:
    explicit TrainingRows(TimeMs horizon) : horizon_(horizon) {}

    void show(ShownAnswer answer);
    // When the answer was given that has this id; -1 where it is not among those shown.
    TimeMs answered(std::string_view recommendation_id) const;
    void touch(const Touch& touch);
    // Takes the place of an earlier one of the same line.
    void outcome(const Outcome& outcome);

    // Those that are mature at `now`. Lifetime: they borrow from this.
    std::vector<TrainingRow> mature(TimeMs now) const;
    std::size_t answers() const { return answers_.size(); }

private:
    struct Answer {
        ShownAnswer shown;
        std::map<std::string, Success, std::less<>> touched;              // by item
        std::map<std::pair<std::string, std::uint32_t>, Outcome> bought;  // the last of each line
    };
    Answer* answer_of(std::string_view recommendation_id, TimeMs time);
    static Success success_of(const Answer& answer, const std::string& item_id);

    TimeMs horizon_;
    std::map<std::string, Answer, std::less<>> answers_;
};

}  // namespace vitrina::feedback
