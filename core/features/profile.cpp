#include "features/profile.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace vitrina::features {

namespace {

using state::Acted;
using state::Action;

// A session ends after this long without an event, as in state::FoldLimits and training::HistoryLimits.
constexpr TimeMs session_idle_ms = 30 * minute_ms;

auto identity(const Acted& acted) { return std::tuple(acted.time, acted.item, acted.action, acted.order); }

bool newer(const Acted& a, const Acted& b) {
    if (a.time != b.time) return a.time > b.time;
    return std::tuple(a.item, a.action, a.order) < std::tuple(b.item, b.action, b.order);
}

// A logged-in visitor's actions stand in both states; the visitor's own know the session, so they win.
std::vector<Acted> united(std::vector<Acted> visitor, std::vector<Acted> user) {
    for (Acted& acted : user) acted.in_session = false;
    visitor.insert(visitor.end(), user.begin(), user.end());
    std::stable_sort(visitor.begin(), visitor.end(), newer);
    const auto same = [](const Acted& a, const Acted& b) { return identity(a) == identity(b); };
    visitor.erase(std::unique(visitor.begin(), visitor.end(), same), visitor.end());
    return visitor;
}

// What was sent back was not bought: refunds take their units from the newest earlier purchase of the item in that order (in
// any order where they name none), and leave the list themselves.
std::vector<Acted> without_returned(std::vector<Acted> actions) {
    std::map<std::pair<ItemKey, std::uint64_t>, std::uint32_t> returned;
    std::vector<Acted> kept;
    kept.reserve(actions.size());
    for (Acted& acted : actions) {
        if (acted.action == Action::refund) {
            returned[{acted.item, acted.order}] += acted.quantity;
            continue;
        }
        if (acted.action == Action::buy && !returned.empty()) {
            for (const std::uint64_t order : {acted.order, std::uint64_t{0}}) {
                const auto pending = returned.find({acted.item, order});
                if (pending == returned.end()) continue;
                const std::uint32_t units = std::min(pending->second, acted.quantity);
                acted.quantity -= units;
                pending->second -= units;
            }
            if (acted.quantity == 0) continue;
        }
        kept.push_back(acted);
    }
    return kept;
}

// Numbers orders and sessions from the newest: the next one begins after a pause or at a purchase of another order.
class Baskets {
public:
    std::uint32_t number_of(const Acted& acted) {
        const bool paused = last_time_ && *last_time_ - acted.time > session_idle_ms;
        const bool other_order = acted.order != 0 && order_ != 0 && acted.order != order_;
        if (paused || other_order) {
            ++number_;
            order_ = 0;
        }
        if (acted.order != 0) order_ = acted.order;
        last_time_ = acted.time;
        return number_;
    }

private:
    std::uint32_t number_ = 0;
    std::uint64_t order_ = 0;
    std::optional<TimeMs> last_time_;
};

std::uint32_t row_of(ItemKey item, const catalog::Catalog& catalog, const model::Model& model) {
    const auto slot = catalog.find(item);
    if (slot) {
        const std::uint32_t row = model.row(catalog.learning_key(*slot));
        if (row != model::no_row) return row;
    }
    return model.row(item);
}

void push_new(std::vector<std::uint32_t>& rows, std::uint32_t row) {
    if (row != model::no_row && std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
}

}  // namespace

Profile make_profile(const state::VisitorView& visitor, const state::UserView* user) {
    Profile profile;
    auto of_user = user != nullptr ? user->actions() : std::vector<Acted>();
    profile.actions = without_returned(united(visitor.actions(), std::move(of_user)));
    profile.cart = visitor.cart();
    return profile;
}

Query make_query(const Profile& profile, std::span<const ItemKey> context, const catalog::Catalog& catalog,
                 const model::Model* model, TimeMs now) {
    Query query;
    query.now = now;
    if (model == nullptr) return query;
    Baskets baskets;
    query.history.reserve(profile.actions.size());
    std::optional<TimeMs> session_end;
    for (const Acted& acted : profile.actions) {
        const std::uint32_t basket = baskets.number_of(acted);
        const std::uint32_t row = row_of(acted.item, catalog, *model);
        if (acted.in_session && !session_end) session_end = acted.time;
        if (row == model::no_row) continue;
        const TimeMs age = std::max<TimeMs>(0, now - acted.time);
        query.history.push_back({row, acted.action, age, acted.quantity, basket});
        if (acted.in_session && now - *session_end <= session_idle_ms) query.session.push_back(query.history.back());
    }
    for (const ItemKey key : context) {
        push_new(query.context, model->row(key));
        push_new(query.group, model->row(key));
        for (const catalog::Slot slot : catalog.slots_of(key)) push_new(query.group, model->row(catalog.key(slot)));
    }
    return query;
}

}  // namespace vitrina::features
