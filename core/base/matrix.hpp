#pragma once
// A dense matrix of floats, row by row, as the kernels want it: every row begins on a 64-byte boundary and is filled up with
// zeros to a multiple of 16 numbers (`stride`).
//
// Threads: a value; different rows may be written side by side. `Rows` and `MutableRows` borrow.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>

namespace vitrina {

// Numbers that a kernel takes at a time on the widest machine, and partial sums that a dot product keeps on every machine.
inline constexpr std::size_t lane_group = 16;

inline constexpr std::size_t padded(std::size_t count) { return (count + lane_group - 1) / lane_group * lane_group; }

// Rows that somebody else owns: a `Matrix`, or a section of a model.
struct Rows {
    const float* data = nullptr;
    std::size_t count = 0;
    std::size_t stride = 0;
    const float* operator[](std::size_t row) const { return data + row * stride; }
};

struct MutableRows {
    float* data = nullptr;
    std::size_t count = 0;
    std::size_t stride = 0;
    float* operator[](std::size_t row) const { return data + row * stride; }
    operator Rows() const { return {data, count, stride}; }
};

class Matrix {
public:
    Matrix() = default;
    Matrix(std::size_t rows, std::size_t columns)
        : rows_(rows),
          columns_(columns),
          stride_(padded(columns)),
          data_(new (std::align_val_t{64}) float[rows_ * stride_ + lane_group]()) {}

    std::size_t rows() const { return rows_; }
    std::size_t columns() const { return columns_; }
    std::size_t stride() const { return stride_; }
    float* operator[](std::size_t row) { return data_.get() + row * stride_; }
    const float* operator[](std::size_t row) const { return data_.get() + row * stride_; }
    operator Rows() const { return {data_.get(), rows_, stride_}; }
    operator MutableRows() { return {data_.get(), rows_, stride_}; }
    std::span<const float> numbers() const { return {data_.get(), rows_ * stride_}; }

private:
    struct Free {
        void operator()(float* numbers) const { ::operator delete[](numbers, std::align_val_t{64}); }
    };
    std::size_t rows_ = 0, columns_ = 0, stride_ = 0;
    std::unique_ptr<float[], Free> data_;
};

}  // namespace vitrina
