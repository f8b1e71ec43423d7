#pragma once
// What was shown: exposures are offered by answers, queued, and written by a thread of their own. They never delay or fail an
// answer; what does not fit in the queue is dropped and counted.
//
// Kept for `keep_ms`, at most about `a_visitor` a visitor (the older ones go). That somebody came into an experiment is kept longer, apart.
// Threads: any. Lifetime: the destructor writes what is queued.
// Not an error: a disk that refuses; the exposures in hand count as dropped.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "engine/configuration.hpp"
#include "engine/database.hpp"
#include "engine/shown.hpp"
#include "engine/triggers.hpp"
#include "recommendation/request.hpp"

namespace vitrina::engine {

struct Exposure {
    PersonKey visitor;
    TimeMs time = 0;
    std::uint64_t sequence = 0;
    std::string visitor_id;
    std::string user_id;
    std::string context_item_id;
    bool bot = false;
    recommendation::Recommendation shown;
    std::uint64_t layout = 0;  // of the items' features where their names are not known; see `layout_of`
};

// Of the features of the exposure's items; 0: they have none.
std::uint64_t layout_of(const Exposure& exposure);

enum class Features {
    left_out,
    kept,   // where the items have them
    named,  // the same with the names of the features, for whoever knows nothing of the layout
};
// As proto/exposure.proto.
std::string encode(const Exposure& exposure, Features features = Features::kept);
// The exposure of another host. `visitor` and `sequence` are left to the caller, who knows the shop's key.
// Errors: corrupt_data for bytes that are not ours.
Result<Exposure> decode_exposure(std::string_view bytes);

// Whether an exposure that is read elsewhere tells the names of its features: one of some sixty, by its id.
bool names_features(const Exposure& exposure);

// Whether the features of an answer are kept: by its id alone, so that every host and every replay says the same.
bool keeps_features(std::string_view recommendation_id, double share);

// What a host writes beside its records: a name and a value in the family `meta`.
struct Note {
    std::string name, value;
};

class Exposures {
public:
    Exposures(Database& database, const ExposureSettings& settings);
    ~Exposures();
    Exposures(const Exposures&) = delete;
    Exposures& operator=(const Exposures&) = delete;

    void offer(Exposure exposure);
    // Exposures of another host with a note of where they came from, both durable when it returns, or neither. One that is there
    // already changes nothing. How many were new.
    Result<std::size_t> take(const std::vector<Exposure>& exposures, const Note& note);
    // Encoded as proto/exposure.proto, newest first; what was offered before is there.
    std::vector<std::string> of(const PersonKey& visitor, std::size_t limit);
    // All of everybody, in the same form; those that are older than they are kept may be among them.
    Result<void> each(const std::function<void(const std::string& encoded)>& visit);
    // Everybody who came into the experiment by what was offered before, by unit.
    Result<void> each_trigger(std::string_view experiment, const std::function<void(const Trigger&)>& visit);

    // Those whose items have their features, oldest first, with them; and the names of a layout's features, nothing where it is not known.
    Result<void> each_featured(const std::function<void(const std::string& encoded)>& visit);
    std::vector<std::string> feature_names(std::uint64_t layout) const;

    // How often items were shown by what was offered before.
    void each_shown(const std::function<void(const ShownRow&)>& visit);

    std::uint64_t offered() const { return offered_; }
    std::uint64_t dropped() const { return dropped_; }

private:
    void wait_until_written();
    void run();
    void write(const std::deque<Exposure>& exposures);
    void add(rocksdb::WriteBatch& batch, const Exposure& exposure);
    void settle(bool written);
    void forget_old(rocksdb::WriteBatch& batch, const PersonKey& visitor) const;
    void write_features(rocksdb::WriteBatch& batch, const Exposure& exposure);

    Database& database_;
    ExposureSettings settings_;
    std::mutex writers_;  // held from making a batch until it is on disk
    Triggers triggers_;
    Shown shown_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Exposure> queue_;
    bool stopping_ = false;
    std::uint64_t queued_ = 0, tried_ = 0;  // tried: written, or lost in trying
    std::atomic<std::uint64_t> offered_ = 0, dropped_ = 0;
    std::unordered_set<std::uint64_t> layouts_;           // whose names are written
    TimeMs features_from_ = 0;                            // older ones are gone
    std::unordered_map<PersonKey, std::size_t> written_;  // since the visitor's old ones were last forgotten
    std::thread thread_;
};

}  // namespace vitrina::engine
