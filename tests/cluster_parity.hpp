#pragma once
// Two hosts of one shop held against each other: a data folder of the embedded host, a node's, and the topics between them.
//
// Threads: one caller. Nobody may own the folders. Errors: what the hosts answer.

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/configuration.hpp"

namespace vitrina::tests {

struct Parity {
    std::vector<std::string> compared;  // what was held against what, with its count
    std::vector<std::string> wrong;     // sentences
};
// States of the embedded folder, the changelogs and the node's folder, the catalogue of all three, and the history in its raw order.
Result<Parity> compare_stores(const std::string& embedded, const std::string& node,
                              const engine::Configuration& cluster);
// Answers of both engines, opened at one time that stands still, to every placement for visitors and users of the log: items, scores,
// reasons and explanations. Asks `people` of them.
Result<Parity> compare_answers(const std::string& embedded, const std::string& node,
                               const engine::Configuration& cluster, std::size_t people);

}  // namespace vitrina::tests
