#include "training/boosting.hpp"

#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrina::training {
namespace {

using nlohmann::json;

Result<void> checked(int status) {
    if (status == 0) return {};
    return fail(ErrorCode::exhausted, fmt::format("XGBoost could not learn the trees: {}", XGBGetLastError()));
}

struct FreeMatrix {
    void operator()(void* matrix) const { XGDMatrixFree(matrix); }
};
struct FreeBooster {
    void operator()(void* booster) const { XGBoosterFree(booster); }
};
using MatrixHandle = std::unique_ptr<void, FreeMatrix>;
using OwnedBooster = std::unique_ptr<void, FreeBooster>;

Result<MatrixHandle> matrix_of(const RankingRows& rows) {
    DMatrixHandle handle = nullptr;
    const auto made = checked(XGDMatrixCreateFromMat(rows.values.data(), rows.rows(), rows.features.size(),
                                                     std::numeric_limits<float>::quiet_NaN(), &handle));
    if (!made) return std::unexpected(made.error());
    return MatrixHandle(handle);
}

Result<OwnedBooster> booster_of(const MatrixHandle& matrix, const BoostingRecipe& recipe, std::size_t threads) {
    BoosterHandle handle = nullptr;
    DMatrixHandle matrices[] = {matrix.get()};
    if (auto made = checked(XGBoosterCreate(matrices, 1, &handle)); !made) return std::unexpected(made.error());
    OwnedBooster booster(handle);
    const std::pair<const char*, std::string> parameters[] = {
        {"booster", "gbtree"},
        {"tree_method", "hist"},
        {"base_score", "0"},
        {"seed", "0"},
        {"verbosity", "0"},
        {"nthread", fmt::format("{}", threads)},
        {"max_depth", fmt::format("{}", recipe.depth)},
        {"max_bin", fmt::format("{}", recipe.bins)},
        {"eta", fmt::format("{}", recipe.learning_rate)},
        {"lambda", fmt::format("{}", recipe.leaf_penalty)},
        {"min_child_weight", fmt::format("{}", recipe.least_weight)},
    };
    for (const auto& [name, value] : parameters)
        if (auto set = checked(XGBoosterSetParam(handle, name, value.c_str())); !set)
            return std::unexpected(set.error());
    return booster;
}

float rounded(double value) { return static_cast<float>(std::round(value * 0x1p20) * 0x1p-20); }

class Gradients {
public:
    Gradients(const RankingRows& rows, Loss loss)
        : rows_(rows), loss_(loss), first_(rows.rows()), second_(rows.rows()) {}

    void update(std::span<const float> values) {
        if (loss_ == Loss::logistic) {
            for (std::size_t r = 0; r < values.size(); ++r) {
                const double share = 1 / (1 + std::exp(-static_cast<double>(values[r])));
                first_[r] = rounded(share - rows_.relevant[r]);
                second_[r] = std::max(rounded(share * (1 - share)), 0x1p-20f);
            }
            return;
        }
        for (std::size_t g = 0; g + 1 < rows_.groups.size(); ++g)
            update_group(rows_.groups[g], rows_.groups[g + 1], values);
    }
    float* first() { return first_.data(); }
    float* second() { return second_.data(); }

private:
    void update_group(std::size_t begin, std::size_t end, std::span<const float> values) {
        double relevant = 0, sum = 0;
        float most = values[begin];
        for (std::size_t r = begin; r < end; ++r) {
            relevant += rows_.relevant[r];
            most = std::max(most, values[r]);
        }
        for (std::size_t r = begin; r < end; ++r) sum += std::exp(static_cast<double>(values[r] - most));
        for (std::size_t r = begin; r < end; ++r) {
            const double share = std::exp(static_cast<double>(values[r] - most)) / sum;
            const double wanted = relevant > 0 ? rows_.relevant[r] / relevant : share;
            first_[r] = rounded(share - wanted);
            second_[r] = std::max(rounded(share * (1 - share)), 0x1p-20f);
        }
    }

