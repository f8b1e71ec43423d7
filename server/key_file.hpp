#pragma once
// Where a shop's keys come from: the environment, else the file `keys` in the data folder, which is made at first start.
//
// The file is readable by its owner only (0600) and holds lines `secret-sha256 HEX`, `public KEY`, `token KEY`. A secret key is
// kept as a digest, so it is told once, when it is made; the other two can be read there again. To replace the keys: move the
// file away and start again; to let old and new ones overlap: copy the old lines into the new file.
// Threads: one at a time. Errors: io with path and cause; corrupt_data naming the line; invalid_input for a key from the
// environment that is shorter than 16 bytes, longer than 256, or holds characters that a header cannot.
// Not an error: no file yet.

#include <functional>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "server/access.hpp"

namespace vitrina::server {

// The value of a variable; empty where it is not set.
using Environment = std::function<std::string(const char* name)>;

struct MadeKeys {
    std::string secret, publicly, token;
};

struct FoundKeys {
    Keys keys;
    std::optional<MadeKeys> made;  // just now: to be told once
};

Result<FoundKeys> find_keys(const std::string& folder, const Environment& environment);

}  // namespace vitrina::server
