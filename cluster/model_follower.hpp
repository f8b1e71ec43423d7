#pragma once
// Follows the topic of models: fetches the version that a shop should use, checks it, keeps it and puts it in use.
//
// Threads: `follow` from any; one of its own fetches. Lifetime: the destructor waits for the fetch that runs.
// Not errors: HDFS that is away (tried again, answers go on with the model in use), a version that fails its check (refused, counted,
// the one in use stays).

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "cluster/webhdfs.hpp"
#include "model/published.hpp"
#include "model/store.hpp"

namespace vitrina::cluster {

struct FollowerSettings {
    std::string folder;  // for what is being fetched
    std::uint64_t bytes_max = 8ull << 30;
    std::size_t keep_versions = 5;
    TimeMs retry_ms = 5 * second_ms;
};

class ModelFollower {
public:
    ModelFollower(model::Store store, std::optional<WebHdfs> hdfs, FollowerSettings settings,
                  std::function<void(const model::Version&)> use);
    ~ModelFollower();
    ModelFollower(const ModelFollower&) = delete;
    ModelFollower& operator=(const ModelFollower&) = delete;

    // Puts what was in use when the folder was closed in use again. Not an error: none.
    void open_current();
    void follow(model::PublishedModel published);
    Result<std::vector<model::Manifest>> models() const;
    std::uint64_t taken() const { return taken_; }
    std::uint64_t refused() const { return refused_; }

private:
    void run();
    Result<void> adopt(const model::PublishedModel& published);
    Result<std::string> fetch(const model::PublishedModel& published) const;

    mutable std::mutex store_mutex_;
    model::Store store_;
    std::optional<WebHdfs> hdfs_;
    FollowerSettings settings_;
    std::function<void(const model::Version&)> use_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<model::PublishedModel> wanted_;
    bool stopping_ = false;
    std::atomic<std::uint64_t> taken_ = 0, refused_ = 0;
    std::thread thread_;
};

}  // namespace vitrina::cluster
