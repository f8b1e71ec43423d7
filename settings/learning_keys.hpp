#pragma once
// The keys of `vitrina.toml` behind settings/learning.hpp.
//
// Threads: immutable after first use. Errors: invalid_input with line, key and what would be right.

#include <functional>
#include <string>
#include <vector>

#include <toml++/toml.h>

#include "base/error.hpp"
#include "settings/learning.hpp"

namespace vitrina::settings {

struct LearningKey {
    std::string name;  // "release.loss"
    std::function<Result<void>(Learning&, const toml::node&)> read;
    std::function<std::string(const Learning&)> text;  // as TOML
};
const std::vector<LearningKey>& learning_keys();

// Reads [release] and the keys above of [training]; others of [training] are somebody else's.
Result<void> read_learning(const toml::table& root, Learning& learning);

}  // namespace vitrina::settings
