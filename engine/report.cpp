#include "engine/report.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/experiments.hpp"
#include "engine/names.hpp"
#include "feedback/success.hpp"
#include "proto/exposure.pb.h"

namespace vitrina::engine {

namespace {

constexpr std::uint64_t answers_worth_an_alarm = 1000;
constexpr std::uint64_t clicks_worth_an_alarm = 100;
constexpr std::int32_t alarm_days = 2;  // against the days of the report before them
constexpr double share_worth_an_alarm = 0.5;

using Place = std::pair<std::int32_t, std::string>;  // day, placement

std::int32_t day_of(TimeMs time) { return static_cast<std::int32_t>(time / day_ms); }

class Gathering {
public:
    Gathering(Engine& engine, Report& report)
        : engine_(engine), report_(report), names_(names_of(engine.configuration())) {}

    Result<void> run() {
        engine_.each_item([&](const catalog::Item& item) {
            ++report_.items_in_catalogue;
            if (item.created_at) created_[item_key(item.item_id)] = *item.created_at;
        });
        if (auto read = read_exposures(); !read) return read;
        if (auto read = read_counts(); !read) return read;
        if (auto read = read_outcomes(); !read) return read;
        if (auto read = read_clicks(); !read) return read;
        for (auto& [place, figures] : rows_) {
            report_.total.add(figures);
            report_.rows.push_back({place.first, place.second, figures});
        }
        report_.total.orders = orders_.size();
        report_.items_ever_shown = shown_.size();
        raise_alarms();
        return {};
    }

private:
    bool in_period(std::int32_t day) const { return day >= report_.from && day <= report_.to; }
    ReportFigures& row(std::int32_t day, const std::string& placement) { return rows_[{day, placement}]; }

    Result<void> read_exposures() {
        bool readable = true;
        const auto read = engine_.each_exposure([&](const std::string& bytes) {
            proto::Exposure exposure;
            readable = readable && exposure.ParseFromString(bytes);
            if (!readable || exposure.bot()) return;
            for (const auto& item : exposure.items()) shown_.insert(item_key(item.item_id()));
            if (!in_period(day_of(exposure.time_ms()))) return;
            ReportFigures& figures = row(day_of(exposure.time_ms()), exposure.placement());
            ++figures.answers;
            figures.items_shown += static_cast<std::uint64_t>(exposure.items_size());
            for (const auto& item : exposure.items()) count_new(item_key(item.item_id()), exposure.time_ms());
        });
        if (read && !readable) return fail(ErrorCode::corrupt_data, "an exposure cannot be read");
        return read;
    }

    void count_new(ItemKey item, TimeMs shown) {
        const auto created = created_.find(item);
        if (created == created_.end()) return;
        ++report_.new_items.shown;
        report_.new_items.shown_new += shown - created->second < new_for ? 1 : 0;
    }

    Result<void> read_counts() {
        Result<void> readable;
        const auto read = engine_.each_success([&](ItemKey, const std::string& state) {
            const auto counted = feedback::success_rows(state);
            if (!counted) {
                readable = std::unexpected(counted.error());
                return;
            }
            for (const feedback::SuccessRow& one : *counted) {
                if (!in_period(one.place.day)) continue;
                ReportFigures& figures = row(one.place.day, names_.placement(one.place.placement));
                figures.clicks += one.counts.clicks;
                figures.carts += one.counts.carts;
            }
        });
        return read ? readable : read;
    }

    Result<void> read_outcomes() {
        std::vector<feedback::Outcome> outcomes;
        std::map<std::string, std::size_t> currencies;
        const auto read = engine_.each_outcome([&](const feedback::Outcome& outcome) {
            if (!in_period(day_of(outcome.answered)) || outcome.quantity == 0) return;
            ++currencies[outcome.currency];
            outcomes.push_back(outcome);
        });
        if (!read) return read;
        const auto most = std::ranges::max_element(currencies, {}, [](const auto& one) { return one.second; });
        if (most != currencies.end()) report_.currency = most->first;
        std::set<std::pair<Place, std::string>> orders;
        for (const feedback::Outcome& outcome : outcomes) {
            const Place place{day_of(outcome.answered), names_.placement(outcome.placement)};
            ReportFigures& figures = rows_[place];
            const bool usual = outcome.currency == report_.currency;
            report_.other_currencies += usual ? 0 : 1;
            const MoneyMicros money = usual ? outcome.money : 0;
            if (outcome.credit == feedback::Credit::halo) {
                figures.halo += money;
                continue;
            }
            figures.revenue += money;
            ++figures.lines;
            figures.orders += orders.emplace(place, outcome.transaction_id).second ? 1 : 0;
            orders_.insert(outcome.transaction_id);
        }
        return {};
    }

