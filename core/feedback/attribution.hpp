#pragma once
// How a shop attributes success: its rules, and how it knows its own recommendation ids.
//
// Threads: immutable. Lifetime: a value.

#include "feedback/recommendation_token.hpp"
#include "feedback/records.hpp"
#include "feedback/shopper.hpp"

namespace vitrina::feedback {

struct Attribution {
    Settings settings;
    ReadId read_id;

    Attribution(const Settings& rules, const TokenSigner& signer);

    // Whether an event that the folds took can change a shopper.
    bool concerns(const event::Event& event) const { return may_say_something(event, settings.rules.view_through); }
    Records records_of(const event::Event& event) const;
};

}  // namespace vitrina::feedback
