#include "candidates/source.hpp"

#include <algorithm>

#include "candidates/content.hpp"
#include "candidates/covisit.hpp"
#include "candidates/ials.hpp"
#include "candidates/item_item.hpp"
#include "candidates/kinds_together.hpp"
#include "candidates/next_basket.hpp"
#include "candidates/popular.hpp"
#include "candidates/same_order.hpp"
#include "candidates/session_knn.hpp"

namespace vitrina::candidates {
namespace {

using MakeSource = std::unique_ptr<Source> (*)(std::shared_ptr<const model::Model>);

struct Entry {
    std::string_view name;
    MakeSource make;
};

// Every source that there is. A new one is its own file with its `make_…`, and a line here.
constexpr Entry table[] = {
    {"item_item", make_item_item},
    {"covisit_view_view", make_covisit_view_view},
    {"covisit_view_buy", make_covisit_view_buy},
    {"covisit_cart_buy", make_covisit_cart_buy},
    {"covisit_buy_buy", make_covisit_buy_buy},
    {"same_order", make_same_order},
    {"kinds_together", make_kinds_together},
    {"session_knn", make_session_knn},
    {"ials", make_ials},
    {"next_basket", make_next_basket},
    {"content", make_content},
    {"popular", make_popular},
    {"recent", make_recent},
};

}  // namespace

std::vector<Scored> Scratch::take_best(std::size_t limit) {
    TopK best(std::min(limit, touched_.size()));
    for (const std::uint32_t row : touched_)
        if (score_[row] > 0) best.offer({row, score_[row]});
    clear();
    return best.take();
}

void Scratch::clear() {
    for (const std::uint32_t row : touched_) {
        score_[row] = 0;
        touched_flag_[row] = 0;
    }
    touched_.clear();
}

std::unique_ptr<Source> make_source(std::string_view name, std::shared_ptr<const model::Model> model) {
    const auto* entry = std::ranges::find(table, name, &Entry::name);
    return entry == std::end(table) ? nullptr : entry->make(std::move(model));
}

const std::vector<std::string_view>& source_names() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const Entry& entry : table) all.push_back(entry.name);
        return all;
    }();
    return names;
}

}  // namespace vitrina::candidates
