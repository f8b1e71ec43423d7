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
    std::uint32_t window = 30;    // last events of a person
    std::uint32_t distance = 11;  // at most apart
    double distance_decay = 0.9;  // cw
    double length_power = 0;      // cb
    double item_power = 0;        // cc
    double backward = 0.5;
    double query_decay = 0.5;  // cdec, used when answering
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
    double reminder_weight = 0.5;  // wr
    double reminder_decay = 0.8;   // rd
};

struct IalsRecipe {
    bool on = true;
    std::uint32_t dimensions = 64;
    std::uint32_t epochs = 12;
    double unobserved = 0.01;       // α0
    double regularisation = 0.005;  // λ
    double frequency_power = 1;     // ν
};

struct NextBasketRecipe {
    bool on = true;
    std::uint32_t baskets = 10;  // recency window
    std::uint32_t neighbours = 100;
    double asymmetry = 0.75;  // α
    double power = 1;         // q
};

struct ContentRecipe {
    bool on = true;
    std::uint32_t neighbours = 50;
};

struct Recipe {
    ItemItemRecipe item_item;
    CovisitRecipe covisit;
    SessionKnnRecipe session_knn;
    IalsRecipe ials;
    NextBasketRecipe next_basket;
    ContentRecipe content;
    std::uint64_t seed = 1;
};

std::vector<model::Setting> to_settings(const Recipe& recipe);
Result<Recipe> from_settings(const std::vector<model::Setting>& settings);

}  // namespace vitrina::training
