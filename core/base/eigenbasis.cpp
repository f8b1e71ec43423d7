#include "base/eigenbasis.hpp"

#include <Eigen/Eigenvalues>

#include "base/error.hpp"

namespace vitrina {

Eigenbasis eigenbasis_of(std::span<const double> symmetric, std::size_t d) {
    ensure(symmetric.size() == d * d, "a symmetric matrix has d·d numbers");
    const auto size = static_cast<Eigen::Index>(d);
    // Column by column this reads the transpose, whose lower triangle (the one Eigen reads) is our upper one.
    const Eigen::Map<const Eigen::MatrixXd> matrix(symmetric.data(), size, size);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(matrix);
    ensure(solver.info() == Eigen::Success, "the Gram matrix has no eigenvalues: it holds what is no finite number");
    Eigenbasis found{{solver.eigenvalues().begin(), solver.eigenvalues().end()}, Matrix(d, d)};
    for (std::size_t k = 0; k < d; ++k)
        for (std::size_t j = 0; j < d; ++j)
            found.basis[k][j] =
                static_cast<float>(solver.eigenvectors()(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(j)));
    return found;
}

}  // namespace vitrina
