#pragma once
// The commands of `vitrina`, each a function from its options to an exit status. Parsing the command line is main.cpp's work.
//
// Threads: one command a process. Errors: printed on standard error; the exit status says whose fault it is (console.hpp).

#include <cstdint>
#include <string>
#include <vector>

namespace vitrina::cli {

struct DataOptions {
    std::string data;    // the data folder
    std::string config;  // path of vitrina.toml; empty: DATA/vitrina.toml where it exists, else defaults
    bool json = false;
};

struct TrainOptions : DataOptions {
    bool force = false;  // release whatever the gate says
};
int run_train(const TrainOptions& options);

struct ModelsOptions : DataOptions {
    std::string action = "list";  // list, show, use, rollback
    std::string version;
};
int run_models(const ModelsOptions& options);

struct RecommendOptions : DataOptions {
    std::string placement = "home";
    std::string visitor;
    std::string user;
    std::string item;
    std::vector<std::string> cart;
    std::vector<std::string> exclude;
    std::string filter;  // JSON
    std::string locale;  // empty: the shop's
    std::size_t size = 10;
    bool explain = false;
};
int run_recommend(const RecommendOptions& options);

struct ExportOptions : DataOptions {
    std::string visitor;
    bool outcomes = false;
    bool training_rows = false;
    bool explored = false;
};
int run_export(const ExportOptions& options);

struct ImportOptions : DataOptions {
    std::string subject = "orders";  // orders, events, items
    std::string format;              // csv, jsonl; empty: by name or content
    std::string columns;             // "order_id=InvoiceNo,…"
    std::string mapping;             // a mapping file (docs/import.md)
    std::string encoding = "utf-8";
    std::string separator;
    std::string rejects;
    bool complete = false;  // the files are the whole catalogue
    bool force = false;
    std::vector<std::string> files;
};
int run_import(const ImportOptions& options);

struct ReportOptions : DataOptions {
    int days = 28;
    std::string html;  // file; empty: none
};
int run_report(const ReportOptions& options);

struct ExperimentOptions : DataOptions {
    std::string action = "list";  // list, show
    std::string name;
    double revenue_most = 0;  // what a unit's revenue counts for at most; 0: no bound
};
int run_experiment(const ExperimentOptions& options);

struct RehearseOptions : DataOptions {
    std::string from;  // a date; empty: the last window of the log
    int window_days = 14;
    std::size_t rounds = 1000;
    std::uint64_t seed = 1;
    double conversion_lift = 0.07, value_lift = 0.1;
    double revenue_most = 0;
    std::size_t threads = 0;  // 0: all cores
};
int run_rehearse(const RehearseOptions& options);

struct SampleSizeOptions {
    double conversion = 0.025;
    double lift = 0.07;
    double alpha = 0.05;
    double power = 0.8;
    double visitors_a_day = 0;  // 0: not asked
    bool json = false;
};
int run_sample_size(const SampleSizeOptions& options);

struct ClusterInitOptions {
    std::string config;  // with [cluster]
    std::string from;    // data folder of a shop of one machine, whose key is carried over; empty: a new key
    std::string topics;  // a file like cluster/topics.toml; empty: that one
    bool json = false;
};
int run_cluster_init(const ClusterInitOptions& options);

struct MirrorOptions : DataOptions {};
int run_cluster_mirror(const MirrorOptions& options);

struct MigrateOptions : DataOptions {};
int run_migrate(const MigrateOptions& options);

struct ServeOptions : DataOptions {
    std::string listen;  // empty: as configured
};
int run_serve(const ServeOptions& options);

struct EvaluateShopOptions : DataOptions {
    bool success = false;  // instead: what is learned from what became of recommendations
    std::string split = "time:0.2";
    std::string horizon = "30d";
    std::vector<std::string> tasks;  // empty: all
    std::vector<std::size_t> at{10, 20};
    std::uint64_t seed = 1;
    std::size_t threads = 0;  // 0: as many as processors
    std::string chart;        // file for the SVG; empty: none
    bool sources = false;     // measure each source alone, too
    bool ablation = false;    // tell what each source and group of features adds to the ranker
};
int run_evaluate_shop(const EvaluateShopOptions& options);
// Of `options` only data folder, seed, threads and JSON.
int run_evaluate_success(const EvaluateShopOptions& options);

struct DoctorOptions : DataOptions {};
int run_doctor(const DoctorOptions& options);

}  // namespace vitrina::cli
