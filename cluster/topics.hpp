#pragma once
// The topics of a cluster: declared in cluster/topics.toml, made by `vitrina cluster init`.
//
// Threads: values and pure functions, but for `create_topics`, which talks to the brokers and waits.
// Errors: `read_topics` answers invalid_input with line and key. `create_topics` answers conflict where a topic has other partitions
// than declared (nothing is made then), unavailable where the brokers cannot be reached.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "cluster/kafka.hpp"
#include "engine/configuration.hpp"

namespace vitrina::cluster {

struct Topic {
    std::string name;  // without the prefix
    std::int32_t partitions = 1;
    bool compacted = false;
    std::optional<TimeMs> retention;  // nothing: for ever
    bool append_time = false;
    std::string reason;
};

Result<std::vector<Topic>> read_topics(std::string_view toml, const std::string& file);
// Those that travel inside the program.
const std::vector<Topic>& declared_topics();

// "vitrina.events".
std::string topic_name(const engine::ClusterSettings& settings, std::string_view topic);
// "vitrina.folds-users-changelog": the state topics are made by the Streams application.
std::string changelog_name(const engine::ClusterSettings& settings, std::string_view store);

struct Created {
    std::vector<std::string> made, there;  // full names
};
// Makes what is missing; saying it again changes nothing.
Result<Created> create_topics(const engine::ClusterSettings& settings, const std::vector<Topic>& topics,
                              const Environment& environment);

}  // namespace vitrina::cluster
