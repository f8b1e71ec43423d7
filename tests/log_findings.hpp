#pragma once
// What is wrong with a log, given which batches were acknowledged: the judgement of the fault tests, apart from the processes.
//
// Threads: pure function. The answer is a sentence a finding; empty where every acknowledged event is there exactly once, every
// other batch is there as a whole or not at all, and nothing else is there.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace vitrina::tests {

struct Written {
    std::uint64_t seed = 0;
    std::set<std::uint64_t> acknowledged;  // batches
    std::set<std::uint64_t> attempted;     // may be there: these were on their way when the process died
};

std::vector<std::string> findings_in(const std::vector<std::string>& event_ids, const Written& written);

}  // namespace vitrina::tests
