#pragma once
// The occasions of a horizon on which the shop would have asked for recommendations, and what was wanted on each.
//
//   home            persons known at the cut, asked at the cut; wanted: what they bought until the end of the horizon (what they
//                   viewed, where nothing was bought at all)
//   product         an item that was viewed, and what the session saw before it; wanted: what it turned to after it
//   product_addons  a line of an order as the page; wanted: its other lines
//   cart            an order with one line hidden; wanted: that line
//   buy_again       persons known at the cut; wanted: what they bought again
//   new_items       persons who bought items in those items' first 7 days; wanted: these, ranked among all items so new
//   new_visitors    persons not known at the cut, after the first item of their first session (before it, where that is an order);
//                   wanted: the rest of it
// Which line is hidden, which view is the page and which occasions are taken where there are too many is drawn with the seed.
// Threads: pure functions. Units: items as learning knows them; revenue in millionths.
// Not an error: no occasion (nothing was viewed, nobody came back).

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "evaluation/cuts.hpp"
#include "evaluation/shop_at.hpp"
#include "recommendation/request.hpp"

namespace vitrina::evaluation {

enum class Task : std::uint8_t { home, product, product_addons, cart, buy_again, new_items, new_visitors };

inline constexpr Task all_tasks[] = {Task::home,      Task::product,   Task::product_addons, Task::cart,
                                     Task::buy_again, Task::new_items, Task::new_visitors};
std::string_view name_of(Task task);
// invalid_input names those that there are.
Result<Task> task_named(std::string_view name);

struct Wanted {
    ItemKey item{};
    double revenue = 0;
    bool bought_before = false;
};

struct Occasion {
    Person person;
    std::uint32_t unit = 0;  // number of the person, for the bootstrap
    recommendation::Request request;
    std::vector<Wanted> wanted;  // by key, without repeats, never empty
};

// What one person did in the horizon.
struct LaterAct {
    TimeMs time = 0;
    ItemKey item{};
    std::string item_id;
    state::Action action = state::Action::view;
    std::uint64_t order = 0;
    double revenue = 0;
};
struct LaterPerson {
    Person person;
    bool known = false;
    std::vector<LaterAct> acts;  // by time
};

// Collects the events of the horizon, in any order.
class Later {
public:
    explicit Later(const ShopAt& shop) : shop_(shop) {}
    void take(const event::Event& event);
    // By person.
    std::vector<LaterPerson> people();

private:
    const ShopAt& shop_;
    std::map<Person, LaterPerson> people_;
};

struct OccasionSettings {
    std::size_t most = 4000;  // a task and cut
    std::size_t cart_items = 64;
    std::uint64_t seed = 1;
};

std::vector<Occasion> occasions_of(Task task, std::span<const LaterPerson> people, const ShopAt& shop, const Cut& cut,
                                   const OccasionSettings& settings);

// The items that were first seen in the first 7 days of the horizon: what `new_items` ranks.
std::vector<std::string> new_items_of(std::span<const LaterPerson> people, const ShopAt& shop, const Cut& cut);

}  // namespace vitrina::evaluation
