#include "catalog/run.hpp"

#include <fmt/format.h>

#include "base/keys.hpp"

namespace vitrina::catalog {

namespace {

constexpr TimeMs ahead_ms = 5 * minute_ms;  // so far clocks may disagree

// Before every id that a node makes: what was put in the millisecond in which the run began stays.
constexpr char first_of_its_time = '!';

}  // namespace

std::uint64_t mark_of(const std::string& run_id) { return text_hash(run_id) | 1; }

Written written_of(const Entry& entry) {
    return {.at = entry.base.changed_at, .first = entry.first_put.value_or(0), .run = entry.run};
}

bool vanishes(const Item& item, const Written& written, const Run& run, TimeMs now) {
    const bool since = written.at >= run.begun_at && written.at <= now + ahead_ms;
    return !item.absent && !since && written.run != mark_of(run.id);
}

ItemChange absence(const std::string& item_id, const Run& run) {
    ItemChange change{.kind = ChangeKind::patch, .item_id = item_id, .changed_at = run.begun_at};
    change.change_id = first_of_its_time + run.id;
    change.item.item_id = item_id;
    change.item.absent = true;
    change.fields = {Field::absent};
    return change;
}

void Census::count(const Item& item, const Written& written, const Run& run, TimeMs now) {
    const bool gone = vanishes(item, written, run, now);
    if (gone) vanishing.push_back(item.item_id);
    if (written.run == mark_of(run.id)) ++seen;
    if (gone || (!item.absent && written.first < run.begun_at)) ++before;
}

RunOutcome judged(const Census& census, const RunClaim& claim, double share_max) {
    RunOutcome outcome{.expected = claim.items,
                       .seen = census.seen,
                       .before = census.before,
                       .vanished = census.vanishing.size(),
                       .message = {}};
    if (claim.items != census.seen) {
        outcome.kind = RunOutcome::Kind::counts_differ;
        outcome.message = fmt::format(
            "{} different items of the run were taken and its end says {}; send again what is missing, count every id "
            "once, and end it again. Nothing has vanished",
            census.seen, claim.items);
    } else if (!claim.force && static_cast<double>(outcome.vanished) > share_max * static_cast<double>(census.before)) {
        outcome.kind = RunOutcome::Kind::too_many;
        outcome.message = fmt::format(
            "{} of {} items would vanish, more than {:.4g} % (item_runs.absent_share); if the feed is whole, "
            "end the run with force. Nothing has vanished",
            outcome.vanished, census.before, 100 * share_max);
    }
    return outcome;
}

}  // namespace vitrina::catalog
