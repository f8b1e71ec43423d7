// Above 250 lines: one visit is one story, and its steps share what the person has in mind.
#include "simulator/journey.hpp"

#include <algorithm>
#include <optional>

namespace vitrina::simulator {

namespace {

constexpr std::size_t slot_size[] = {10, 8, 6};  // home, product, cart
constexpr std::size_t listing_size = 12;
constexpr int views_a_want = 5;  // then it is given up

class Journey {
public:
    Journey(const Scene& scene, const Shopper& shopper, Past& past)
        : scene_(scene),
          shop_(scene.shop),
          p_(scene.shop.parameters),
          shopper_(shopper),
          past_(past),
          chance_(shopper.chance.of(Purpose::visit, static_cast<std::uint64_t>(scene.day))),
          taste_(taste_on(scene.shop, shopper, scene.day)),
          time_(scene.midnight + start_of(shopper, scene.day)) {}

    Outcome run() {
        arrive();
        if (pages_left_ > 0 && !wants_.empty()) land();
        for (std::size_t want = 0; want < wants_.size() && pages_left_ > 0; ++want)
            if (wants_[want].open && (want == 0 || remembers(want))) pursue(want);
        out_.wants = static_cast<std::uint32_t>(wants_.size());
        if (!cart_.empty()) check_out();
        leave();
        return out_;
    }

private:
    void arrive();
    void make_wants();
    void land();
    bool remembers(std::size_t want) const {
        return chance_.of(Purpose::remember, wants_[want].leaf).happens(p_.remember);
    }
    void pursue(std::size_t want);
    std::optional<Line> chosen_of_listing(std::size_t want, std::size_t page);
    std::optional<Line> chosen_of_slot(Slot slot, const Shown& shown);
    void product_pages(Line line);
    bool judge(const Line& line);
    void want_what_goes_with(LeafNumber leaf);
    void check_out();
    void leave();

    Want* open_want(LeafNumber leaf) {
        const auto found =
            std::ranges::find_if(wants_, [&](const Want& want) { return want.open && want.leaf == leaf; });
        return found == wants_.end() ? nullptr : &*found;
    }
    bool seen(ItemNumber item) const { return std::ranges::find(judged_, item) != judged_.end(); }
    // How good it looks from afar. The same item looks the same all visit long, wherever it is met.
    double looks(ItemNumber item) const {
        return utility(shop_, shopper_, taste_, item) + p_.perceive_sd * chance_.of(Purpose::perceive, item).gumbel();
    }
    void deed(Happening what, std::span<const Line> lines, LeafNumber leaf = 0, std::uint64_t order = 0) {
        time_ += 4 * second_ms;
        scene_.side.happened({what, who_, time_, lines, leaf, order});
    }
    const Shown& ask(Slot slot, ItemNumber item = 0);
    void turn_page() {
        --pages_left_;
        ++out_.pages;
        time_ += 25 * second_ms;
    }

