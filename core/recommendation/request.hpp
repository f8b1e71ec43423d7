#pragma once
// What is asked and what is answered: one placement's request and its recommendation, as values without JSON (API.md).
//
// Lifetime: values that own their texts. Times in ms, money in millionths.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/money.hpp"
#include "base/time.hpp"
#include "experiment/trial.hpp"
#include "ranking/filter.hpp"

namespace vitrina::recommendation {

struct Request {
    std::string placement;          // "home", "product", …
    std::string item_id;            // of a product page
    std::vector<std::string> cart;  // item ids; added to the cart known from events
    std::size_t size = 10;
    std::vector<std::string> exclude;     // item ids
    std::vector<std::string> candidates;  // when not empty, nothing else is answered
    std::optional<ranking::Filter> filter;
    std::vector<std::string> recent_items;  // for callers without a visitor, newest first
    std::string category;                   // context
    std::string search_term;
    std::string locale;   // "en-GB"; the language picks titles and reasons
    bool strict = false;  // no fallbacks
    // `candidates` are a listing of the shop's own that is to be put into order: all that may be sold are answered, one variant
    // a group, whatever is in the cart, was bought or is alike; what the sources do not know follows in the order given.
    bool listing = false;
    bool as_given = false;  // of a listing: nothing is put into order, as for somebody who is held out
    bool explain = false;
    bool log_features = false;  // what the ranker could read of the shown items comes with them
};

struct Reason {
    std::string code;     // "often_bought_with"
    std::string item_id;  // the item it refers to, or empty
    std::string text;     // in the request's language
};

struct SourceScore {
    std::string source;
    float score = 0;   // as the source gave it
    float weight = 0;  // of the source in this placement
};

struct AnsweredItem {
    std::string item_id;
    float score = 0;
    std::string source;
    Reason reason;
    std::vector<SourceScore> explained;  // with `explain`
    std::string
        features;  // with `log_features`: a byte each (candidates/feature_bytes.hpp); empty where the model does not know it
};

// An item that could have been drawn, with its chance in millionths.
struct Eligible {
    std::string item_id;
    std::uint32_t chance = 0;
    bool operator==(const Eligible&) const = default;
};

// A slot whose item was drawn (exploration.hpp).
struct ExploredSlot {
    std::uint32_t slot = 0;          // place in the answer, from 0
    std::uint32_t drawn = 0;         // place in `eligible`
    std::uint64_t counter = 0;       // of the answer's random numbers
    std::uint64_t posterior = 0;     // version of what was believed of the items; 0: nothing was known
    std::vector<Eligible> eligible;  // the item that the answer's order put there first
    bool operator==(const ExploredSlot&) const = default;
};

// Why a candidate was left out, or a rule relaxed; with `explain`.
struct Trace {
    std::string item_id;  // empty for a step that concerns the whole answer
    std::string rule;     // "out_of_stock", "in_cart", "diversity", "relaxed:diversity", …
};

struct Recommendation {
    std::string placement;
    std::string recommendation_id;
    std::string variant = "default";
    std::vector<experiment::Assigned> arms;  // of the person, by experiment; empty where none was asked for
    std::string model_version;
    std::vector<AnsweredItem> items;
    std::string empty_reason;            // set when `items` is empty
    std::vector<AnsweredItem> ghost;     // what somebody who is held out would have been shown
    std::vector<ExploredSlot> explored;  // ascending by slot
    std::vector<Trace> trace;
    std::shared_ptr<const std::vector<std::string>> feature_names;  // of the items' features; null where none were made
    bool late = false;  // the deadline cut the work short; what was ready was answered
};

}  // namespace vitrina::recommendation
