#pragma once
// Sorts more records than memory holds: full memory is sorted and put aside in a temporary file, the files are merged.
//
// A record is two numbers, which are the key, and bytes. Records of equal keys come in the order in which they were added.
// Threads: one. Lifetime: the files have no name and vanish with the object, however the process ends.
// Errors: io naming folder and cause (a full disk), corrupt_data where a file does not give back what was written.
// Cost: nothing touches the disk while everything fits into `memory_bytes`.
// Source: external merge sort, Knuth, The Art of Computer Programming 3, section 5.4.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace vitrina::import {

struct SortKey {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    auto operator<=>(const SortKey&) const = default;
};

struct SortedRecord {
    SortKey key;
    std::string_view bytes;  // valid until the next call
};

class SpillSort {
public:
    SpillSort(std::string folder, std::size_t memory_bytes);
    ~SpillSort();
    SpillSort(SpillSort&&) noexcept;

    Result<void> add(SortKey key, std::string_view bytes);
    // After the last `add`; then `next` gives the records, smallest key first.
    Result<void> finish();
    Result<std::optional<SortedRecord>> next();
    std::uint64_t spilled() const { return spilled_; }  // records that went through a file

private:
    struct Entry {
        SortKey key;
        std::size_t at = 0;
        std::size_t bytes = 0;
    };
    class Run;
    Result<void> spill();
    Result<void> merge_runs();
    Result<std::unique_ptr<Run>> new_run() const;
    Result<std::optional<SortedRecord>> next_of_runs();
    void sort_memory();

    std::string folder_;
    std::size_t memory_bytes_;
    std::string bytes_;
    std::vector<Entry> entries_;
    std::size_t next_entry_ = 0;
    std::vector<std::unique_ptr<Run>> runs_;
    std::size_t given_ = SIZE_MAX;  // the run whose record was given last
    std::uint64_t spilled_ = 0;
};

}  // namespace vitrina::import
