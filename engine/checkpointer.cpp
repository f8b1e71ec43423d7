#include "engine/checkpointer.hpp"

#include <utility>

namespace vitrina::engine {

namespace {
constexpr std::string_view mark_name = "checkpoint";
}

Result<CheckpointMark> last_checkpoint(const Database& database) {
    const auto value = database.get(Family::meta, mark_name);
    if (!value) return std::unexpected(value.error());
    if (!*value) return CheckpointMark{};
    if ((*value)->size() < 8) return fail(ErrorCode::corrupt_data, "the mark of the last checkpoint is cut off");
    return CheckpointMark{big_endian_at(**value), (*value)->substr(8)};
}

Checkpointer::Checkpointer(Database& database, StateCaches& caches, Folding& folding, Position durable)
    : database_(database), caches_(caches), folding_(folding), durable_(durable), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

bool Checkpointer::begin(Position position) {
    {
        const std::lock_guard lock(mutex_);
        if (job_ && !outcome_) try_again();
        if (job_) return false;
    }
    Job job{.position = position,
            .figures = folding_.figures_as_bytes(),
            .visitors = caches_.visitors.freeze(),
            .users = caches_.users.freeze(),
            .items = caches_.items.freeze(),
            .late = folding_.take_late(),
            .dead_letters = folding_.take_dead_letters()};
    {
        const std::lock_guard lock(mutex_);
        job_ = std::move(job);
        outcome_ = {};
    }
    changed_.notify_all();
    return true;
}

Result<void> Checkpointer::finish() {
    std::unique_lock lock(mutex_);
    if (job_ && !outcome_) try_again();
    changed_.wait(lock, [this] { return !job_ || !outcome_; });
    return outcome_;
}

void Checkpointer::try_again() {
    outcome_ = {};
    changed_.notify_all();
}

Position Checkpointer::durable() const {
    const std::lock_guard lock(mutex_);
    return durable_;
}

void Checkpointer::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || (job_ && outcome_); });
        if (!job_ || !outcome_) return;
        lock.unlock();
        const auto written = write(*job_);
        lock.lock();
        outcome_ = written;
        if (written) {
            durable_ = job_->position;
            job_.reset();
        }
        changed_.notify_all();
        if (stopping_) return;
    }
}

Result<void> Checkpointer::write(const Job& job) {
    rocksdb::WriteBatch batch;
    caches_.visitors.add_to(batch, job.visitors);
    caches_.users.add_to(batch, job.users);
    caches_.items.add_to(batch, job.items);
    for (const Position position : job.late) batch.Put(database_.handle(Family::late), disk_key(position), "");
    for (const DeadLetter& letter : job.dead_letters)
        batch.Put(database_.handle(Family::dead_letters), key_of(letter), encode(letter));
    batch.Put(database_.handle(Family::meta), rocksdb::Slice(mark_name.data(), mark_name.size()),
              disk_key(job.position) + job.figures);
    if (auto written = database_.write(batch, true); !written) return written;
    caches_.visitors.thaw(job.visitors);
    caches_.users.thaw(job.users);
    caches_.items.thaw(job.items);
    return {};
}

}  // namespace vitrina::engine
