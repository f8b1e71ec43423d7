// In the build for ThreadSanitizer only. librdkafka makes and joins its threads by the functions of C11, which ThreadSanitizer does
// not know: a thread that it did not see begin crashes it, and what their mutexes order looks like a race. Here they are said once
// more in the functions of POSIX, which it does know; the program's own definitions are found before those of the C library.
// Types of both are the same in glibc. Its read-write locks are calls of the C library from within it, of which nothing is seen
// (tools/tsan.supp). A mutex that one of its threads made and another found under such a lock would look as if the two raced for the
// making, or the end, of the mutex; so these two are not looked at.
#ifdef _GLIBCXX_TSAN
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>

extern "C" {  // of the runtime of ThreadSanitizer
void AnnotateIgnoreWritesBegin(const char* file, int line);
void AnnotateIgnoreWritesEnd(const char* file, int line);
}

namespace {

struct NotLookedAt {
    NotLookedAt() { AnnotateIgnoreWritesBegin(__FILE__, __LINE__); }
    ~NotLookedAt() { AnnotateIgnoreWritesEnd(__FILE__, __LINE__); }
    NotLookedAt(const NotLookedAt&) = delete;
    NotLookedAt& operator=(const NotLookedAt&) = delete;
};

struct Start {
    thrd_start_t body;
    void* argument;
};

void* begin(void* given) {
    const std::unique_ptr<Start> start(static_cast<Start*>(given));
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->body(start->argument)));
}

pthread_mutex_t* posix(mtx_t* mutex) { return reinterpret_cast<pthread_mutex_t*>(mutex); }
pthread_cond_t* posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }
int said(int error) { return error == 0 ? thrd_success : error == ETIMEDOUT ? thrd_timedout : thrd_error; }
static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t) && sizeof(cnd_t) >= sizeof(pthread_cond_t));

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t body, void* argument) {
    auto start = std::make_unique<Start>(Start{body, argument});
    const int error = pthread_create(thread, nullptr, begin, start.get());
    if (error == 0) static_cast<void>(start.release());
    return said(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* value = nullptr;
    const int error = pthread_join(thread, &value);
    if (result != nullptr) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
    return said(error);
}

int mtx_init(mtx_t* mutex, int type) {
    const NotLookedAt begun;
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes,
                              (type & mtx_recursive) != 0 ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    const int error = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return said(error);
}

int mtx_lock(mtx_t* mutex) { return said(pthread_mutex_lock(posix(mutex))); }
int mtx_unlock(mtx_t* mutex) { return said(pthread_mutex_unlock(posix(mutex))); }
void mtx_destroy(mtx_t* mutex) {
    const NotLookedAt begun;
    pthread_mutex_destroy(posix(mutex));
}

int cnd_init(cnd_t* condition) { return said(pthread_cond_init(posix(condition), nullptr)); }
int cnd_signal(cnd_t* condition) { return said(pthread_cond_signal(posix(condition))); }
int cnd_broadcast(cnd_t* condition) { return said(pthread_cond_broadcast(posix(condition))); }
void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(posix(condition)); }
int cnd_wait(cnd_t* condition, mtx_t* mutex) { return said(pthread_cond_wait(posix(condition), posix(mutex))); }
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    return said(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

}  // extern "C"
#endif
