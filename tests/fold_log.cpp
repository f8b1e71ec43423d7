#include "tests/fold_log.hpp"

#include <functional>

#include "base/random.hpp"
#include "catalog/change.hpp"
#include "event/codec.hpp"
#include "tests/engine_stores.hpp"
#include "tests/seeded_batches.hpp"

namespace vitrina::tests {
namespace {

using border::Border;

constexpr TimeMs arrival_ms = 200;  // between the event and its record

border::Key key_of(const LogRecord& record) { return border::read_key(record.record.key).value(); }

LogRecord record_of(const event::Event& event) {
    return {{border::text_key(fold_shop, event.visitor_id), event::encode(event)}, event.received_at + arrival_ms};
}

const Border& opened() {
    static const Border border = Border::open(fold_configuration).value();
    return border;
}

// What was answered within the last days; one in ten is no answer of this shop.
std::string made_recommendation_id(Random& random, TimeMs time) {
    static const feedback::TokenSigner signer(opened().configuration().shops.at(fold_shop));
    const TimeMs answered = time - static_cast<TimeMs>(random.below(72)) * hour_ms;
    std::string id = signer.sign({.time = answered,
                                  .placement = static_cast<std::uint32_t>(random.below(3)),
                                  .model = 1,
                                  .sequence = random.below(30)});
    if (random.below(10) == 0) id.back() = '?';
    return id;
}

event::Event made_event(Random& random, std::uint64_t number) {
    event::Event event = seeded_event(random, number / 20, number % 20);
    for (event::EventItem& line : event.items) {
        line.item_id = "item " + std::to_string(random.below(25));
        if (random.below(2) == 0) continue;
        line.recommendation_id = made_recommendation_id(random, event.time);
        if (random.below(4) > 0) line.index = static_cast<std::uint32_t>(random.below(12));
    }
    event.visitor_id = "visitor " + std::to_string(random.below(60));
    if (!event.transaction_id.empty()) event.provisional = random.below(6) == 0;
    if (random.below(30) == 0) event.time -= static_cast<TimeMs>(random.below(3)) * day_ms;
    return event;
}

std::vector<LogRecord> made(std::size_t events, std::uint64_t seed,
                            const std::function<LogRecord(event::Event)>& record) {
    std::vector<LogRecord> log;
    Random random(seed);
    for (std::uint64_t number = 0; log.size() < events; ++number) {
        log.push_back(record(event::validated(made_event(random, number)).value()));
        if (random.below(20) == 0) log.push_back(log[random.below(log.size())]);
    }
    return log;
}

std::string& at(Stores& stores, const char* store, const std::string& key) { return stores[store][key]; }

void fold_outputs(const Border& border, const border::EventFold& fold, Stores& stores) {
    for (const border::Keyed& facts : fold.facts) {
        std::string& user = at(stores, "users", facts.key);
        user = border.fold_facts(facts.key, user, facts.value).value();
    }
    for (const border::Keyed& delta : fold.deltas) {
        std::string& item = at(stores, "items", delta.key);
        item = border.fold_delta(delta.key, item, delta.value).value();
    }
}

void fold_success(const Border& border, const LogRecord& record, const std::string& key, Stores& stores) {
    const auto follow = [&](std::string& shopper, const border::SuccessFold& fold) {
        if (fold.state) shopper = *fold.state;
        for (const auto& [line, outcome] : fold.outcomes) at(stores, "outcomes", line) = outcome.value_or("");
        for (const border::Keyed& deltas : fold.deltas) {
            std::string& item = at(stores, "item-success", deltas.key);
            item = border.fold_success_deltas(deltas.key, item, deltas.value).value();
        }
    };
    std::string& visitor = at(stores, "visitor-shoppers", key);
    const auto fold = border.fold_success(record.record.key, visitor, record.record.value, record.appended_at).value();
    follow(visitor, fold);
    for (const border::Keyed& records : fold.records) {
        std::string& user = at(stores, "user-shoppers", records.key);
        follow(user, border.fold_shopper_records(records.key, user, records.value).value());
    }
}

}  // namespace

std::vector<LogRecord> made_events(std::size_t events, std::uint64_t seed) { return made(events, seed, record_of); }

std::vector<LogRecord> made_events_with_jumps(std::size_t events, std::uint64_t seed) {
    return made(events, seed, [count = 0](event::Event event) mutable {
        constexpr TimeMs far = 400 * day_ms;
        const TimeMs right = event.received_at + arrival_ms;
        const int turn = count++ / 25 % 40;  // of forty turns of 25 events each one is of each kind
        if (turn == 7 || turn == 17) {
            const TimeMs jump = turn == 7 ? far : -far;
            event.time += jump;
            event.received_at += jump;
        }
        LogRecord record = record_of(event);
        record.appended_at = right + (turn == 27 ? far : turn == 37 ? -far : 0);
        return record;
    });
}

std::vector<LogRecord> made_item_changes(std::size_t changes, std::uint64_t seed) {
    std::vector<LogRecord> log;
    Random random(seed, 1);
    while (log.size() < changes) {
        const std::string id = "item " + std::to_string(random.below(40));
        catalog::ItemChange change{.item_id = id, .change_id = "c" + std::to_string(random.below(1000))};
        change.kind =
            random.below(8) == 0 ? catalog::ChangeKind::remove : static_cast<catalog::ChangeKind>(1 + random.below(2));
        change.changed_at = first_batch_time + static_cast<TimeMs>(random.below(60)) * second_ms;
        change.item = {.item_id = id, .title = "title " + std::to_string(random.below(9))};
        change.item.price = static_cast<MoneyMicros>(random.below(90)) * money_unit;
        if (change.kind == catalog::ChangeKind::patch) change.fields = {catalog::Field::price};
        log.push_back({{border::text_key(fold_shop, id), catalog::encode(change)}, first_batch_time + hour_ms});
        if (random.below(10) == 0) log.push_back(log[random.below(log.size())]);
    }
    return log;
}

Stores folded_by_the_engine(const std::vector<LogRecord>& events) {
    EngineFolds folds(opened().configuration());
    for (const LogRecord& record : events)
        folds.fold(opened().settled_event(key_of(record), record.record.value, record.appended_at).value());
    return folds.stores();
}

Stores folded_by_the_border(const std::vector<LogRecord>& events) {
    const Border& border = opened();
    Stores stores;
    for (const LogRecord& record : events) {
        const std::string key = border.event_store_key(record.record.key).value();
        std::string& hot = at(stores, "visitors-hot", key);
        std::string& cold = at(stores, "visitors-cold", key);
        const auto fold =
            border.fold_event(record.record.key, hot, cold, record.record.value, record.appended_at).value();
        if (fold.hot_changed) hot = fold.hot;
        if (fold.cold_changed) cold = fold.cold;
        fold_outputs(border, fold, stores);
        if (fold.concerns_success) fold_success(border, record, key, stores);
    }
    for (auto& [name, states] : stores) std::erase_if(states, [](const auto& state) { return state.second.empty(); });
    return stores;
}

std::map<std::string, std::string> catalog_by_the_border(const std::vector<LogRecord>& changes) {
    const Border& border = opened();
    std::map<std::string, std::string> entries;
    for (const LogRecord& record : changes) {
        std::string& entry = entries[record.record.key];
        entry = border.fold_item_change(record.record.key, entry, record.record.value, record.appended_at).value();
    }
    return entries;
}

}  // namespace vitrina::tests
