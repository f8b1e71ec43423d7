#include "tests/story.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/executor.hpp"
#include "catalog/learning_text.hpp"
#include "event/validation.hpp"
#include "features/profile.hpp"
#include "recommendation/answer.hpp"
#include "state/folds.hpp"
#include "training/trainer.hpp"

namespace vitrina::story {

namespace {

// A story that cannot be read; `play` adds the line.
struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template <class T>
T good(Result<T> result) {
    if (!result) throw Unreadable(result.error().message);
    return std::move(*result);
}

// Words of a line; what stands in quotes or braces is one word.
std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    int braces = 0;
    for (const char letter : line + " ") {
        if (letter == '"' && braces == 0) {
            quoted = !quoted;
            continue;
        }
        braces += letter == '{' ? 1 : letter == '}' ? -1 : 0;
        if (letter != ' ' || quoted || braces > 0)
            word += letter;
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

// The words from `first` on that are name=value, or a bare name.
std::map<std::string, std::string> options_of(const std::vector<std::string>& words, std::size_t first) {
    std::map<std::string, std::string> options;
    for (std::size_t index = first; index < words.size(); ++index) {
        const std::size_t equals = words[index].find('=');
        options[words[index].substr(0, equals)] = equals == std::string::npos ? "yes" : words[index].substr(equals + 1);
    }
    return options;
}

int number(const std::string& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) throw Unreadable("\"" + text + "\" is no number");
    return value;
}

// "09:10" or "40/09:10".
TimeMs time_of(const std::string& text) {
    constexpr TimeMs first_day = 1'700'006'400'000;
    const std::size_t slash = text.find('/');
    const int day = slash == std::string::npos ? 0 : number(text.substr(0, slash));
    const auto clock = split(slash == std::string::npos ? text : text.substr(slash + 1), ':');
    if (clock.size() != 2) throw Unreadable("\"" + text + "\" is no time");
    return first_day + day * day_ms + number(clock[0]) * hour_ms + number(clock[1]) * minute_ms;
}

class Shop {
public:
    void item(const std::vector<std::string>& words) {
        catalog::Item item;
        item.item_id = words.at(1);
        for (const auto& [name, value] : options_of(words, 2)) set(item, name, value);
        good(catalog_.put(item));
    }

    void remove(const std::vector<std::string>& words) {
        if (!catalog_.remove(words.at(1))) throw Unreadable("there is no " + words[1]);
    }

    void placement(const std::vector<std::string>& words) {
        const auto found = placements_.find(words.at(1));
        if (found == placements_.end()) throw Unreadable("there is no placement " + words[1]);
        for (const auto& [name, value] : options_of(words, 2)) set(found->second, name, value);
        if (auto checked = recommendation::check_placements({*found}); !checked)
            throw Unreadable(checked.error().message);
    }

    // event 09:00 ann purchase mug,lamp user=u1 order=o1
    void happen(const std::vector<std::string>& words) {
        const auto crowd = split(words.at(2), '*');
        const int people = crowd.size() == 2 ? number(crowd[1]) : 1;
        for (int person = 1; person <= people; ++person)
            happen_to(crowd[0] + (crowd.size() == 2 ? std::to_string(person) : ""), words);
    }

    void train() {
        SerialExecutor executor;
        const training::History history = history_.build(last_time_);
        const auto text = [&](std::uint32_t row) {
            const auto& slots = catalog_.slots_of(history.items[row]);
            return slots.empty() ? std::string() : catalog::learning_text(catalog_.item(slots.front()));
        };
        model_ = good(model::Model::from_bytes(good(training::train(history, {}, text, executor)).model_bytes));
    }

