#include "import/known_events.hpp"

#include <algorithm>

#include "base/keys.hpp"

namespace vitrina::import {
namespace {

std::uint64_t hash_of(const event::Event& event) { return text_hash(event.event_id, text_hash(event.visitor_id)); }

}  // namespace

Result<KnownEvents> KnownEvents::of(const engine::Engine& engine, std::size_t most) {
    KnownEvents known;
    const auto read = engine.each_event([&](const event::Event& event) {
        if (known.hashes_.size() < most) known.hashes_.push_back(hash_of(event));
    });
    if (!read) return std::unexpected(read.error());
    std::ranges::sort(known.hashes_);
    return known;
}

bool KnownEvents::contains(const event::Event& event) const {
    return std::ranges::binary_search(hashes_, hash_of(event));
}

}  // namespace vitrina::import
