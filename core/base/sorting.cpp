#include "base/sorting.hpp"

#include <hwy/contrib/sort/vqsort.h>

namespace vitrina {

void sort_descending(std::span<std::uint64_t> numbers) {
    thread_local const hwy::Sorter sorter;  // owns the buffer that it sorts through
    sorter(numbers.data(), numbers.size(), hwy::SortDescending());
}

}  // namespace vitrina
