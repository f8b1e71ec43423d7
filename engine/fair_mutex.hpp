#pragma once
// A shared mutex on which a waiting writer goes before readers that come later. std::shared_mutex lets readers that never
// pause keep a writer out for ever.
//
// Threads: as std::shared_mutex; a thread that holds it shared must not ask for it again.

#include <pthread.h>

namespace vitrina::engine {

class FairMutex {
public:
    FairMutex() {
        pthread_rwlockattr_t attributes;
        pthread_rwlockattr_init(&attributes);
        pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
        pthread_rwlock_init(&lock_, &attributes);
        pthread_rwlockattr_destroy(&attributes);
    }
    ~FairMutex() { pthread_rwlock_destroy(&lock_); }
    FairMutex(const FairMutex&) = delete;
    FairMutex& operator=(const FairMutex&) = delete;

    void lock() { pthread_rwlock_wrlock(&lock_); }
    void unlock() { pthread_rwlock_unlock(&lock_); }
    void lock_shared() { pthread_rwlock_rdlock(&lock_); }
    void unlock_shared() { pthread_rwlock_unlock(&lock_); }

private:
    pthread_rwlock_t lock_{};
};

}  // namespace vitrina::engine