    recommendation::Recommendation ask(const std::vector<std::string>& words) {
        const TimeMs now = time_of(words.at(1));
        auto options = options_of(words, 3);
        const std::string user = options["user"];
        options.erase("user");
        const features::Profile profile = profile_of(words.at(2), user);
        const recommendation::Snapshot snapshot = snapshot_at(now);
        candidates::Scratch scratch(model_ != nullptr ? model_->items() : 0);
        return good(
            recommendation::answer(request_of(options), {profile, catalog_, snapshot, now, {}, nullptr}, scratch));
    }

private:
    static void set(catalog::Item& item, const std::string& name, const std::string& value) {
        if (name == "price")
            item.price = good(parse_money(value));
        else if (name == "stock")
            item.quantity = static_cast<std::uint64_t>(number(value));
        else if (name == "category")
            item.categories = {value};
        else if (name == "brand")
            item.brand = value;
        else if (name == "group")
            item.group_id = value;
        else if (name == "title")
            item.title = value;
        else if (name == "title.ru")
            item.localized["ru"].title = value;
        else if (name == "hidden")
            item.hidden = true;
        else if (name == "created")
            item.created_at = time_of(value);
        else if (name == "until")
            item.available_until = time_of(value);
        else
            throw Unreadable("an item has no " + name);
    }

    static void set(recommendation::PlacementSettings& placement, const std::string& name, const std::string& value) {
        const auto parts = split(value, ':');
        if (name == "sources")
            placement.sources = split(value, ',');
        else if (name == "diversity")
            placement.diversity = {parts.at(0), static_cast<std::size_t>(number(parts.at(1)))};
        else if (name == "exclude_purchased")
            placement.exclude_purchased_ms = good(parse_duration(value));
        else if (name == "weights")
            placement.weights[parts.at(0)] = number(parts.at(1));
        else
            throw Unreadable("a placement has no " + name);
    }

    static recommendation::Request request_of(const std::map<std::string, std::string>& options) {
        recommendation::Request request;
        request.explain = true;
        for (const auto& [name, value] : options) {
            if (name == "placement")
                request.placement = value;
            else if (name == "k")
                request.size = static_cast<std::size_t>(number(value));
            else if (name == "item")
                request.item_id = value;
            else if (name == "cart")
                request.cart = split(value, ',');
            else if (name == "exclude")
                request.exclude = split(value, ',');
            else if (name == "candidates")
                request.candidates = split(value, ',');
            else if (name == "recent")
                request.recent_items = split(value, ',');
            else if (name == "category")
                request.category = value;
            else if (name == "filter")
                request.filter = good(ranking::parse_filter(value));
            else if (name == "locale")
                request.locale = value;
            else if (name == "strict")
                request.strict = true;
            else
                throw Unreadable("a request has no " + name);
        }
        return request;
    }

    void happen_to(const std::string& person, const std::vector<std::string>& words) {
        const auto kind = event::kind_named(words.at(3));
        if (!kind) throw Unreadable("no event is called " + words[3]);
        const bool has_items = words.size() > 4 && words[4].find('=') == std::string::npos;
        auto options = options_of(words, has_items ? 5 : 4);
        event::Event event;
        event.kind = *kind;
        event.event_id = fmt::format("e{}", ++events_);
        event.time = event.received_at = last_time_ = time_of(words.at(1));
        event.visitor_id = person;
        event.user_id = options["user"];
        event.trusted = true;
        if (has_items)
            for (const std::string& id : split(words[4], ',')) event.items.push_back({.item_id = id});
        if (*kind == event::EventKind::purchase)
            event.transaction_id = options["order"].empty() ? event.event_id : options["order"];
        if (*kind == event::EventKind::refund) event.transaction_id = options["order"];
        auto checked = event::validated(event);
        if (!checked) throw Unreadable(checked.error().message);
        fold(*checked);
        history_.add(*checked);
    }

    void fold(const event::Event& event) {
        state::VisitorRecords& visitor = visitors_[event.visitor_id];
        auto step = good(state::visitor_step(visitor, event, hasher_));
        visitor = std::move(step.state);
        for (const state::Fact& fact : step.facts) users_[fact.user] = good(state::user_step(users_[fact.user], fact));
        for (const state::ItemDelta& delta : step.deltas)
            items_[delta.item] = good(state::item_step(items_[delta.item], delta));
    }

