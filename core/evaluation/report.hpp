#pragma once
// What an evaluation found, and its three forms: JSON for machines (API.md, `evaluate --json`), a table and a chart for people.
//
// Threads: values and pure functions. Lifetime: values that own their texts.
// Shapes: every model has the metrics in the same order. Metric names are `recall hr ndcg mrr map coverage revenue_recall` `@k`.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "evaluation/bootstrap.hpp"

namespace vitrina::evaluation {

using ProtocolValue = std::variant<std::string, double, std::vector<std::pair<std::string, double>>>;

struct Measured {
    std::string metric;  // "recall@20"
    Interval interval;
};

// Recall by how popular the relevant item is: thirds of everything that happened before the test.
struct Terciles {
    std::string metric;
    double head = 0, middle = 0, tail = 0;
};

struct ModelReport {
    std::string name;  // "vitrina", "popularity", "personal popularity", "random", or a source
    std::vector<Measured> metrics;
    std::vector<Measured> validation;  // the same on the data on which choices were made; empty where there are none
    std::vector<Terciles> terciles;
    double train_seconds = 0;
    double answer_seconds = 0;  // all questions together, on all threads
    double peak_memory_mb = 0;  // of the process until then
};

// What a stacked ranker loses without one thing that it knows, on validation questions (evaluation/stacking.hpp).
struct AblationLine {
    std::string task;  // a placement; empty for published files
    std::string without;
    Interval gain;
};

// A line each; "" where nothing was asked for.
std::string ablation_table(std::span<const AblationLine> lines);

struct Report {
    std::vector<std::pair<std::string, ProtocolValue>> protocol;
    std::vector<AblationLine> ablation;  // where asked for
    std::string chosen = "vitrina";
    std::vector<ModelReport> models;
};

std::string to_json(const Report& report);

// Values with intervals, a row a model; then the protocol, a line each.
std::string to_table(const Report& report);

// Bars with intervals, a panel a metric: one self-contained SVG.
std::string to_svg(const Report& report);

}  // namespace vitrina::evaluation
