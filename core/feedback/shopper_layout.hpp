#pragma once
// A shopper's open records as a value, and as the bytes of proto/feedback.proto.
//
// Not for callers outside of this folder. Threads: pure functions. Errors: corrupt_data for bytes that are not ours.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "feedback/credit.hpp"

namespace vitrina::feedback {

// Of a visitor: records from `since` to before `until` (0: no end yet) belong to this user.
struct Binding {
    PersonKey user;
    TimeMs since = 0, until = 0;
    bool operator==(const Binding&) const = default;
};

struct Shopper {
    Records records;  // each kind ascending
    Binding binding;
};

Result<Shopper> decode_shopper(std::string_view bytes);
std::string encode(const Shopper& shopper);

}  // namespace vitrina::feedback