    Result<void> read_clicks() {
        std::unordered_set<std::uint64_t> seen;
        return engine_.each_event([&](const event::Event& event) {
            if (event.kind != event::EventKind::select_item || event.bot || !in_period(day_of(event.time))) return;
            if (!seen.insert(text_hash(event.event_id, text_hash(event.visitor_id))).second) return;
            ReportClicks& lately = day_of(event.time) > report_.to - alarm_days ? lately_ : before_;
            for (const event::EventItem& item : event.items)
                ++(item.recommendation_id.empty() ? lately.without_id : lately.with_id);
        });
    }

    void raise_alarms() {
        report_.clicks = {lately_.with_id + before_.with_id, lately_.without_id + before_.without_id};
        if (report_.total.answers >= answers_worth_an_alarm && report_.total.clicks == 0)
            report_.alarms.push_back(fmt::format(
                "{} answers were given and no click came back with a recommendation_id: is it sent with select_item?",
                report_.total.answers));
        const auto enough = [](const ReportClicks& clicks) {
            return clicks.with_id + clicks.without_id >= clicks_worth_an_alarm;
        };
        const double before = 1 - before_.share_without_id(), lately = 1 - lately_.share_without_id();
        if (enough(before_) && enough(lately_) && lately < share_worth_an_alarm * before)
            report_.alarms.push_back(fmt::format("{:.1f} % of the clicks of the last {} days name a recommendation, "
                                                 "{:.1f} % did before: was the tracker "
                                                 "taken out of a page?",
                                                 100 * lately, alarm_days, 100 * before));
    }

    Engine& engine_;
    Report& report_;
    Names names_;
    std::map<Place, ReportFigures> rows_;
    std::set<std::string> orders_;
    std::unordered_set<ItemKey> shown_;
    std::unordered_map<ItemKey, TimeMs> created_;
    ReportClicks lately_, before_;
};

std::optional<experiment::Estimate> times(const std::optional<experiment::Estimate>& one, std::uint64_t units) {
    if (!one) return std::nullopt;
    const auto by = static_cast<double>(units);
    return experiment::Estimate{one->value * by, one->low * by, one->high * by, one->p_value};
}

Result<std::optional<ReportIncrement>> increment_of(Engine& engine) {
    const auto trials = trials_of(engine);
    const auto hold_out = std::ranges::find_if(
        trials, [](const auto& trial) { return trial.plan.id.starts_with(experiment::hold_out_prefix); });
    if (hold_out == trials.end()) return std::nullopt;
    const auto shop = analysis_of(engine, *hold_out);
    if (!shop) return std::unexpected(shop.error());
    const experiment::Analysis& analysis = shop->analysis;
    if (analysis.comparisons.empty()) return std::nullopt;
    const experiment::ArmComparison& served = analysis.comparisons.front();
    ReportIncrement increment;
    increment.experiment = analysis.experiment;
    increment.preliminary = analysis.preliminary;
    increment.ratio_alarm = analysis.ratio_alarm;
    increment.held_out = analysis.arms.at(0).units;
    increment.units = analysis.arms.at(1).units;
    increment.conversion_lift = served.conversion_lift;
    increment.order_value_lift = served.order_value_lift;
    increment.revenue_lift = served.revenue_lift;
    increment.revenue_a_unit = served.revenue_difference;
    increment.revenue = times(served.revenue_difference, increment.units);
    increment.currency = shop->currency;
    return increment;
}

}  // namespace

void ReportFigures::add(const ReportFigures& more) {
    answers += more.answers;
    items_shown += more.items_shown;
    clicks += more.clicks;
    carts += more.carts;
    lines += more.lines;
    revenue += more.revenue;
    halo += more.halo;
}

double ReportClicks::share_without_id() const {
    const std::uint64_t all = with_id + without_id;
    return all == 0 ? 0 : static_cast<double>(without_id) / static_cast<double>(all);
}

Result<Report> report_of(Engine& engine, const ReportOptions& options) {
    Report report;
    report.to = day_of(engine.now());
    report.from = report.to - options.days + 1;
    if (auto gathered = Gathering(engine, report).run(); !gathered) return std::unexpected(gathered.error());
    auto increment = increment_of(engine);
    if (!increment) return std::unexpected(increment.error());
    report.increment = std::move(*increment);
    const ExposureSettings& kept = engine.configuration().exposures;
    report.not_shown = {
        {"Attributed revenue is what was ordered after a click. Much of it would have been bought anyway; only the "
         "hold-out says how much more is bought."},
        fmt::format("Answers and items shown are those that are kept: {} days, at most {} a visitor. Clicks and orders "
                    "are of all.",
                    kept.keep_ms / day_ms, kept.a_visitor),
        "Served is not seen: whether a list was on the screen is not counted.",
        "A row is the day of the answer; clicks and orders of the last days are still to come.",
        "Answers to people who are held out are among them: they click and order, too.",
    };
    return report;
}

}  // namespace vitrina::engine
