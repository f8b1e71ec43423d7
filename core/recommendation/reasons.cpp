#include "recommendation/reasons.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "recommendation/wording.hpp"

namespace vitrina::recommendation {

namespace {

using state::Acted;
using state::Action;

// Items to which reasons of one answer may refer: the newest of the page, else of the person.
constexpr std::size_t anchors_max = 32;

// What sources that go from item to item say beside the page's item.
struct Voice {
    std::string_view source;
    std::string_view beside_page;
};

constexpr Voice voices[] = {{"same_order", "often_bought_with"},
                            {"covisit_cart_buy", "often_bought_with"},
                            {"covisit_buy_buy", "often_bought_with"},
                            {"covisit_view_view", "often_viewed_with"},
                            {"covisit_view_buy", "bought_after_viewing"},
                            {"item_item", "chosen_with"},
                            {"content", "similar_to"}};

const Voice* voice_of(std::string_view source) {
    for (const Voice& voice : voices)
        if (voice.source == source) return &voice;
    return nullptr;
}

std::string_view past_code(Action action) {
    if (action == Action::buy) return "because_you_bought";
    return action == Action::cart ? "because_of_your_cart" : "because_you_viewed";
}

// Where no other item is named.
std::string_view plain_code(std::string_view source) {
    if (source == "popular" || source == "trending" || source == "new" || source == "recently_viewed") return source;
    if (source == "same_category") return "popular";
    if (source == "recent") return "trending";
    if (source == "new_for_you") return "new";
    if (source == "bought_before") return "buy_again";
    return "picked_for_you";
}

// The items to which a reason may refer, with the strongest action of each.
std::vector<Anchor> anchors_of(const Inquiry& inquiry) {
    std::vector<Anchor> anchors;
    const auto add = [&](ItemKey item, Action action) {
        const auto same = [&](const Anchor& anchor) { return anchor.item == item; };
        const auto known = std::find_if(anchors.begin(), anchors.end(), same);
        if (known != anchors.end())
            known->action = std::max(known->action, action);
        else if (anchors.size() < anchors_max && inquiry.situation.catalog.find(item))
            anchors.push_back({item, action});
    };
    for (const Anchor& anchor : inquiry.page) add(anchor.item, anchor.action);
    if (!inquiry.page.empty() || !inquiry.settings.personal) return anchors;
    for (const Acted& acted : inquiry.actions) add(acted.item, acted.action);
    return anchors;
}

// The anchor from which the source goes to the pick with the largest weight; of equal ones the newest.
std::optional<Anchor> anchor_of(const Pick& pick, const std::vector<Anchor>& anchors, const candidates::Source& source,
                                const Situation& situation) {
    std::optional<Anchor> strongest;
    float largest = 0;
    for (const Anchor& anchor : anchors) {
        const std::uint32_t row = situation.snapshot.model->row(learning_key_of(anchor.item, situation.catalog));
        const float weight = row != model::no_row ? source.link(row, pick.number) : 0.0f;
        if (weight <= largest) continue;
        largest = weight;
        strongest = anchor;
    }
    return strongest;
}

// What the person did with items before, as learning knows them.
std::map<ItemKey, Action> past_of(const Inquiry& inquiry) {
    std::map<ItemKey, Action> past;
    for (const Acted& acted : inquiry.actions) {
        Action& strongest = past[learning_key_of(acted.item, inquiry.situation.catalog)];
        strongest = std::max(strongest, acted.action);
    }
    return past;
}

struct Named {
    std::string_view code;
    std::optional<Anchor> anchor;
};

// What reasons of one answer may refer to.
struct Known {
    std::vector<Anchor> anchors;
    std::map<ItemKey, Action> past;
};

Named reason_of(const Pick& pick, const Inquiry& inquiry, const Pool& pool, const Known& known) {
    if (pick.source == from_fallback)
        return {pick.score > 0 ? std::string_view(inquiry.settings.fallback) : "available", std::nullopt};
    if (pick.source == from_cold) return {plain_code("cold"), std::nullopt};
    const std::string_view source = canonical_source(pool.contributions[pick.source].source);
    const Voice* voice = voice_of(source);
    const bool beside_page = !inquiry.page.empty();
    if (inquiry.settings.personal && (!beside_page || source == "next_basket")) {
        const auto before = known.past.find(pick.key);
        if (before != known.past.end())
            return {before->second == Action::buy ? "buy_again" : "recently_viewed", std::nullopt};
    }
    const candidates::Source* learned = pool.contributions[pick.source].learned;
    if (voice == nullptr || learned == nullptr) return {plain_code(source), std::nullopt};
    const auto anchor = anchor_of(pick, known.anchors, *learned, inquiry.situation);
    const bool of_long_cart = inquiry.settings.uses_cart && inquiry.page.size() > anchors_max;
    if (!anchor) return {of_long_cart ? "goes_with_cart" : "picked_for_you", std::nullopt};
    const bool similar = voice->beside_page == "similar_to";
    return {beside_page || similar ? voice->beside_page : past_code(anchor->action), anchor};
}

}  // namespace

std::vector<Reason> reasons_of(const Inquiry& inquiry, const Pool& pool, const std::vector<Pick>& picks) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    const std::string language = language_of(inquiry.request.locale);
    const Known known{anchors_of(inquiry), inquiry.settings.personal ? past_of(inquiry) : std::map<ItemKey, Action>()};
    std::vector<Reason> reasons;
    for (const Pick& pick : picks) {
        const Named named = reason_of(pick, inquiry, pool, known);
        Reason reason{std::string(named.code), {}, {}};
        std::string title;
        if (named.anchor) {
            const catalog::Item& item = catalog.item(*catalog.find(named.anchor->item));
            reason.item_id = item.item_id;
            title = title_in(item, language);
        }
        reason.text = wording(named.code, language, title);
        reasons.push_back(std::move(reason));
    }
    return reasons;
}

}  // namespace vitrina::recommendation
