#include "cluster/model_follower.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "model/model.hpp"

namespace vitrina::cluster {

ModelFollower::ModelFollower(model::Store store, std::optional<WebHdfs> hdfs, FollowerSettings settings,
                             std::function<void(const model::Version&)> use)
    : store_(std::move(store)),
      hdfs_(std::move(hdfs)),
      settings_(std::move(settings)),
      use_(std::move(use)),
      thread_([this] { run(); }) {}

ModelFollower::~ModelFollower() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void ModelFollower::open_current() {
    const std::lock_guard lock(store_mutex_);
    const auto name = store_.current();
    if (!name || name->empty()) return;
    const auto version = store_.load(*name);
    if (version) return use_(*version);
    spdlog::warn("the current model cannot be used: {}", version.error().message);
}

void ModelFollower::follow(model::PublishedModel published) {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = std::move(published);
    }
    changed_.notify_all();
}

Result<std::vector<model::Manifest>> ModelFollower::models() const {
    const std::lock_guard lock(store_mutex_);
    return store_.list();
}

void ModelFollower::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || wanted_; });
        if (stopping_) return;
        const model::PublishedModel published = *std::exchange(wanted_, std::nullopt);
        lock.unlock();
        const auto adopted = adopt(published);
        lock.lock();
        if (adopted) continue;
        spdlog::warn("model {} is not taken: {}", published.manifest.version, adopted.error().message);
        if (adopted.error().code != ErrorCode::unavailable && adopted.error().code != ErrorCode::io) {
            ++refused_;
            continue;
        }
        if (!wanted_) wanted_ = published;
        changed_.wait_for(lock, std::chrono::milliseconds(settings_.retry_ms),
                          [&] { return stopping_ || *wanted_ != published; });
    }
}

Result<void> ModelFollower::adopt(const model::PublishedModel& published) {
    const std::string& name = published.manifest.version;
    std::unique_lock lock(store_mutex_);
    auto known = store_.load(name);
    if (!known || known->manifest.model_checksum != published.manifest.model_checksum) {
        lock.unlock();  // `models` answers while bytes come in
        auto bytes = fetch(published);
        if (!bytes) return std::unexpected(bytes.error());
        lock.lock();
        // This folder is a cache: a copy that is damaged, or not what was published, makes room for the good one.
        if (auto gone = store_.remove(name); !gone) return gone;
        known = store_.publish(published.manifest, *bytes);
    } else if (store_.current() != name) {
        known = store_.use(name);
    }
    if (!known) return std::unexpected(known.error());
    use_(*known);
    ++taken_;
    static_cast<void>(store_.prune(settings_.keep_versions));
    spdlog::info("model {} is in use", name);
    return {};
}

// Checked before it comes near the folder of models.
Result<std::string> ModelFollower::fetch(const model::PublishedModel& published) const {
    if (!hdfs_)
        return fail(ErrorCode::invalid_input,
                    "cluster.webhdfs is not set, so no model can be fetched; set it and restart");
    auto bytes = hdfs_->read(published.path, settings_.bytes_max);
    if (!bytes) return bytes;
    const std::string file = settings_.folder + "/fetched.vit";
    std::ofstream(file, std::ios::binary).write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    const auto model = model::Model::open(file);
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    if (!model) return std::unexpected(model.error());
    if ((*model)->checksum() != published.manifest.model_checksum)
        return fail(ErrorCode::corrupt_data, fmt::format("{} has checksum {}, its manifest says {}", published.path,
                                                         (*model)->checksum(), published.manifest.model_checksum));
    return bytes;
}

}  // namespace vitrina::cluster
