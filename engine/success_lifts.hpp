#pragma once
// What answers know of the success of earlier ones: counts of exposures beside counts of what became of them, as lifts by placement,
// and for placements that explore as what is believed of each item.
//
// Only days of which exposures are counted; clicks on answers of before are left out. Variants of a group count together.
// Threads: any. Not an error: a state of success that cannot be read (as none); items that left the catalogue.
// Surprising cost: a look at the success of every item that was shown lately.

#include <functional>
#include <memory>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "catalog/catalog.hpp"
#include "engine/shown.hpp"
#include "engine/state_cache.hpp"
#include "ranking/success_lifts.hpp"
#include "recommendation/snapshot.hpp"

namespace vitrina::engine {

struct SuccessReading {
    std::function<void(const std::function<void(const ShownRow&)>&)> shown;
    std::function<Result<StatePointer>(const PersonKey&)> success;  // of an item; its key is the low half
};

// Of which an item's rates are smoothed: hash of its first category's name; 0: none.
std::uint64_t category_of(const catalog::Catalog& catalog, catalog::Slot slot);

// Of every placement of the snapshot, or of a variant, that asks for it.
std::shared_ptr<const ranking::SuccessLifts>
success_lifts(const catalog::Catalog& catalog, const recommendation::Snapshot& snapshot, const SuccessReading& reading);

}  // namespace vitrina::engine
