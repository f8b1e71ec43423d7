#pragma once
// Every number that training chooses, by source; the fields carry the letters of QUALITY.md. A recipe goes into the manifest
// as settings ("item_item.neighbours = 500") and comes back from it, so that a model can be made again.
//
// Threads: values. Errors: `from_settings` refuses unknown names and values out of range, with both.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/store.hpp"

namespace vitrina::training {

struct ItemItemRecipe {
    bool on = true;
    std::uint32_t neighbours = 500;  // K
    double user_power = 0.8;         // b
    double item_power = 0.2;         // c
    double view_weight = 0.3;        // strength of an action; a purchase has 1
    double wish_weight = 0.6;
    double cart_weight = 0.6;
    double half_life_days = 0;            // of what is known of a person, when answering; 0: no decay
    std::uint32_t items_a_person = 2000;  // newest distinct ones that count; bounds the cost of one heavy buyer
};

struct CovisitRecipe {
    bool on = true;
    std::uint32_t neighbours = 300;
    std::uint32_t window = 30;              // last steps of a person; the lines of one order are one step
    std::uint32_t distance = 11;            // steps at most apart
    std::uint32_t entries_a_person = 1000;  // newest that count; bounds the cost of long orders
    double distance_decay = 0.9;            // cw
    double length_power = 0;                // cb
    double item_power = 0;                  // cc
    double backward = 0.5;
    double query_decay = 0.5;  // cdec, used when answering
    std::uint32_t query_items = 30;
};

struct SameOrderRecipe {
    bool on = true;
    std::uint32_t neighbours = 200;
    std::uint32_t lines_an_order = 300;  // distinct items that count; longer orders are left out
    double length_power = 0.5;           // an order of L items counts L^(−this)
    double item_power = 0.3;             // holds down what is bought with everything
    double least_evidence = 3.84;        // log-likelihood ratio below which a pair is chance
};

// What kinds of things go together, by category.
struct KindsTogetherRecipe {
    bool on = true;
    std::uint32_t kinds = 40;            // kept of each kind
    std::uint32_t items = 20;            // kept of each kind, the most sought
    std::uint32_t basket_entries = 200;  // of a basket, that count
    double view_weight = 0.3;            // of a kind that was looked at and not taken
    double shrink = 10;                  // baskets that a kind is imagined to have as usual
    double item_decay = 0.7;             // by place within the kind
    double half_life_days = 14;
};

struct SessionKnnRecipe {
    bool on = true;
    std::uint32_t sessions_an_item = 1500;  // m, newest
    std::uint32_t neighbours = 500;         // k
    double position_decay = 3;              // spw
    double recency_days = 60;               // snh
    double match_distance = 2;              // inh
    double match_age = 4;                   // ipw
    double idf = 1;
    double reminder_weight = 0.5;      // wr
    double reminder_decay = 0.8;       // rd
    double newest_weight = 1;          // share of its score that the newest item keeps: it is seldom the next
    std::uint32_t session_items = 50;  // newest of a session that count
};

struct IalsRecipe {
    bool on = true;
    std::uint32_t dimensions = 64;
    std::uint32_t epochs = 12;
    double unobserved = 0.01;       // α0
    double regularisation = 0.005;  // λ
    double frequency_power = 1;     // ν
    double view_weight = 0.3;       // strength of an action; a purchase has 1
    double wish_weight = 0.6;
    double cart_weight = 0.6;
    std::uint32_t items_a_person = 2000;  // newest distinct ones that count
};

// From words to the factors of iALS, for items that nobody has touched.
struct TextFactorsRecipe {
    bool on = true;
    std::uint32_t items = 20'000;  // with most people, that are learned from; bounds the cost
};

struct NextBasketRecipe {
    bool on = true;
    std::uint32_t baskets = 10;  // recency window
    std::uint32_t neighbours = 100;
    double asymmetry = 0.75;  // α
    double power = 1;         // q
    double own_weight = 1;    // of the person's own repeats
    std::uint32_t people_an_item = 20'000;
};

struct PopularRecipe {
    bool on = true;
    double view_weight = 0.05;
    double wish_weight = 0.1;
    double cart_weight = 0.3;
    double half_life_days = 14;  // of `recent`; `popular` counts everything
    std::uint32_t rows = 2000;   // best that are kept
};

struct ContentRecipe {
    bool on = true;
    std::uint32_t neighbours = 50;
    std::uint32_t word_items = 5000;  // a word of more items tells no neighbours; bounds the cost
    double view_weight = 0.5;         // when answering from a history; a purchase has 1
    double wish_weight = 0.8;
    double cart_weight = 0.8;
    double half_life_days = 30;
};

// The stacked ranker of the shop's placements; it is taken only where it gains.
struct RankerRecipe {
    bool on = true;
    std::uint32_t questions = 2000;  // of a placement, that trees learn from
    std::uint32_t negatives = 40;    // of one question, drawn from its candidates
    std::uint32_t rounds = 100;
    std::uint32_t depth = 4;
    double learning_rate = 0.07;
    double least_weight = 5;  // sum of second derivatives in a leaf
};

struct Recipe {
    ItemItemRecipe item_item;
    CovisitRecipe covisit;
    SameOrderRecipe same_order;
    KindsTogetherRecipe kinds_together;
    SessionKnnRecipe session_knn;
    IalsRecipe ials;
    TextFactorsRecipe text_factors;
    NextBasketRecipe next_basket;
    ContentRecipe content;
    PopularRecipe popular;
    RankerRecipe ranker;
    std::uint64_t seed = 1;
    std::uint32_t memory_mb = 16'384;  // training that would need more is refused before it begins
};

std::vector<model::Setting> to_settings(const Recipe& recipe);
Result<Recipe> from_settings(const std::vector<model::Setting>& settings);

}  // namespace vitrina::training
