#pragma once
// The basis in which a symmetric matrix is diagonal.
//
// Threads: pure function, one thread; the same bytes for the same build (Eigen on doubles).
// Shapes: `symmetric` is d × d; its upper triangle is read. Columns of the basis belong to ascending eigenvalues.
// Cost: about 10 d³ multiplications.

#include <span>
#include <vector>

#include "base/matrix.hpp"

namespace vitrina {

struct Eigenbasis {
    std::vector<double> values;  // ascending
    Matrix basis;                // d × d: rowwise products with it turn vectors into the basis
};

// `symmetric` holds d·d numbers, row by row.
Eigenbasis eigenbasis_of(std::span<const double> symmetric, std::size_t d);

}  // namespace vitrina
