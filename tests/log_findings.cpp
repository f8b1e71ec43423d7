#include "tests/log_findings.hpp"

#include <fmt/format.h>

#include <map>

#include "tests/seeded_batches.hpp"

namespace vitrina::tests {

namespace {

using Counts = std::map<std::string, int>;

// Takes the batch out of `counts` and says how it was found.
std::vector<std::string> findings_of(std::uint64_t batch, const Written& written, Counts& counts) {
    std::vector<std::string> findings;
    std::size_t present = 0;
    const std::size_t events = seeded_batch(written.seed, batch).size();
    for (std::size_t i = 0; i < events; ++i) {
        const auto found = counts.find(event_name(batch, i));
        if (found == counts.end()) continue;
        ++present;
        if (found->second > 1) findings.push_back(fmt::format("{} is there {} times", found->first, found->second));
        counts.erase(found);
    }
    const bool acknowledged = written.acknowledged.contains(batch);
    if (present < events && (acknowledged || present > 0))
        findings.push_back(fmt::format("{} of the {} events of {} batch {} are missing", events - present, events,
                                       acknowledged ? "the acknowledged" : "the interrupted", batch));
    return findings;
}

}  // namespace

std::vector<std::string> findings_in(const std::vector<std::string>& event_ids, const Written& written) {
    Counts counts;
    for (const std::string& id : event_ids) ++counts[id];
    std::set<std::uint64_t> batches = written.acknowledged;
    batches.insert(written.attempted.begin(), written.attempted.end());
    std::vector<std::string> findings;
    for (const std::uint64_t batch : batches)
        for (std::string& finding : findings_of(batch, written, counts)) findings.push_back(std::move(finding));
    for (const auto& [id, count] : counts) findings.push_back(fmt::format("{} was never sent", id));
    return findings;
}

}  // namespace vitrina::tests
