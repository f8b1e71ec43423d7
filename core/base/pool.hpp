#pragma once
// Working memory that is made once a thread instead of once a block: a block borrows a value and gives it back.
//
// Threads: any number may borrow at once; a borrowed value belongs to its borrower. The pool outlives what is borrowed.
// A value comes back as its last borrower left it, so results must not depend on what it holds at first.
// Surprising cost: as many values live as were ever borrowed at once (about `Executor::width()`).

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace vitrina {

template <class T>
class Pool {
public:
    class Lease {
    public:
        Lease(Pool& pool, std::unique_ptr<T> value) : pool_(&pool), value_(std::move(value)) {}
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() { pool_->give_back(std::move(value_)); }
        T& operator*() const { return *value_; }
        T* operator->() const { return value_.get(); }

    private:
        Pool* pool_;
        std::unique_ptr<T> value_;
    };

    explicit Pool(std::function<std::unique_ptr<T>()> make) : make_(std::move(make)) {}

    Lease borrow() {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) return Lease(*this, make_());
        std::unique_ptr<T> value = std::move(free_.back());
        free_.pop_back();
        return Lease(*this, std::move(value));
    }

private:
    void give_back(std::unique_ptr<T> value) {
        const std::lock_guard lock(mutex_);
        free_.push_back(std::move(value));
    }

    std::function<std::unique_ptr<T>()> make_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<T>> free_;
};

}  // namespace vitrina
