#include "recommendation/reasons.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "recommendation/wording.hpp"

namespace vitrina::recommendation {

namespace {

using state::Acted;
using state::Action;

// Items to which reasons of one answer may refer: the newest of the page, else of the person.
constexpr std::size_t anchors_max = 4;

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
    if (source == "recent") return "trending";
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

// The query of a person who did nothing but this, on the same page.
features::Query query_of(const Anchor& anchor, const Inquiry& inquiry) {
    const Situation& situation = inquiry.situation;
    if (!inquiry.page.empty()) {
        const ItemKey key = learning_key_of(anchor.item, situation.catalog);
        return features::make_query({}, std::span(&key, 1), situation.catalog, situation.snapshot.model.get(),
                                    situation.now);
    }
    features::Profile alone;
    for (const Acted& acted : inquiry.actions)
        if (acted.item == anchor.item) alone.actions.push_back(acted);
    return features::make_query(alone, {}, situation.catalog, situation.snapshot.model.get(), situation.now);
}

// For each pick the anchor for which its source gives it the largest share, by asking the source about each anchor alone.
class Attribution {
public:
    Attribution(const Inquiry& inquiry, const Pool& pool, candidates::Scratch& scratch, const TimeIsUp& time_is_up)
        : inquiry_(inquiry), pool_(pool), scratch_(scratch), time_is_up_(time_is_up), anchors_(anchors_of(inquiry)) {}

    std::optional<Anchor> anchor_of(const Pick& pick) {
        if (anchors_.size() == 1 && inquiry_.page.size() == 1) return anchors_.front();
        const candidates::Source* source = pool_.contributions[pick.source].learned;
        if (source == nullptr || anchors_.empty()) return std::nullopt;
        const auto [place, fresh] = best_.try_emplace(pick.source);
        if (fresh) place->second = ask(*source);
        const auto found = place->second.find(pick.number);
        return found == place->second.end() ? std::nullopt : std::optional(anchors_[found->second.second]);
    }

private:
    using Best = std::map<std::uint32_t, std::pair<float, std::size_t>>;  // number → (score, anchor)

    Best ask(const candidates::Source& source) {
        Best best;
        for (std::size_t index = 0; index < anchors_.size() && !time_is_up_(); ++index)
            for (const Scored& scored : source.candidates(query_of(anchors_[index], inquiry_), limit(), scratch_)) {
                auto& known = best[scored.row];
                if (scored.score > known.first) known = {scored.score, index};
            }
        return best;
    }
    std::size_t limit() const { return inquiry_.settings.candidates; }

    const Inquiry& inquiry_;
    const Pool& pool_;
    candidates::Scratch& scratch_;
    const TimeIsUp& time_is_up_;
    std::vector<Anchor> anchors_;
    std::map<std::uint32_t, Best> best_;
};

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

Named reason_of(const Pick& pick, const Inquiry& inquiry, const Pool& pool, Attribution& attribution,
                const std::map<ItemKey, Action>& past) {
    if (pick.source == from_fallback)
        return {pick.score > 0 ? std::string_view(inquiry.settings.fallback) : "available", std::nullopt};
    const std::string_view source = canonical_source(pool.contributions[pick.source].source);
    const Voice* voice = voice_of(source);
    const bool beside_page = !inquiry.page.empty();
    if (!beside_page && inquiry.settings.personal) {
        const auto before = past.find(pick.key);
        if (before != past.end() && before->second == Action::buy) return {"buy_again", std::nullopt};
        if (before != past.end() && source == "session_knn") return {"recently_viewed", std::nullopt};
    }
    if (voice == nullptr) return {plain_code(source), std::nullopt};
    const auto anchor = attribution.anchor_of(pick);
    if (!anchor) return {inquiry.settings.uses_cart && beside_page ? "goes_with_cart" : "picked_for_you", std::nullopt};
    const bool similar = voice->beside_page == "similar_to";
    return {beside_page || similar ? voice->beside_page : past_code(anchor->action), anchor};
}

}  // namespace

std::vector<Reason> reasons_of(const Inquiry& inquiry, const Pool& pool, const std::vector<Pick>& picks,
                               candidates::Scratch& scratch, const TimeIsUp& time_is_up) {
    const catalog::Catalog& catalog = inquiry.situation.catalog;
    const std::string language = language_of(inquiry.request.locale);
    const auto past = inquiry.settings.personal ? past_of(inquiry) : std::map<ItemKey, Action>();
    Attribution attribution(inquiry, pool, scratch, time_is_up);
    std::vector<Reason> reasons;
    for (const Pick& pick : picks) {
        const Named named = reason_of(pick, inquiry, pool, attribution, past);
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