    const Scene& scene_;
    const Shop& shop_;
    const Parameters& p_;
    const Shopper& shopper_;
    Past& past_;
    Chance chance_;
    Taste taste_;
    TimeMs time_;
    Identity who_;
    int pages_left_ = 0;
    double intent_ = 0, money_left_ = 0;
    std::vector<Want> wants_;
    std::vector<ItemNumber> judged_;
    std::vector<Line> cart_;
    std::uint64_t slots_seen_ = 0;
    Shown shown_;
    Outcome out_;
};

void Journey::arrive() {
    const bool second = shopper_.second_device && chance_.of(Purpose::device).happens(.35);
    const std::uint32_t device = second ? 1 : 0;
    if (past_.visits > 0 && chance_.of(Purpose::cookie).happens(p_.cookie_churn)) {
        ++past_.cookies[device];
        past_.left_in_cart.clear();
    }
    who_ = {shopper_.number, device, past_.cookies[device], shopper_.account && past_.visits > 0, false};
    ++past_.visits;
    make_wants();
    if (who_.logged_in) deed(Happening::login, {});
    if (!past_.left_in_cart.empty() && past_.left_on_second == second) {
        std::vector<Line> left;
        for (const ItemNumber item : past_.left_in_cart) left.push_back({item, 1, shop_.items[item].price, {}, -1});
        deed(Happening::remove_from_cart, left);
        past_.left_in_cart.clear();
    }
}

void Journey::make_wants() {
    const bool goal =
        past_.refill_leaf >= 0 || past_.carried_leaf >= 0 || chance_.of(Purpose::mission).happens(p_.goal);
    intent_ = (goal ? p_.intent_goal : p_.intent_browse) + p_.intent_sd * chance_.of(Purpose::intent).normal();
    money_left_ = shopper_.budget * std::exp(.3 * chance_.of(Purpose::budget).normal());
    const bool bounces = !goal && chance_.of(Purpose::patience).happens(p_.bounce);
    pages_left_ = bounces ? 1 : 1 + static_cast<int>(chance_.of(Purpose::patience, 1).geometric(1 / p_.pages));
    const auto wish = [&](std::uint64_t k) {
        return wished_leaf(shop_, shopper_, past_, scene_.day, chance_.of(Purpose::wants, k).unit());
    };
    LeafNumber first = wish(1);
    if (past_.carried_leaf >= 0) first = static_cast<LeafNumber>(past_.carried_leaf);
    if (past_.refill_leaf >= 0) first = static_cast<LeafNumber>(past_.refill_leaf);
    wants_.push_back({first, past_.refill_leaf >= 0 ? p_.wanted_bonus : 0});
    past_.carried_leaf = -1;
    const std::uint32_t impulses = chance_.of(Purpose::wants, 2).geometric(1 / (1 + p_.impulses));
    for (std::uint32_t k = 0; k < impulses; ++k)
        if (const LeafNumber leaf = wish(3 + k); open_want(leaf) == nullptr) wants_.push_back({leaf, 0});
}

const Shown& Journey::ask(Slot slot, ItemNumber item) {
    shown_.items.clear();
    shown_.recommendation_id.clear();
    if (!scene_.side.shows()) return shown_;
    const Mind mind{shopper_, taste_, wants_, judged_, intent_, money_left_};
    scene_.side.show({slot, who_, time_, scene_.day, item, cart_, slot_size[static_cast<std::size_t>(slot)], &mind},
                     shown_);
    ++out_.slots;
    SlotOutcome& counted = out_.by_slot[static_cast<std::size_t>(slot)];
    ++counted.asked;
    counted.shown += shown_.items.size();
    for (const ItemNumber each : shown_.items)
        if (open_want(shop_.items[each].leaf) != nullptr && !seen(each) && in_stock(shop_, each, scene_.day))
            ++counted.of_use;
    return shown_;
}

void Journey::land() {
    if (!chance_.of(Purpose::landing).happens(p_.lands_home)) return;
    turn_page();
    if (auto line = chosen_of_slot(Slot::home, ask(Slot::home)); line && pages_left_ > 0) product_pages(*line);
}

// Search, look through the listing, look at one thing after the other.
void Journey::pursue(std::size_t want) {
    ++out_.sought;
    const LeafNumber leaf = wants_[want].leaf;
    for (std::size_t page = 0; static_cast<double>(page) < p_.listing_pages && pages_left_ > 0; ++page) {
        deed(Happening::search, {}, leaf);
        turn_page();
        for (int views = 0; views < views_a_want && pages_left_ > 0 && wants_[want].open; ++views) {
            const auto line = chosen_of_listing(want, page);
            if (!line) break;
            product_pages(*line);
            if (chance_.of(Purpose::give_up, leaf, page * 10 + static_cast<std::size_t>(views) + 1).happens(p_.give_up))
                return;
        }
        if (!wants_[want].open) return;
    }
}

// The best looking of those that the eye falls on; nothing where none looks good enough.
std::optional<Line> Journey::chosen_of_listing(std::size_t want, std::size_t page) {
    std::optional<Line> chosen;
    double best = p_.click_at, look = 1;
    std::size_t place = 0;
    for (const ItemNumber item : shop_.leaves[wants_[want].leaf].items) {
        if (!in_stock(shop_, item, scene_.day)) continue;
        if (place++ < page * listing_size) continue;
        if (place > (page + 1) * listing_size) break;
        look *= p_.listing_look;
        if (seen(item) || !chance_.of(Purpose::examine_listing, item).happens(std::max(look, .1))) continue;
        if (const double value = looks(item); value > best) {
            best = value;
            chosen = Line{item, 1, shop_.items[item].price, {}, -1};
        }
    }
    return chosen;
}

// The same rule for what is recommended; only things that are wanted are looked at twice.
std::optional<Line> Journey::chosen_of_slot(Slot slot, const Shown& shown) {
    std::optional<Line> chosen;
    const Chance glance = chance_.of(Purpose::attend, ++slots_seen_);
    if (!glance.happens(p_.attention)) return chosen;
    double best = p_.click_at, look = 1;
    for (std::size_t place = 0; place < shown.items.size(); ++place) {
        const ItemNumber item = shown.items[place];
        const bool falls_on = glance.of(Purpose::examine_slot, place + 1).happens(look);
        look *= p_.slot_look;
        if (!falls_on || seen(item) || open_want(shop_.items[item].leaf) == nullptr) continue;
        if (!in_stock(shop_, item, scene_.day)) continue;
        if (const double value = looks(item); value > best) {
            best = value;
            chosen = Line{item,
                          1,
                          shop_.items[item].price,
                          shown.recommendation_id,
                          static_cast<int>(place),
                          static_cast<int>(slot)};
        }
    }
    return chosen;
}

// A product's page, and the pages that are reached from what it and the cart recommend.
void Journey::product_pages(Line line) {
    for (std::optional<Line> next = std::move(line); next && pages_left_ > 0;) {
        const Line here = *next;
        if (here.slot >= 0) {
            ++out_.clicks;
            ++out_.by_slot[static_cast<std::size_t>(here.slot)].clicks;
            deed(Happening::select_item, {&here, 1});
        }
        turn_page();
        ++out_.views;
        deed(Happening::view_item, {&here, 1});
        const bool taken = judge(here);
        const Slot slot = taken ? Slot::cart : Slot::product;
        next = chosen_of_slot(slot, ask(slot, here.item));
    }
}

// Looked at closely: is it what he came for? Once a visit for each item.
bool Journey::judge(const Line& line) {
    judged_.push_back(line.item);
    const LeafNumber leaf = shop_.items[line.item].leaf;
    Want* want = open_want(leaf);
    const double bonus = want != nullptr ? want->bonus : 0;
    const double value = intent_ + bonus + utility(shop_, shopper_, taste_, line.item);
    if (want == nullptr || line.price > money_left_) return false;
    if (!chance_.of(Purpose::judge, line.item).happens(logistic(value))) return false;
    Line taken = line;
    if (shop_.leaves[leaf].refill_days > 0) taken.quantity += chance_.of(Purpose::quantity, line.item).geometric(.7);
    if (taken.price * taken.quantity > money_left_) taken.quantity = 1;
    want->open = false;
    money_left_ -= taken.price * taken.quantity;
    cart_.push_back(taken);
    ++out_.carts;
    if (line.slot >= 0) ++out_.by_slot[static_cast<std::size_t>(line.slot)].carts;
    deed(Happening::add_to_cart, {&taken, 1});
    want_what_goes_with(leaf);
    return true;
}

void Journey::want_what_goes_with(LeafNumber leaf) {
    for (const LeafNumber other : shop_.leaves[leaf].complements)
        if (chance_.of(Purpose::wants, other, leaf + 1000).happens(p_.complement_want) && open_want(other) == nullptr)
            wants_.push_back({other, p_.wanted_bonus});
    // Whoever has begun to buy wants the other things more, too, and stays to find them.
    for (Want& want : wants_)
        if (want.open) want.bonus = std::max(want.bonus, p_.wanted_bonus);
}

void Journey::check_out() {
    time_ += 30 * second_ms;
    deed(Happening::begin_checkout, cart_);
    ++out_.pages;
    if (!chance_.of(Purpose::checkout)
             .happens(logistic(p_.checkout + p_.checkout_intent * (intent_ - p_.intent_goal)))) {
        for (const Line& line : cart_) past_.left_in_cart.push_back(line.item);
        past_.left_on_second = who_.device == 1;
        if (chance_.of(Purpose::carry).happens(p_.carry)) past_.carried_leaf = shop_.items[cart_.front().item].leaf;
        return;
    }
    time_ += 60 * second_ms;
    const auto order = static_cast<std::uint64_t>(shopper_.number) << 16 | static_cast<std::uint64_t>(scene_.day);
    deed(Happening::purchase, cart_, 0, order);
    ++out_.orders;
    for (const Line& line : cart_) {
        const Item& item = shop_.items[line.item];
        ++out_.lines;
        if (line.slot >= 0) ++out_.by_slot[static_cast<std::size_t>(line.slot)].bought;
        out_.units += line.quantity;
        out_.revenue += line.price * line.quantity;
        out_.margin += (line.price - item.cost) * line.quantity;
        const auto known = std::ranges::find(past_.bought, item.leaf, &LeafPast::leaf);
        if (known == past_.bought.end())
            past_.bought.push_back({item.leaf, scene_.day});
        else
            known->bought = scene_.day;
    }
}

void Journey::leave() { plan_next_visit(shop_, shopper_, past_, scene_.day); }

}  // namespace

TimeMs start_of(const Shopper& shopper, int day) {
    const Chance chance = shopper.chance.of(Purpose::time_of_day, static_cast<std::uint64_t>(day));
    const double hour = std::clamp(15 + 4.5 * chance.normal(), 0.1, 22.9);
    return static_cast<TimeMs>(hour * static_cast<double>(hour_ms));
}

Outcome visit(const Scene& scene, const Shopper& shopper, Past& past) { return Journey(scene, shopper, past).run(); }

Outcome crawl(const Scene& scene, std::uint32_t bot) {
    Outcome out;
    const Chance chance = scene.shop.chance.of(Purpose::bot, bot, static_cast<std::uint64_t>(scene.day) + 1);
    const Identity who{bot, 0, 0, false, true};
    TimeMs time = scene.midnight + static_cast<TimeMs>(chance.unit() * 20 * static_cast<double>(hour_ms));
    for (std::uint64_t page = 0; page < 60; ++page) {
        const ItemNumber item =
            chance.of(Purpose::item, page + 1).below(static_cast<std::uint32_t>(scene.shop.items.size()));
        if (scene.day < scene.shop.items[item].launch) continue;
        const Line line{item, 1, scene.shop.items[item].price, {}, -1};
        time += 2 * second_ms;
        scene.side.happened({Happening::view_item, who, time, {&line, 1}, 0, 0});
        ++out.pages;
    }
    return out;
}

}  // namespace vitrina::simulator
