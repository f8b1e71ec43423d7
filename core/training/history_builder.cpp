#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>
#include <unordered_map>

#include "training/history.hpp"
#include "training/order_book.hpp"

namespace vitrina::training {
namespace {

constexpr std::uint32_t nobody = 0xffffffff;

// People by number, in the order of first sight; visitors and users of the same id are two.
class People {
public:
    std::uint32_t number(char kind, const std::string& id) {
        const PersonKey key = hasher_(kind + id);
        const auto [entry, added] = numbers_.try_emplace(key, static_cast<std::uint32_t>(keys_.size()));
        if (added) keys_.push_back(key);
        return entry->second;
    }
    std::size_t count() const { return keys_.size(); }
    // Number → place among all people by key, which does not depend on who was seen first.
    std::vector<std::uint32_t> ranks() const {
        std::vector<std::uint32_t> by_key(keys_.size());
        std::iota(by_key.begin(), by_key.end(), 0u);
        std::ranges::sort(by_key, {}, [&](std::uint32_t number) { return keys_[number]; });
        std::vector<std::uint32_t> rank(keys_.size());
        for (std::uint32_t r = 0; r < by_key.size(); ++r) rank[by_key[r]] = r;
        return rank;
    }

private:
    PersonHasher hasher_{ShopKey{}};
    std::unordered_map<PersonKey, std::uint32_t> numbers_;
    std::vector<PersonKey> keys_;
};

struct Record {
    TimeMs time = 0;
    TimeMs received_at = 0;
    std::uint64_t event_hash = 0;
    std::uint64_t transaction = 0;
    std::uint64_t content_hash = 0;
    std::size_t first_line = 0;
    std::uint32_t lines = 0;
    std::uint32_t visitor = 0;
    std::uint32_t user = nobody;
    std::uint32_t chunk = 0;
    std::uint32_t chunks = 1;
    event::EventKind kind = event::EventKind::view_item;
    bool trusted = false;
    bool guest = false;
};

struct Entry {
    std::uint32_t person = 0;
    TimeMs time = 0;
    std::uint64_t order = 0;
    ItemKey item{};
    state::Action action = state::Action::view;
    std::uint32_t quantity = 1;
    auto key() const { return std::tie(person, time, order, item, action, quantity); }
};

struct Known {
    const Record* record = nullptr;
    std::uint32_t person = 0;
};

// What learning needs to know of an event kind; others are not kept.
bool is_learned(event::EventKind kind) {
    using enum event::EventKind;
    return kind == view_item || kind == add_to_wishlist || kind == add_to_cart || kind == purchase || kind == refund ||
           kind == login || kind == logout;
}

std::optional<state::Action> action_of(event::EventKind kind) {
    switch (kind) {
        case event::EventKind::view_item: return state::Action::view;
        case event::EventKind::add_to_wishlist: return state::Action::wish;
        case event::EventKind::add_to_cart: return state::Action::cart;
        default: return std::nullopt;
    }
}

// The earliest of the events that carry the same id.
std::vector<Known> without_duplicates(const std::vector<Record>& records, TimeMs through) {
    std::vector<Known> known;
    for (const Record& record : records)
        if (record.time <= through) known.push_back({&record, record.visitor});
    const auto identity = [](const Known& k) { return std::tie(k.record->visitor, k.record->event_hash); };
    std::ranges::sort(known, [&](const Known& a, const Known& b) {
        const Record &x = *a.record, &y = *b.record;
        return std::tuple(identity(a), std::tie(x.time, x.received_at, x.content_hash)) <
               std::tuple(identity(b), std::tie(y.time, y.received_at, y.content_hash));
    });
    known.erase(
        std::ranges::unique(known, [&](const Known& a, const Known& b) { return identity(a) == identity(b); }).begin(),
        known.end());
    return known;
}

// Whose are the events of one visitor, given by time: the user's from the session in which he signed in until he signs out.
void name_people(std::span<Known> events, TimeMs session_idle_ms) {
    std::uint32_t user = nobody;
    std::size_t unnamed_since = 0;
    for (std::size_t e = 0; e < events.size(); ++e) {
        const Record& record = *events[e].record;
        if (record.guest) continue;
        if (e > 0 && record.time - events[e - 1].record->time > session_idle_ms) unnamed_since = e;
        if (record.user != nobody && record.user != user) {
            if (user == nobody)
                for (std::size_t u = unnamed_since; u < e; ++u)
                    if (!events[u].record->guest) events[u].person = record.user;
            user = record.user;
        }
        if (user != nobody) events[e].person = user;
        if (record.kind == event::EventKind::logout) {
            user = nobody;
            unnamed_since = e + 1;
        }
    }
}

void name_all_people(std::vector<Known>& known, TimeMs session_idle_ms) {
    std::ranges::sort(known, {},
                      [](const Known& k) { return std::tie(k.record->visitor, k.record->time, k.record->event_hash); });
    for (std::size_t begin = 0; begin < known.size();) {
        std::size_t end = begin;
        while (end < known.size() && known[end].record->visitor == known[begin].record->visitor) ++end;
        name_people(std::span(known).subspan(begin, end - begin), session_idle_ms);
        begin = end;
    }
}

// A basket ends after a pause and before the lines of a second order.
class Baskets {
public:
    explicit Baskets(TimeMs idle_ms) : idle_ms_(idle_ms) {}
    std::uint32_t next(const Entry& entry) {
        const bool second_order = entry.order != 0 && order_ != 0 && entry.order != order_;
        if (started_ && (entry.time - last_ > idle_ms_ || second_order)) {
            ++basket_;
            order_ = 0;
        }
        if (entry.order != 0) order_ = entry.order;
        started_ = true;
        last_ = entry.time;
        return basket_;
    }

private:
    TimeMs idle_ms_;
    bool started_ = false;
    TimeMs last_ = 0;
    std::uint64_t order_ = 0;
    std::uint32_t basket_ = 0;
};

void append_person(History& history, std::span<const Entry> entries, const HistoryLimits& limits) {
    entries = entries.subspan(entries.size() - std::min(entries.size(), limits.person_entries));
    Baskets baskets(limits.session_idle_ms);
    for (const Entry& entry : entries) {
        const auto row = std::ranges::lower_bound(history.items, entry.item) - history.items.begin();
        history.item.push_back(static_cast<std::uint32_t>(row));
        history.time.push_back(entry.time);
        history.action.push_back(entry.action);
        history.basket.push_back(baskets.next(entry));
        history.quantity.push_back(entry.quantity);
    }
    history.offsets.push_back(history.item.size());
}

History assembled(std::vector<Entry> entries, std::vector<ItemKey> items, const HistoryLimits& limits) {
    History history;
    for (const Entry& entry : entries) items.push_back(entry.item);
    std::ranges::sort(items);
    items.erase(std::ranges::unique(items).begin(), items.end());
    history.items = std::move(items);
    std::ranges::sort(entries, {}, &Entry::key);
    for (std::size_t begin = 0; begin < entries.size();) {
        std::size_t end = begin;
        while (end < entries.size() && entries[end].person == entries[begin].person) ++end;
        append_person(history, std::span<const Entry>(entries).subspan(begin, end - begin), limits);
        begin = end;
    }
    return history;
}

}  // namespace

struct HistoryBuilder::Impl {
    std::function<ItemKey(const std::string&)> learning_key;
    HistoryLimits limits;
    People people;
    std::vector<Record> records;
    std::vector<OrderLine> lines;
    std::vector<ItemKey> items;
    std::uint64_t orders = 0;  // events that may be one

