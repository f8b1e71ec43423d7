#pragma once
// Answering: joins what is known of the person with a snapshot of what was learned, within a deadline.
//
// Threads: any number of callers; none waits for a write, a training or a refresh.
// Errors: as recommendation::answer; io and corrupt_data where a state cannot be read.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"
#include "engine/exploration_budget.hpp"
#include "engine/exposures.hpp"
#include "engine/folding.hpp"
#include "engine/live_catalog.hpp"
#include "engine/success_lifts.hpp"
#include "features/profile.hpp"
#include "feedback/recommendation_token.hpp"
#include "model/store.hpp"
#include "recommendation/snapshot.hpp"

namespace vitrina::engine {

using recommendation::Snapshot;

// Where the states come from: null for one that nobody knows. Any thread.
struct StateReading {
    using Find = std::function<Result<StatePointer>(const PersonKey&)>;
    Find visitor, user, item;  // an item's key is the low half
};
// As they lie in the caches.
StateReading reading_of(const StateCaches& caches);

// What a visitor's state says, for people; null is somebody whom nobody knows.
Result<VisitorReport> report_on(const StatePointer& state, const LiveCatalog& catalog);

struct AnsweringParts {
    StateReading states;
    const LiveCatalog& catalog;
    const PersonHasher& hasher;
    const feedback::TokenSigner& signer;
    std::function<void(Exposure)> offer;  // quick, on the answering thread
    SuccessReading success = {};          // empty: nothing is known of the success of answers
    std::function<std::shared_ptr<const experiment::Programme>()> programme = {};  // empty: that of the configuration
};

class Answering {
public:
    Answering(const AnsweringParts& parts, const Configuration& configuration, TimeMs now);

    Result<std::vector<recommendation::Recommendation>> recommend(const RecommendationRequest& request, TimeMs now);

    // Answers that have begun end with the snapshot that they began with.
    void use_model(const model::Version& version);
    // Counts from the items' states, as they are now.
    Result<void> refresh_trends(TimeMs now);

    std::shared_ptr<const Snapshot> snapshot() const;

private:
    struct Person {
        PersonKey visitor;
        StatePointer visitor_state, user_state;
    };
    Result<Person> person(const RecommendationRequest& request) const;
    Result<features::Profile> profile(const Person& person) const;
    void arrange_variants(Snapshot& snapshot) const;
    std::vector<experiment::Assigned> arms_of(const RecommendationRequest& request, TimeMs now) const;
    std::unique_ptr<candidates::Scratch> borrow_scratch(std::size_t rows);
    void give_back(std::unique_ptr<candidates::Scratch> scratch);
    void know_cold_items(Snapshot& snapshot);
    void swap(std::shared_ptr<const Snapshot> snapshot);
    struct Given {
        PersonKey visitor;
        std::uint64_t sequence = 0;
        TimeMs time = 0;
    };
    std::string sign(const recommendation::Request& asked, const std::string& variant, const Snapshot& learned,
                     const Given& given) const;
    void expose(const recommendation::Recommendation& answer, const RecommendationRequest& request,
                const recommendation::Request& asked, const Given& given);

    AnsweringParts parts_;
    const Configuration& configuration_;
    mutable std::mutex snapshot_mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
    std::mutex making_;                  // one new snapshot at a time
    std::uint64_t cold_items_seen_ = 0;  // changes of the catalogue that they know
    std::mutex scratch_mutex_;
    std::vector<std::unique_ptr<candidates::Scratch>> scratch_;
    std::atomic<std::uint64_t> sequence_;
    ExplorationBudget exploration_;
};

}  // namespace vitrina::engine