    const RankingRows& rows_;
    Loss loss_;
    std::vector<float> first_, second_;
};

Result<std::span<const float>> values_of(BoosterHandle booster, DMatrixHandle matrix, bool training) {
    bst_ulong count = 0;
    const float* values = nullptr;
    constexpr int margins = 1;
    if (auto done = checked(XGBoosterPredict(booster, matrix, margins, 0, training ? 1 : 0, &count, &values)); !done)
        return std::unexpected(done.error());
    return std::span(values, count);
}

Result<void> run_rounds(BoosterHandle booster, DMatrixHandle matrix, const RankingRows& rows,
                        const BoostingRecipe& recipe) {
    Gradients gradients(rows, recipe.loss);
    for (std::uint32_t round = 0; round < recipe.rounds; ++round) {
        const auto values = values_of(booster, matrix, true);
        if (!values) return std::unexpected(values.error());
        gradients.update(*values);
        if (auto done =
                checked(XGBoosterBoostOneIter(booster, matrix, gradients.first(), gradients.second(), rows.rows()));
            !done)
            return done;
    }
    return {};
}

// One tree of XGBoost's JSON, breadth first, so that the right child stands behind the left one.
void append_tree(const json& tree, model::ForestArrays& forest) {
    const auto& lefts = tree.at("left_children");
    const auto& rights = tree.at("right_children");
    const auto& features = tree.at("split_indices");
    const auto& values = tree.at("split_conditions");  // of a leaf its value
    std::vector<std::size_t> order{0};
    for (std::size_t n = 0; n < order.size(); ++n) {
        const std::size_t old = order[n];
        model::TreeNode node{.value = values[old].get<float>()};
        if (const auto left = lefts[old].get<int>(); left >= 0) {
            node.feature = features[old].get<std::uint16_t>();
            node.left = static_cast<std::uint16_t>(order.size());
            order.push_back(static_cast<std::size_t>(left));
            order.push_back(rights[old].get<std::size_t>());
        }
        forest.nodes.push_back(node);
    }
    forest.trees.push_back(static_cast<std::uint32_t>(forest.nodes.size()));
}

Result<model::ForestArrays> forest_of(BoosterHandle booster) {
    bst_ulong length = 0;
    const char* text = nullptr;
    if (auto saved = checked(XGBoosterSaveModelToBuffer(booster, R"({"format": "json"})", &length, &text)); !saved)
        return std::unexpected(saved.error());
    const json saved = json::parse(text, text + length);
    model::ForestArrays forest;
    for (const json& tree : saved.at("learner").at("gradient_booster").at("model").at("trees"))
        append_tree(tree, forest);
    return forest;
}

// Where the values of the rows start: the logit of their share.
float start_of(const RankingRows& rows) {
    const auto relevant = static_cast<double>(std::count(rows.relevant.begin(), rows.relevant.end(), 1));
    return static_cast<float>(std::log(relevant / (static_cast<double>(rows.rows()) - relevant)));
}

Result<void> start_from(const MatrixHandle& matrix, const RankingRows& rows, float start) {
    const std::vector<float> margins(rows.rows(), start);
    return checked(XGDMatrixSetFloatInfo(matrix.get(), "base_margin", margins.data(), margins.size()));
}

void put_first(float start, model::ForestArrays& forest) {
    forest.nodes.insert(forest.nodes.begin(), model::TreeNode{.value = start});
    for (std::uint32_t& tree : forest.trees) ++tree;
    forest.trees.insert(forest.trees.begin(), 0);
}

bool can_be_learned(const RankingRows& rows, Loss loss) {
    if (loss == Loss::logistic) {
        const auto relevant = std::count(rows.relevant.begin(), rows.relevant.end(), 1);
        return relevant > 0 && static_cast<std::size_t>(relevant) < rows.rows();
    }
    for (std::size_t g = 0; g + 1 < rows.groups.size(); ++g) {
        const auto begin = rows.relevant.begin() + rows.groups[g], end = rows.relevant.begin() + rows.groups[g + 1];
        const auto relevant = std::count(begin, end, 1);
        if (relevant > 0 && relevant < end - begin) return true;
    }
    return false;
}

}  // namespace

Result<Boosted> boost_with_values(const RankingRows& rows, const BoostingRecipe& recipe, std::size_t threads) {
    ensure(rows.groups.back() == rows.rows() && rows.values.size() == rows.rows() * rows.features.size(),
           "rows to learn from must fit together");
    Boosted boosted;
    if (can_be_learned(rows, recipe.loss)) {
        const auto matrix = matrix_of(rows);
        if (!matrix) return std::unexpected(matrix.error());
        const bool logistic = recipe.loss == Loss::logistic;
        if (logistic)
            if (auto started = start_from(*matrix, rows, start_of(rows)); !started)
                return std::unexpected(started.error());
        const auto booster = booster_of(*matrix, recipe, threads);
        if (!booster) return std::unexpected(booster.error());
        if (auto run = run_rounds(booster->get(), matrix->get(), rows, recipe); !run)
            return std::unexpected(run.error());
        auto forest = forest_of(booster->get());
        if (!forest) return std::unexpected(forest.error());
        boosted.forest = std::move(*forest);
        if (logistic) put_first(start_of(rows), boosted.forest);
        const auto values = values_of(booster->get(), matrix->get(), false);
        if (!values) return std::unexpected(values.error());
        boosted.values.assign(values->begin(), values->end());
    }
    for (const std::string& feature : rows.features) boosted.forest.features.push_back(model::feature_hash(feature));
    return boosted;
}

Result<model::ForestArrays> boost(const RankingRows& rows, const BoostingRecipe& recipe, std::size_t threads) {
    auto boosted = boost_with_values(rows, recipe, threads);
    if (!boosted) return std::unexpected(boosted.error());
    return std::move(boosted->forest);
}

}  // namespace vitrina::training