    std::span<const OrderLine> lines_of(const Record& record) const {
        return std::span(lines).subspan(record.first_line, record.lines);
    }

    OrderBook order_book(const std::vector<Known>& known) const {
        std::vector<Purchase> purchases;
        for (const auto& [record, person] : known)
            if (record->kind == event::EventKind::purchase)
                purchases.push_back({record->transaction, record->received_at, record->time, person, record->event_hash,
                                     record->chunk, record->chunks, record->trusted, lines_of(*record)});
        return OrderBook(std::move(purchases));
    }

    void take_back(OrderBook& book, std::vector<Known> known) const {
        std::erase_if(known, [](const Known& k) { return k.record->kind != event::EventKind::refund; });
        std::ranges::sort(known, [](const Known& a, const Known& b) {
            return std::tie(a.record->time, a.person, a.record->event_hash) <
                   std::tie(b.record->time, b.person, b.record->event_hash);
        });
        for (const auto& [record, person] : known) {
            if (record->transaction != 0) {
                book.take_back(record->transaction, lines_of(*record));
                continue;
            }
            for (const OrderLine& line : lines_of(*record)) book.take_back_of(person, record->time, line);
        }
    }

    std::vector<Entry> entries(const std::vector<Known>& known, const OrderBook& book) const {
        std::vector<Entry> all;
        for (const auto& [record, person] : known)
            if (const auto action = action_of(record->kind))
                for (const OrderLine& line : lines_of(*record))
                    all.push_back({person, record->time, 0, line.item, *action, line.quantity});
        for (const Order& order : book.orders())
            for (const OrderLine& line : order.lines)
                if (line.quantity > 0)
                    all.push_back(
                        {order.person, order.time, order.transaction, line.item, state::Action::buy, line.quantity});
        return all;
    }
};

std::uint64_t content_hash(const event::Event& event) {
    std::uint64_t hash = text_hash(event.user_id, static_cast<std::uint64_t>(event.kind) << 32 | event.chunk);
    hash = text_hash(event.transaction_id, hash);
    for (const event::EventItem& item : event.items) hash = text_hash(item.item_id, hash ^ item.quantity);
    return hash;
}

HistoryBuilder::HistoryBuilder(std::function<ItemKey(const std::string&)> learning_key, HistoryLimits limits)
    : impl_(std::make_unique<Impl>(std::move(learning_key), limits)) {}
HistoryBuilder::~HistoryBuilder() = default;
HistoryBuilder::HistoryBuilder(HistoryBuilder&&) noexcept = default;

void HistoryBuilder::add_item(ItemKey learning_key) { impl_->items.push_back(learning_key); }

void HistoryBuilder::add(const event::Event& event) {
    if (event.bot || !is_learned(event.kind) || (event.visitor_id.empty() && event.user_id.empty())) return;
    Record record;
    record.time = event.time;
    record.received_at = event.received_at;
    record.visitor = event.visitor_id.empty() ? impl_->people.number('u', event.user_id)
                                              : impl_->people.number('v', event.visitor_id);
    if (!event.user_id.empty() && !event.guest) record.user = impl_->people.number('u', event.user_id);
    record.event_hash = text_hash(event.event_id);
    if (!event.transaction_id.empty())
        record.transaction = text_hash(event.transaction_id) | 1;
    else if (event.kind == event::EventKind::purchase)
        record.transaction = text_hash(event.visitor_id + '\n' + event.event_id) | 1;
    record.first_line = impl_->lines.size();
    const std::span<const event::EventItem> items = event.items;
    for (const event::EventItem& item : event.provisional ? items.first(0) : items)
        impl_->lines.push_back({impl_->learning_key(item.item_id), item.quantity});
    record.content_hash = content_hash(event);
    record.lines = static_cast<std::uint32_t>(impl_->lines.size() - record.first_line);
    record.chunk = event.chunk;
    record.chunks = event.chunks;
    // An order that is not confirmed tells who was there, as the fold takes it; a log-in says that and no more.
    record.kind = event.provisional ? event::EventKind::login : event.kind;
    record.trusted = event.trusted;
    record.guest = event.guest;
    impl_->orders += record.kind == event::EventKind::purchase ? 1 : 0;
    impl_->records.push_back(record);
}

// What doubles while it grows counts twice, being there twice for a moment.
std::uint64_t HistoryBuilder::peak_bytes() const {
    constexpr std::uint64_t event = 2 * sizeof(Record) + 2 * sizeof(Known);
    constexpr std::uint64_t columns = 4 + 8 + 1 + 4 + 4;  // of a history
    constexpr std::uint64_t line = sizeof(OrderLine) + sizeof(Entry) + 2 * columns + sizeof(ItemKey);
    constexpr std::uint64_t order = sizeof(Purchase) + sizeof(Order) + 32;  // with what the allocator adds to its lines
    constexpr std::uint64_t person = 96;
    return event * impl_->records.size() + line * impl_->lines.size() + order * impl_->orders +
           person * impl_->people.count();
}

History HistoryBuilder::build(TimeMs through) const {
    std::vector<Known> known = without_duplicates(impl_->records, through);
    name_all_people(known, impl_->limits.session_idle_ms);
    const std::vector<std::uint32_t> ranks = impl_->people.ranks();
    for (Known& event : known) event.person = ranks[event.person];
    OrderBook book = impl_->order_book(known);
    impl_->take_back(book, known);
    return assembled(impl_->entries(known, book), impl_->items, impl_->limits);
}

}  // namespace vitrina::training
