#include "engine/checkpointer.hpp"

#include <algorithm>
#include <utility>

namespace vitrina::engine {

namespace {
constexpr std::size_t record_overhead = 48;  // key, lengths, applied position

std::size_t bytes_of(const std::vector<FrozenState>& states) {
    std::size_t bytes = 0;
    for (const FrozenState& one : states)
        bytes += one.state->hot.size() + (one.cold_changed ? one.state->cold.size() : 0) + 2 * record_overhead;
    return bytes;
}
}  // namespace

Result<CheckpointMark> last_checkpoint(const Database& database) {
    const auto value = database.get(Family::meta, checkpoint_name);
    if (!value) return std::unexpected(value.error());
    if (!*value) return CheckpointMark{};
    if ((*value)->size() < 8) return fail(ErrorCode::corrupt_data, "the mark of the last checkpoint is cut off");
    return CheckpointMark{big_endian_at(**value), (*value)->substr(8)};
}

TakeBeside beside_of(Folding& folding) {
    return [&folding] {
        return Beside{.figures = folding.figures_as_bytes(),
                      .late = folding.take_late(),
                      .dead_letters = folding.take_dead_letters(),
                      .catalogue = {},
                      .outcomes = folding.take_outcomes()};
    };
}

Checkpointer::Checkpointer(Database& database, StateCaches& caches, TakeBeside take, Position durable)
    : database_(database), caches_(caches), take_(std::move(take)), durable_(durable), thread_([this] { run(); }) {}

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
            .beside = take_(),
            .visitors = caches_.visitors.freeze(),
            .users = caches_.users.freeze(),
            .items = caches_.items.freeze(),
            .shoppers = caches_.shoppers.freeze(),
            .successes = caches_.successes.freeze()};
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
        sort(*job_);
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

// Sorted, because a memtable takes neighbours several times faster than keys in hash order, here and when it is recovered.
void Checkpointer::sort(Job& job) {
    for (auto* states : {&job.visitors, &job.users, &job.items, &job.shoppers, &job.successes})
        std::ranges::sort(*states, {}, [](const FrozenState& state) { return state.key; });
}

Result<void> Checkpointer::write(const Job& job) {
    rocksdb::WriteBatch batch(bytes_of(job.visitors) + bytes_of(job.users) + bytes_of(job.items) +
                              bytes_of(job.shoppers) + bytes_of(job.successes) + 4096);
    caches_.visitors.add_to(batch, job.visitors);
    caches_.users.add_to(batch, job.users);
    caches_.items.add_to(batch, job.items);
    caches_.shoppers.add_to(batch, job.shoppers);
    caches_.successes.add_to(batch, job.successes);
    for (const Position position : job.beside.late) batch.Put(database_.handle(Family::late), disk_key(position), "");
    for (const DeadLetter& letter : job.beside.dead_letters)
        batch.Put(database_.handle(Family::dead_letters), key_of(letter), encode(letter));
    const auto upsert = [&](Family family, const auto& entries) {
        for (const auto& [key, entry] : entries) {
            if (entry)
                batch.Put(database_.handle(family), key, *entry);
            else
                batch.Delete(database_.handle(family), key);
        }
    };
    upsert(Family::catalogue, job.beside.catalogue);
    upsert(Family::outcomes, job.beside.outcomes);
    batch.Put(database_.handle(Family::meta), checkpoint_name, disk_key(job.position) + job.beside.figures);
    if (auto written = database_.write(batch, true); !written) return written;
    caches_.visitors.thaw(job.visitors);
    caches_.users.thaw(job.users);
    caches_.items.thaw(job.items);
    caches_.shoppers.thaw(job.shoppers);
    caches_.successes.thaw(job.successes);
    return {};
}

}  // namespace vitrina::engine
