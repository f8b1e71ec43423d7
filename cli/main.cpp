// `vitrina`: reads the command line and calls the command. The only file that knows CLI11, because it costs ten seconds.
// Long because every command says here what it takes.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "base/plain_text.hpp"
#include "base/version.hpp"
#include "cli/call_trouble.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/evaluate_files.hpp"
#include "cli/simulate_command.hpp"
#include "cli/simulated_arm.hpp"

namespace {

// A number in [low, high]; "nan" is none, though it would pass CLI::Range.
CLI::Validator between(double low, double high) {
    return {[=](const std::string& text) {
                const double value = std::strtod(text.c_str(), nullptr);
                return value >= low && value <= high ? std::string()
                                                     : fmt::format("{} is not a number from {} to {}", text, low, high);
            },
            ""};
}

using namespace vitrina::cli;

// A sub-command that has been asked for leaves what to do here.
using Chosen = std::function<int()>;

struct About {
    const char* name;
    const char* what;
    const char* example;
};

CLI::Validator something() {
    return {[](const std::string& given) { return given.empty() ? std::string("must not be empty") : std::string(); },
            ""};
}

// As ids and names come through HTTP too.
CLI::Validator plain_text() {
    return {[](const std::string& given) {
                return vitrina::is_plain_text(given) ? std::string()
                                                     : std::string("must be UTF-8 without control characters");
            },
            ""};
}

template <class Options>
CLI::App& add_command(CLI::App& app, Chosen& chosen, Options& options, int (*run)(const Options&), About about) {
    CLI::App& command = *app.add_subcommand(about.name, about.what);
    command.add_option("--data", options.data, "the data folder")->required()->check(something())->type_name("DIR");
    command.add_option("--config", options.config, "vitrina.toml (default: the one in the data folder, if any)")
        ->type_name("FILE");
    command.add_flag("--json", options.json, "for machines: JSON on standard output");
    command.footer(std::string("Example:\n  ") + about.example);
    command.callback([&chosen, &options, run] { chosen = [&options, run] { return run(options); }; });
    return command;
}

void add_import(CLI::App& app, Chosen& chosen) {
    static ImportOptions options;
    CLI::App& command = add_command(
        app, chosen, options, run_import,
        {"import", "read orders, events or items; running it again changes nothing",
         "vitrina import --data shop --as orders --columns order_id=InvoiceNo,item_id=StockCode orders.csv.gz\n"
         "  vitrina import --data shop --as items --complete feed.jsonl.gz"});
    command.add_option("--as", options.subject, "orders (default), events or items")->type_name("WHAT");
    command.add_option("--format", options.format, "csv or jsonl (default: by name or content)")->type_name("F");
    command.add_option("--columns", options.columns, "ours=the file's, for orders")->type_name("A=B,…");
    command.add_option("--mapping", options.mapping, "a mapping file for orders")->type_name("FILE");
    command.add_option("--encoding", options.encoding, "utf-8, latin-1 or windows-1252")->type_name("E");
    command.add_option("--separator", options.separator, "of CSV: , ; | or tab (default: by the header)")
        ->check(CLI::IsMember({",", ";", "|", "tab"}))
        ->type_name("C");
    command.add_option("--rejects", options.rejects, "keep the refused rows in this file")->type_name("FILE");
    auto* const complete =
        command.add_flag("--complete", options.complete,
                         "the files are the whole catalogue: items that they do not mention are no longer recommended");
    command.add_flag("--force", options.force, "with --complete: however many items vanish")->needs(complete);
    command.add_option("files", options.files, "plain, gzip or zstd; - is standard input")
        ->required()
        ->type_name("FILE…");
}

void add_serve(CLI::App& app, Chosen& chosen) {
    static ServeOptions options;
    CLI::App& command =
        add_command(app, chosen, options, run_serve,
                    {"serve", "the HTTP service; trains on its schedule; SIGTERM stops it without losing anything",
                     "vitrina serve --data shop --listen 127.0.0.1:8080"});
    command.add_option("--listen", options.listen, "address and port")->type_name("HOST:PORT");
}

void add_train(CLI::App& app, Chosen& chosen) {
    static TrainOptions options;
    CLI::App& command =
        add_command(app, chosen, options, run_train,
                    {"train", "learn a model version from everything known, check it and make it current",
                     "vitrina train --data shop"});
    command.add_flag("--force", options.force,
                     "make it current whatever the release gate finds: fewer events, worse answers (docs/training.md)");
}

void add_models(CLI::App& app, Chosen& chosen) {
    static ModelsOptions options;
    CLI::App& command = add_command(
        app, chosen, options, run_models,
        {"models", "what was learned when, from what and how good; go back", "vitrina models --data shop rollback"});
    command.add_option("action", options.action, "list, show, use or rollback")
        ->check(CLI::IsMember({"list", "show", "use", "rollback"}))
        ->type_name("ACTION");
    command.add_option("version", options.version, "the version, for `use` and `show`")->type_name("VERSION");
    command.parse_complete_callback([] {
        if (options.action == "use" && options.version.empty()) throw CLI::RequiredError("VERSION of `models use`");
        if ((options.action == "list" || options.action == "rollback") && !options.version.empty())
            throw CLI::ExtrasError({options.version + " (`models " + options.action + "` takes no VERSION)"});
    });
}

void add_experiment(CLI::App& app, Chosen& chosen) {
    static ExperimentOptions options;
    CLI::App& command =
        add_command(app, chosen, options, run_experiment,
                    {"experiment", "who is in which arm, and what the arms did to conversion and revenue",
                     "vitrina experiment --data shop show hold_out"});
    command.add_option("action", options.action, "list or show")
        ->check(CLI::IsMember({"list", "show"}))
        ->type_name("ACTION");
    command.add_option("name", options.name, "the experiment, for `show`; hold_out is the present quarter's")
        ->type_name("NAME");
    command
        .add_option("--revenue-most", options.revenue_most,
                    "count a unit's revenue for so much at most (a quantile of a past period, chosen before looking)")
        ->check(between(0, 1e15))
        ->type_name("MONEY");
    command.parse_complete_callback([] {
        if (options.action == "show" && options.name.empty()) throw CLI::RequiredError("NAME of `experiment show`");
        if (options.action == "list" && !options.name.empty())
            throw CLI::ExtrasError({options.name + " (`experiment list` takes no NAME)"});
    });
}

void add_rehearse(CLI::App& app, Chosen& chosen) {
    static RehearseOptions options;
    CLI::App& command = add_command(
        app, chosen, options, run_rehearse,
        {"rehearse", "experiments on your own past, by lot and again: are false alarms as rare as promised?",
         "vitrina rehearse --data shop"});
    command.add_option("--from", options.from, "the day on which everybody comes in (default: the log's last window)")
        ->type_name("TIME");
    command.add_option("--window", options.window_days, "days in which orders count (default 14)")
        ->check(CLI::Range(1, 3650));
    command.add_option("--rounds", options.rounds, "how often the lot is drawn (default 1000)")
        ->check(CLI::Range(10, 1'000'000));
    command.add_option("--seed", options.seed, "of the lots");
    command.add_option("--conversion-lift", options.conversion_lift, "the effect put in: more buyers (default .07)")
        ->check(between(0, 10))
        ->type_name("SHARE");
    command.add_option("--value-lift", options.value_lift, "and more money an order (default .1)")
        ->check(between(-.9, 10))
        ->type_name("SHARE");
    command.add_option("--revenue-most", options.revenue_most, "count a unit's revenue for so much at most")
        ->check(between(0, 1e15))
        ->type_name("MONEY");
    command.add_option("--threads", options.threads, "0: as many as processors (default)")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
}

void add_sample_size(CLI::App& app, Chosen& chosen) {
    static SampleSizeOptions options;
    CLI::App& command = *app.add_subcommand("sample-size", "how many visitors an experiment needs");
    const auto within = CLI::Validator(
        [](std::string& text) {
            const double share = std::strtod(text.c_str(), nullptr);
            return share > 0 && share < 1 ? std::string() : text + " does not lie between 0 and 1";
        },
        "SHARE");
    command.add_option("--conversion", options.conversion, "share of visitors who order now (default .025)")
        ->check(within);
    command.add_option("--lift", options.lift, "the change to be seen, as a share of that (default .07)")
        ->check(between(-.99, 39))
        ->type_name("SHARE");
    command.add_option("--alpha", options.alpha, "false alarms allowed (default .05)")->check(within);
    command.add_option("--power", options.power, "how surely it is to be seen (default .8)")->check(within);
    command
        .add_option("--visitors-a-day", options.visitors_a_day, "new visitors of both arms, to say how long it takes")
        ->check(between(1, 1e12))
        ->type_name("N");
    command.add_flag("--json", options.json, "for machines: JSON on standard output");
    command.footer("Example:\n  vitrina sample-size --conversion 0.025 --lift 0.07 --visitors-a-day 10000");
    command.parse_complete_callback([] {
        const double rate = options.conversion * (1 + options.lift);
        if (options.lift == 0 || rate >= 1)
            throw CLI::ValidationError("--lift", "must not be 0, and must leave the conversion below 1");
    });
    command.callback([&chosen] { chosen = [] { return run_sample_size(options); }; });
}

void add_recommend(CLI::App& app, Chosen& chosen) {
    static RecommendOptions options;
    CLI::App& command =
        add_command(app, chosen, options, run_recommend,
                    {"recommend", "one answer, readable",
                     "vitrina recommend --data shop --placement product --item 85123A --visitor 17850 --explain"});
    command.add_option("--placement", options.placement, "home, product, product_addons, cart, buy_again, …")
        ->check(plain_text())
        ->type_name("P");
    command.add_option("--visitor", options.visitor, "the visitor who is looking")->check(plain_text())->type_name("V");
    command.add_option("--user", options.user, "the logged-in user")->check(plain_text())->type_name("U");
    command.add_option("--item", options.item, "the item of a product page")->check(plain_text())->type_name("I");
    command.add_option("--cart", options.cart, "items in the cart")
        ->delimiter(',')
        ->check(plain_text())
        ->type_name("A,B");
    command.add_option("--exclude", options.exclude, "items not to show")
        ->delimiter(',')
        ->check(plain_text())
        ->type_name("A,B");
    command.add_option("--filter", options.filter, "a filter, as in the HTTP contract")->type_name("JSON");
    command.add_option("--locale", options.locale, "language of titles and reasons: en, ru, … (default: the shop's)")
        ->check(plain_text())
        ->type_name("L");
    command.add_option("--size", options.size, "how many items")->check(CLI::Range(1, 1000))->type_name("N");
    command.add_flag("--explain", options.explain, "each source's score and what the rules did");
}

void add_doctor(CLI::App& app, Chosen& chosen) {
    static DoctorOptions options;
    add_command(app, chosen, options, run_doctor,
                {"doctor", "is the data fit to learn from: each finding with what it costs and what to do",
                 "vitrina doctor --data shop"});
}

void add_published_file(CLI::App& command, EvaluateFilesOptions& files, CLI::Option* interactions) {
    command.add_option("--valid", files.valid, "its validation file")->needs(interactions)->type_name("FILE");
    command.add_option("--test", files.test, "its test file")->needs(interactions)->type_name("FILE");
    command.add_option("--shape", files.shape, "user-items, sequences, sessions or baskets")
        ->check(CLI::IsMember({"user-items", "sequences", "sessions", "baskets"}))
        ->needs(interactions)
        ->type_name("S");
    command.add_option("--trials", files.trials, "how many settings tuning may try")
        ->check(CLI::Range(0, 10'000))
        ->needs(interactions)
        ->type_name("N");
}

// One command with two kinds of data: a shop's own (--data) or a published file (--interactions).
void add_evaluate(CLI::App& app, Chosen& chosen) {
    static EvaluateShopOptions shop;
    static EvaluateFilesOptions files;
    CLI::App& command =
        *app.add_subcommand("evaluate", "train on the past, measure on what came later, against simple rivals");
    CLI::Option* data =
        command.add_option("--data", shop.data, "the data folder of a shop")->check(something())->type_name("DIR");
    command.add_option("--config", shop.config, "vitrina.toml")->type_name("FILE");
    CLI::Option* interactions =
        command.add_option("--interactions", files.interactions, "a published file instead, plain or gzip")
            ->excludes(data)
            ->type_name("FILE");
    command.add_option("--split", shop.split, "time:DATE, time:0.2, cuts:D1,D2, rolling:4x30d or last-order")
        ->excludes(interactions)
        ->type_name("S");
    command.add_option("--horizon", shop.horizon, "how long after the cut counts")
        ->excludes(interactions)
        ->type_name("30d");
    command.add_option("--task", shop.tasks, "home, product, product_addons, cart, buy_again, new_items, new_visitors")
        ->delimiter(',')
        ->excludes(interactions)
        ->type_name("T");
    command.add_flag("--ablation", shop.ablation, "tell what each source and group of features adds to the ranker");
    command.add_flag("--sources", shop.sources, "measure each source of a placement alone, too")
        ->excludes(interactions);
    command
        .add_flag("--success", shop.success,
                  "instead: learn click, cart and purchase from what became of recommendations, and say how calibrated "
                  "that is and whether it orders them better (docs/success-ranker.md)")
        ->excludes(interactions);
    add_published_file(command, files, interactions);
    command.add_option("--at", shop.at, "list lengths")->delimiter(',')->check(CLI::Range(1, 1000))->type_name("10,20");
    command.add_option("--seed", shop.seed, "of every random choice")
        ->check(CLI::Range(std::int64_t{0}, std::numeric_limits<std::int64_t>::max()))
        ->type_name("N");
    command.add_option("--threads", shop.threads, "0: as many as processors")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
    command.add_option("--chart", shop.chart, "draw the figures into this SVG")->type_name("FILE");
    command.add_flag("--json", shop.json, "for machines: JSON on standard output");
    command.footer("Examples:\n  vitrina evaluate --data shop --split rolling:4x30d --horizon 30d\n"
                   "  vitrina evaluate --interactions train.txt.gz --test test.txt.gz --shape user-items --at 20");
    command.callback([&command, &chosen] {
        if (shop.data.empty() && files.interactions.empty()) throw CLI::RequiredError("--data or --interactions");
        if (!files.interactions.empty() && files.shape.empty()) throw CLI::RequiredError("--shape");
        if (command.count("--at") > 0) files.at = shop.at;
        files.seed = shop.seed;
        files.threads = shop.threads;
        files.chart = shop.chart;
        files.json = shop.json;
        files.ablation = shop.ablation;
        if (shop.success) {
            chosen = [] { return run_evaluate_success(shop); };
            return;
        }
        chosen = [] { return files.interactions.empty() ? run_evaluate_shop(shop) : run_evaluate_files(files); };
    });
}

void add_export(CLI::App& app, Chosen& chosen) {
    static ExportOptions options;
    CLI::App& command = add_command(app, chosen, options, run_export,
                                    {"export",
                                     "every event of one visitor, as JSON lines that `import` reads again; or what "
                                     "became of recommendations",
                                     "vitrina export --data shop --visitor v-8d41c07a95e2f3b6\n"
                                     "  vitrina export --data shop --outcomes\n"
                                     "  vitrina export --data shop --training-rows\n"
                                     "  vitrina export --data shop --explored"});
    auto* visitor = command.add_option("--visitor", options.visitor, "the visitor")->check(something());
    command.add_flag("--outcomes", options.outcomes, "the order lines credited to a recommendation, of everybody")
        ->excludes(visitor);
    command
        .add_flag("--training-rows", options.training_rows,
                  "items that were shown, what could be read of them then and what became of them, where "
                  "exposures.features_share keeps it")
        ->excludes(visitor);
    command
        .add_flag(
            "--explored", options.explored,
            "slots whose item was drawn, with the chance of every item that could have been (docs/exploration.md)")
        ->excludes(visitor);
    command.callback([&chosen] {
        if (options.visitor.empty() && !options.outcomes && !options.training_rows && !options.explored)
            throw CLI::RequiredError("--visitor, --outcomes, --training-rows or --explored");
        if (options.outcomes + options.training_rows + options.explored > 1)
            throw CLI::ValidationError("--outcomes, --training-rows and --explored", "are one at a time");
        chosen = [] { return run_export(options); };
    });
    visitor->check(plain_text())->type_name("V");
}

void add_report(CLI::App& app, Chosen& chosen) {
    static ReportOptions options;
    CLI::App& command = add_command(
        app, chosen, options, run_report,
        {"report", "what became of recommendations, by day and placement, and what they are worth against the hold-out",
         "vitrina report --data shop --days 14"});
    command.add_option("--days", options.days, "the running one included")->check(CLI::Range(1, 28))->type_name("N");
    command.add_option("--html", options.html, "write one page with plots that needs nothing else, in place of tables")
        ->check(something())
        ->type_name("FILE");
}

void add_cluster(CLI::App& app, Chosen& chosen) {
    static ClusterInitOptions options;
    CLI::App& cluster = *app.add_subcommand("cluster", "the shop on Kafka: its topics and its key");
    cluster.require_subcommand(1);
    CLI::App& init =
        *cluster.add_subcommand("init", "make what is missing of the topics and the shop's key; safe to repeat");
    init.add_option("--config", options.config, "vitrina.toml with a [cluster]")->required()->type_name("FILE");
    init.add_option("--from", options.from, "a shop's data folder: its key is carried over")->type_name("DIR");
    init.add_option("--topics", options.topics, "other topics than those that vitrina brings")->type_name("FILE");
    init.add_flag("--json", options.json, "for machines: JSON on standard output");
    init.footer("Example:\n  vitrina cluster init --config vitrina.toml");
    init.callback([&chosen] { chosen = [] { return run_cluster_init(options); }; });
    static MirrorOptions mirror;
    add_command(cluster, chosen, mirror, run_cluster_mirror,
                {"mirror",
                 "read what is new in the topics into a data folder, for experiment, report, export and evaluate there",
                 "vitrina cluster mirror --data analysis --config vitrina.toml\n"
                 "  vitrina experiment --data analysis --config vitrina.toml show hold_out"})
        .get_option("--config")
        ->required();
}

void add_migrate(CLI::App& app, Chosen& chosen) {
    static MigrateOptions options;
    CLI::App& command =
        add_command(app, chosen, options, run_migrate,
                    {"migrate", "send a shop's log and catalogue to the cluster; goes on where it was cut off",
                     "vitrina migrate --data shop --config vitrina.toml"});
    command.get_option("--config")->required();
}

void add_simulate(CLI::App& app, Chosen& chosen) {
    static SimulateOptions options;
    CLI::App& command =
        *app.add_subcommand("simulate", "a shop with known truth: what recommending does to it, by arm");
    command.add_flag("--validate", options.validate, "hold the standard shop's organic life against real shops");
    command.add_flag("--rate", options.rate, "how fast people live when nobody answers");
    command.add_option("--shops", options.shops, "drawn by seed (default 4)")
        ->check(CLI::Range(1, 10'000))
        ->type_name("N");
    command.add_option("--visitors", options.visitors, "people of a shop, before and after the launch (default 5000)")
        ->check(CLI::Range(100, 100'000'000))
        ->type_name("N");
    command.add_option("--seed", options.seed, "of the first shop; the next ones follow")->type_name("N");
    std::vector<std::string> names(std::begin(arm_names), std::end(arm_names));
    command
        .add_option("--arms", options.arms,
                    "what answers (docs/simulator.md); default: all, own where --own says something")
        ->delimiter(',')
        ->check(CLI::IsMember(names))
        ->type_name("A,B");
    command.add_option("--against", options.against, "the arm that others are compared with (default day_one)")
        ->check(CLI::IsMember(names))
        ->type_name("A");
    command.add_flag("--standard", options.standard, "the middle shop instead of drawn ones");
    command.add_flag("--null", options.null_shop, "people never look at what is recommended: all arms must be equal");
    command.add_option("--set", options.set, "change a parameter of every shop (docs/simulator.md)")
        ->type_name("NAME=X");
    command.add_option("--own", options.own, "what a vitrina.toml begins with; adds the arm `own`, vitrina with it")
        ->type_name("LINE");
    command.add_option("--train-every", options.train_every_days, "days between trainings (default 7)")
        ->check(CLI::Range(1, 1000))
        ->type_name("DAYS");
    command.add_option("--threads", options.threads, "that learn; 0: as many as processors")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
    command.add_option("--out", options.out, "keep each finished arm here, and take up what is there")
        ->type_name("DIR");
    command
        .add_option("--folders", options.folders,
                    "keep each arm's data folder as DIR/ARM-SEED, with the features of everything shown")
        ->type_name("DIR");
    command.add_option("--log", options.log, "only write a shop's organic life as files that import reads")
        ->type_name("DIR");
    command.add_option("--chart", options.chart, "draw the lifts into this SVG")->type_name("FILE");
    command.add_flag("--json", options.json, "for machines: JSON on standard output");
    command.footer(
        "Examples:\n  vitrina simulate --validate\n  vitrina simulate --shops 20 --visitors 20000 --out uplift");
    command.callback([&chosen] { chosen = [] { return run_simulate(options); }; });
}

// Named in the contract, not built yet: the refusal says so instead of "unknown command".
void add_unavailable(CLI::App& app, Chosen& chosen) {
    for (const char* name : {"erase", "rules"}) {
        CLI::App& command = *app.add_subcommand(name, "not available yet");
        command.allow_extras();
        command.group("Not available yet");
        command.callback([&chosen, name] {
            chosen = [name] {
                fmt::print(stderr, "vitrina: `{}` is not available in this version; `vitrina --help` lists what is\n",
                           name);
                return exit_call;
            };
        });
    }
}

std::vector<KnownCommand> known_commands(const CLI::App& app) {
    std::vector<KnownCommand> commands;
    for (const CLI::App* command : app.get_subcommands(nullptr)) {
        KnownCommand& known = commands.emplace_back(KnownCommand{command->get_name(), {}});
        for (const CLI::Option* option : command->get_options())
            for (const std::string& name : option->get_lnames()) known.options.push_back("--" + name);
    }
    return commands;
}

int run(int argc, char** argv) {
    CLI::App app{"Vitrina: the recommender that an online store runs itself."};
    app.name("vitrina");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("vitrina ") + vitrina::program_version);
    app.footer("Exit status: 0 done, 1 the input is at fault, 2 the call is wrong, 3 the system is at fault.\n"
               "`vitrina COMMAND --help` shows its options and an example.");
    Chosen chosen;
    add_import(app, chosen);
    add_train(app, chosen);
    add_doctor(app, chosen);
    add_models(app, chosen);
    add_evaluate(app, chosen);
    add_recommend(app, chosen);
    add_experiment(app, chosen);
    add_rehearse(app, chosen);
    add_sample_size(app, chosen);
    add_serve(app, chosen);
    add_export(app, chosen);
    add_report(app, chosen);
    add_cluster(app, chosen);
    add_migrate(app, chosen);
    add_simulate(app, chosen);
    add_unavailable(app, chosen);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
        return report_call(
            {vitrina::ErrorCode::invalid_input, call_trouble(arguments, known_commands(app), error.what())});
    }
    return chosen();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        warn_on_standard_error();
        return run(argc, argv);
    } catch (const std::exception& bug) {
        fmt::print(stderr, "vitrina: stopped by a bug of its own: {}\n", bug.what());
        return exit_system;
    }
}