    features::Profile profile_of(const std::string& person, const std::string& user_id) const {
        const auto found = visitors_.find(person);
        const auto view = found == visitors_.end()
                              ? good(state::VisitorView::open({}, {}))
                              : good(state::VisitorView::open(found->second.hot, found->second.cold));
        const PersonKey user = user_id.empty() ? view.user() : hasher_(user_id);
        const auto facts = users_.find(user);
        if (!user || facts == users_.end()) return features::make_profile(view, nullptr);
        const auto user_view = good(state::UserView::open(facts->second));
        return features::make_profile(view, &user_view);
    }

    recommendation::Snapshot snapshot_at(TimeMs now) const {
        recommendation::Snapshot snapshot;
        snapshot.model = model_;
        snapshot.placements = placements_;
        snapshot.sources = recommendation::sources_of(placements_, model_);
        const auto state_of = [&](catalog::Slot slot) {
            const auto found = items_.find(catalog_.key(slot));
            return good(
                state::ItemView::open(found == items_.end() ? std::string_view() : std::string_view(found->second)));
        };
        snapshot.trends = std::make_shared<const features::Trends>(features::make_trends(catalog_, state_of, now));
        recommendation::know_cold_items(snapshot, catalog_);
        return snapshot;
    }

    catalog::Catalog catalog_;
    std::map<std::string, recommendation::PlacementSettings> placements_ = recommendation::default_placements();
    PersonHasher hasher_{ShopKey{}};
    std::map<std::string, state::VisitorRecords> visitors_;
    std::map<PersonKey, std::string> users_;
    std::map<ItemKey, std::string> items_;
    training::HistoryBuilder history_{[this](const std::string& id) {
        const auto slot = catalog_.find(id);
        return slot ? catalog_.learning_key(*slot) : item_key(id);
    }};
    std::shared_ptr<const model::Model> model_;
    TimeMs last_time_ = 0;
    int events_ = 0;
};

std::string told(const recommendation::Recommendation& recommendation) {
    std::string text;
    for (const auto& item : recommendation.items) text += fmt::format("{} {}\n", item.item_id, item.reason.code);
    if (recommendation.items.empty()) text += fmt::format("nothing {}\n", recommendation.empty_reason);
    for (const auto& step : recommendation.trace)
        if (step.item_id.empty() && step.rule.starts_with("relaxed:"))
            text += fmt::format("relaxed {}\n", step.rule.substr(8));
    return text;
}

// The lines after ---- until an empty one, each with single spaces.
std::string expectation(std::istream& story, std::size_t& line_number) {
    std::string line, text;
    if (!std::getline(story, line) || !line.starts_with("----")) throw Unreadable("after ask comes ----");
    ++line_number;
    while (std::getline(story, line)) {
        ++line_number;
        const auto words = words_of(line);
        if (words.empty()) break;
        text += fmt::format("{} {}\n", words.at(0), words.at(1));
    }
    return text;
}

void take(Shop& shop, const std::vector<std::string>& words) {
    const std::string& verb = words.front();
    if (verb == "item")
        shop.item(words);
    else if (verb == "remove")
        shop.remove(words);
    else if (verb == "placement")
        shop.placement(words);
    else if (verb == "event")
        shop.happen(words);
    else if (verb == "train")
        shop.train();
    else
        throw Unreadable("nobody knows what " + verb + " means");
}

}  // namespace

std::string play(const std::string& text) {
    Shop shop;
    std::istringstream story(text);
    std::size_t line_number = 0, asked = 0;
    try {
        for (std::string line; std::getline(story, line);) {
            ++line_number;
            const auto words = words_of(line);
            if (words.empty() || words.front().starts_with("#")) continue;
            if (words.front() != "ask") {
                take(shop, words);
                continue;
            }
            const std::size_t ask_line = line_number;
            ++asked;
            const std::string came = told(shop.ask(words)), expected = expectation(story, line_number);
            if (came != expected)
                return fmt::format("line {}: {}\nexpected\n{}came\n{}", ask_line, line, expected, came);
        }
    } catch (const std::exception& error) {
        return fmt::format("line {}: {}", line_number, error.what());
    }
    return asked > 0 ? "" : "the story asks nothing";
}

}  // namespace vitrina::story
