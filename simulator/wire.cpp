#include "simulator/wire.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/json_parse.hpp"

namespace vitrina::simulator {

namespace {

constexpr std::size_t events_a_batch = 500;  // before the launch; from then on a request sends what is there
constexpr std::size_t items_a_batch = 500;
constexpr const char* names[] = {"search",           "view_item",      "select_item", "add_to_cart",
                                 "remove_from_cart", "begin_checkout", "purchase",    "login"};
constexpr const char* slots[] = {"home", "product", "cart"};

std::string visitor_of(const Identity& who) {
    return fmt::format("{}{}-{}-{}", who.bot ? "bot" : "v", who.shopper, who.device, who.cookie);
}

std::string line_json(const Line& line) {
    std::string json =
        fmt::format(R"({{"item_id":"i{}","quantity":{},"price":{:.2f})", line.item, line.quantity, line.price);
    if (!line.recommendation_id.empty())
        json += fmt::format(R"(,"recommendation_id":"{}","index":{})", line.recommendation_id, line.index);
    return json + "}";
}

std::string deed_json(const Deed& deed, std::uint64_t number) {
    std::string json = fmt::format(R"({{"event":"{}","event_id":"e{}","time":{},"visitor_id":"{}")",
                                   names[static_cast<std::size_t>(deed.what)], number, deed.time, visitor_of(deed.who));
    if (deed.who.logged_in) json += fmt::format(R"(,"user_id":"u{}")", deed.who.shopper);
    if (deed.what == Happening::search) json += fmt::format(R"(,"search_term":"kind{}")", deed.leaf);
    double value = 0;
    for (const Line& line : deed.lines) value += line.price * line.quantity;
    if (deed.what == Happening::purchase)
        json += fmt::format(R"(,"transaction_id":"o{}","value":{:.2f})", deed.order, value);
    if (!deed.lines.empty()) {
        json += R"(,"currency":"EUR","items":[)";
        for (std::size_t k = 0; k < deed.lines.size(); ++k) json += (k > 0 ? "," : "") + line_json(deed.lines[k]);
        json += "]";
    }
    return json + "}";
}

std::string item_json(const Shop& shop, ItemNumber number, bool stocked) {
    const Item& item = shop.items[number];
    const Leaf& leaf = shop.leaves[item.leaf];
    // A title names the kind of thing, its style, and its look: the strongest side of its taste.
    std::size_t look = 0;
    for (std::size_t d = 1; d < dimensions; ++d)
        if (std::abs(item.taste[d]) > std::abs(item.taste[look])) look = d;
    return fmt::format(
        R"({{"item_id":"i{}","title":"kind{} look{}{} brand{} no{}","categories":["top{} > kind{}"],"brand":"brand{}","price":{:.2f},"cost":{:.2f},"currency":"EUR","availability":"{}"}})",
        number, item.leaf, item.taste[look] > 0 ? "a" : "b", look, item.style, number, leaf.top, item.leaf, item.style,
        item.price, item.cost, stocked ? "in_stock" : "out_of_stock");
}

// The numbers of the items "i123", and the id, of the first answer.
bool read_answer(const std::string& body, Shown& shown) {
    thread_local simdjson::dom::parser parser;
    simdjson::dom::element root, result;
    if (json::parse(parser, body, root) != simdjson::SUCCESS) return false;
    if (root["results"].at(0).get(result) != simdjson::SUCCESS) return false;
    std::string_view id;
    if (result["recommendation_id"].get(id) == simdjson::SUCCESS) shown.recommendation_id = id;
    simdjson::dom::array items;
    if (result["items"].get(items) != simdjson::SUCCESS) return false;
    for (const auto item : items) {
        std::string_view name;
        if (item["item_id"].get(name) != simdjson::SUCCESS || name.size() < 2) return false;
        ItemNumber number = 0;
        std::from_chars(name.data() + 1, name.data() + name.size(), number);
        shown.items.push_back(number);
    }
    return true;
}

}  // namespace

Wire::Wire(const World& world, Transport transport, const WireSettings& settings)
    : world_(world), transport_(std::move(transport)), settings_(settings), stocked_(world.shop.items.size(), -1) {}

void Wire::call(std::string_view method, const std::string& target, std::string body, int wanted, std::string* answer) {
    if (!trouble_) return;
    Reply reply = transport_.call(method, target, std::move(body));
    if (reply.status != wanted)
        trouble_ = fail(ErrorCode::unavailable, fmt::format("{} {} was answered with {} instead of {}: {}", method,
                                                            target, reply.status, wanted, reply.body.substr(0, 500)));
    if (answer != nullptr) *answer = std::move(reply.body);
}

void Wire::tell(TimeMs time) {
    now_ = std::max(now_, time);
    transport_.time(now_);
}

void Wire::happened(const Deed& deed) {
    tell(deed.time);
    batch_ += (batched_++ == 0 ? "" : ",") + deed_json(deed, ++sent_);
    ++counts_.events;
    if (batched_ >= events_a_batch || deed.what == Happening::purchase) flush();
}

void Wire::flush() {
    if (batched_ == 0) return;
    call("POST", "/v1/events", R"({"events":[)" + batch_ + "]}", 200);
    batch_.clear();
    batched_ = 0;
}

void Wire::show(const Asked& asked, Shown& shown) {
    flush();
    tell(asked.time);
    std::string body = fmt::format(R"({{"visitor_id":"{}",)", visitor_of(asked.who));
    if (asked.who.logged_in) body += fmt::format(R"("user_id":"u{}",)", asked.who.shopper);
    body += fmt::format(R"("requests":[{{"placement":"{}","size":{})", slots[static_cast<std::size_t>(asked.slot)],
                        asked.size);
    if (asked.slot == Slot::product) body += fmt::format(R"(,"item_id":"i{}")", asked.item);
    if (!asked.cart.empty()) {
        body += R"(,"cart":[)";
        for (std::size_t k = 0; k < asked.cart.size(); ++k)
            body += fmt::format(R"({}"i{}")", k > 0 ? "," : "", asked.cart[k].item);
        body += "]";
    }
    std::string answer;
    call("POST", "/v1/recommendations", body + R"(}],"timeout_ms":10000})", 200, &answer);
    ++counts_.requests;
    if (trouble_ && !read_answer(answer, shown))
        trouble_ = fail(ErrorCode::corrupt_data, "an answer cannot be read: " + answer.substr(0, 500));
    counts_.answered_items += shown.items.size();
}

// What came or changed since yesterday.
void Wire::send_items(int day) {
    std::string items;
    std::size_t count = 0;
    const auto send = [&] {
        if (count > 0) call("POST", "/v1/items", R"({"items":[)" + items + "]}", 200);
        items.clear();
        count = 0;
    };
    for (ItemNumber item = 0; item < world_.shop.items.size(); ++item) {
        if (day < world_.shop.items[item].launch) continue;
        const bool stocked = in_stock(world_.shop, item, day);
        if (stocked_[item] == static_cast<signed char>(stocked)) continue;
        stocked_[item] = static_cast<signed char>(stocked);
        items += (count++ == 0 ? "" : ",") + item_json(world_.shop, item, stocked);
        if (count == items_a_batch) send();
    }
    send();
}

void Wire::train() {
    if (!trouble_) return;
    call("POST", "/v1/models/train", "", 202);
    if (!trouble_) return;
    transport_.trained();
    ++counts_.trainings;
    std::string models;
    call("GET", "/v1/models", "", 200, &models);
    if (models.find(R"("state":"failed")") != std::string::npos) ++counts_.trainings_refused;
}

void Wire::day_begins(int day) {
    flush();
    tell(world_.calendar.midnight(day));
    send_items(day);
    const int since = day - world_.calendar.days_before;
    if (settings_.learns && since >= 0 && since % settings_.train_every_days == 0) train();
}

void Chronicle::happened(const Deed& deed) { out_ << deed_json(deed, ++written_) << '\n'; }

void write_items(const Shop& shop, std::ostream& out) {
    for (ItemNumber item = 0; item < shop.items.size(); ++item) out << item_json(shop, item, true) << '\n';
}

}  // namespace vitrina::simulator
