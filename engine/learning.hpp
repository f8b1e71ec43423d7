#pragma once
// Learning: log → history → model → published and in use; and the versions that there are.
//
// Threads: any; one training at a time, on threads that give way to serving. Answers go on meanwhile.
// Errors: conflict while a training runs, invalid_input where nothing happened yet to learn from, what model::Store answers.
// A version that fails its checks, or those of the release gate, is refused with the reason and the one in use stays.
// `trained_through` is the end of the last full hour; a shop without older events learns from the running hour too.
// Surprising cost: reads the whole log; memory grows with the events learned from.

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/answering.hpp"
#include "engine/configuration.hpp"
#include "engine/database.hpp"
#include "engine/engine.hpp"
#include "engine/live_catalog.hpp"
#include "engine/position.hpp"
#include "engine/training_rows.hpp"
#include "evaluation/shown_learning.hpp"
#include "model/store.hpp"
#include "training/history.hpp"

namespace vitrina::engine {

struct LearningParts {
    const Database& database;
    const LiveCatalog& catalog;
    Answering& answering;
    std::function<Position()> log_end;
    std::function<TimeMs()> now;
    std::function<Result<MadeRows>()> training_rows;
};

class Learning {
public:
    Learning(const LearningParts& parts, const Configuration& configuration, model::Store store);

    // Puts the current version in use. Not an error: none yet, or one that cannot be read: answers come without a model then,
    // and `trouble` says why.
    void open_current();
    const std::string& trouble() const { return trouble_; }

    Result<model::Manifest> train(const Progress& progress, const TrainingOrder& order);
    std::optional<model::RefusedRelease> refused() const;
    TimeMs last_begun() const { return last_begun_; }  // of trainings in this process or the last refused one; 0: none
    TrainingStatus status() const;
    Result<std::vector<model::Manifest>> models() const;
    std::string current() const;
    Result<model::Manifest> use(const std::string& version);
    Result<model::Manifest> rollback();

    std::uint64_t trainings() const { return trainings_; }
    std::uint64_t failed() const { return failed_; }  // with those that the gate refused
    std::uint64_t releases_refused() const { return releases_refused_; }

private:
    struct Lesson;
    void set_status(TrainingStatus status);
    Result<model::Manifest> train_now(const Progress& progress, const TrainingOrder& order);
    std::optional<model::Manifest> in_use() const;
    Result<model::Manifest> refuse(const model::Release& release);
    Result<Lesson> read_log(const Progress& progress) const;
    // None where no placement asks for it.
    Result<std::optional<MadeRows>> read_rows() const;
    evaluation::ShownInput shown_in(const MadeRows& made) const;
    std::string text_of(ItemKey learning_key) const;
    double price_of(ItemKey learning_key) const;
    bool in_catalog(ItemKey learning_key) const;
    std::size_t threads() const;
    Result<model::Manifest> put_in_use(Result<model::Version> version);

    LearningParts parts_;
    const Configuration& configuration_;
    mutable std::mutex store_mutex_;
    model::Store store_;
    std::string trouble_;
    mutable std::mutex status_mutex_;
    TrainingStatus status_;
    std::atomic<bool> running_ = false;
    std::atomic<std::uint64_t> trainings_ = 0, failed_ = 0, releases_refused_ = 0;
    std::atomic<TimeMs> last_begun_ = 0;
};

}  // namespace vitrina::engine
