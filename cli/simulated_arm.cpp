#include "cli/simulated_arm.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/engine.hpp"
#include "server/dispatch.hpp"
#include "simulator/effect.hpp"
#include "simulator/learned_side.hpp"
#include "simulator/plain_sides.hpp"

namespace vitrina::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view secret = "vs_simulated_shop_of_known_truth_0001";

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// What the arm is, in the shop's own words: a vitrina.toml. Everybody is in the same arm, so there is no hold-out; the host sees to
// trends and trainings at simulated times.
std::string configuration_of(const ArmOrder& order) {
    std::string toml =
        fmt::format("{}[hold_out]\nshare = 0\n[log]\nsync = false\n[exposures]\nqueue = 1000000\nfeatures_share = {}\n"
                    "[training]\nevery_ms = 0\ntrends_every_ms = \"30d\"\nthreads = {}\n",
                    order.own, order.folder.empty() && order.own.empty() ? 0.0 : 1.0, order.threads);
    const auto sources = [&](std::string_view home, std::string_view product, std::string_view cart) {
        toml += fmt::format("[placement.home]\nsources = [\"{}\"]\n[placement.product]\nsources = [\"{}\"]\n"
                            "[placement.cart]\nsources = [\"{}\"]\n",
                            home, product, cart);
    };
    if (order.arm == "trial")
        toml += "[experiment.truth]\nwindow = \"56d\"\n[experiment.truth.arm.control]\nshare = 0.5\n"
                "placement.home = { sources = [\"popular\"] }\nplacement.product = { sources = [\"same_category\"] }\n"
                "placement.cart = { sources = [\"popular\"] }\n[experiment.truth.arm.vitrina]\nshare = 0.5\n";
    if (order.arm == "day_one") sources("popular", "same_category", "popular");
    if (order.arm == "item_item") {
        toml += "recipe = [\"ranker.on=false\"]\n";
        sources("item_item", "item_item", "item_item");
    }
    return toml;
}

// A folder of its own that goes away, or the one that is to be kept.
class Scratch {
public:
    explicit Scratch(const ArmOrder& order) : kept_(!order.folder.empty()), path_(order.folder) {
        static std::atomic<int> made = 0;
        if (!kept_)
            path_ = std::filesystem::path(order.scratch) / fmt::format("vitrina_simulated_{}_{}", getpid(), ++made);
    }
    ~Scratch() {
        std::error_code ignored;
        if (!kept_) std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    std::string path() const { return path_.string(); }

private:
    bool kept_;
    std::filesystem::path path_;
};

class Host {
public:
    static Result<std::unique_ptr<Host>> open(const ArmOrder& order, TimeMs start) {
        const auto configuration = engine::parse_configuration(configuration_of(order), "the simulated arm");
        if (!configuration) return std::unexpected(configuration.error());
        auto host = std::make_unique<Host>(order, start);
        auto opened =
            engine::Engine::open(host->scratch_.path(), *configuration, [at = host.get()] { return at->now_.load(); });
        if (!opened) return std::unexpected(opened.error());
        host->engine_ = std::move(*opened);
        host->dispatcher_ = std::make_unique<server::Dispatcher>(
            *host->engine_, server::Keys{.secret = {server::digest_of(secret)}, .publicly = {}, .token = {}});
        return host;
    }
    Host(const ArmOrder& order, TimeMs start) : scratch_(order), now_(start) {}

    simulator::Transport transport() {
        return {.call = [this](std::string_view method, const std::string& target,
                               std::string body) { return call(method, target, std::move(body)); },
                .time = [this](TimeMs now) { move_to(now); },
                .trained = [this] { wait_for_training(); }};
    }
    double training_seconds() const { return training_seconds_; }

private:
    simulator::Reply call(std::string_view method, const std::string& target, std::string body) {
        auto response = dispatcher_->dispatch(
            {.method = std::string(method),
             .target = target,
             .headers = {{"Authorization", fmt::format("Bearer {}", secret)}, {"Content-Type", "application/json"}},
             .body = std::move(body)});
        return {response.status, std::move(response.body)};
    }
    // Best sellers and trends anew every simulated hour: what the schedule does by the real clock.
    void move_to(TimeMs now) {
        const bool new_hour = hour_of(now) != hour_of(now_.load());
        now_ = now;
        if (new_hour) static_cast<void>(engine_->refresh_trends());
    }
    void wait_for_training() {
        const auto start = Clock::now();
        while (engine_->training().state == engine::TrainingStatus::State::running ||
               call("GET", "/v1/models", "").body.find(R"("state":"running")") != std::string::npos)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        training_seconds_ += seconds_since(start);
        static_cast<void>(engine_->refresh_trends());
    }

    Scratch scratch_;
    std::atomic<TimeMs> now_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<server::Dispatcher> dispatcher_;
    double training_seconds_ = 0;
};

Result<std::vector<Estimated>> estimates_of(const simulator::Reply& reply) {
    const auto json = nlohmann::json::parse(reply.body, nullptr, false);
    if (reply.status != 200 || !json.is_object() || json["comparisons"].size() != 1)
        return fail(ErrorCode::unavailable, "the experiment cannot be read: " + reply.body.substr(0, 500));
    std::vector<Estimated> estimates;
    const auto take = [&](const char* field, simulator::Measure measure) {
        const auto& lift = json["comparisons"][0][field];
        if (lift.is_object()) estimates.push_back({name_of(measure), lift["value"], lift["low"], lift["high"]});
    };
    take("orders_lift", simulator::Measure::orders_a_visitor);
    take("revenue_lift", simulator::Measure::revenue_a_visitor);
    take("order_value_lift", simulator::Measure::order_value);
    return estimates;
}

Result<LivedArm> live_with_engine(const simulator::World& world, const ArmOrder& order) {
    auto host = Host::open(order, world.calendar.midnight(0));
    if (!host) return std::unexpected(host.error());
    simulator::Wire wire(world, (*host)->transport(),
                         {.learns = order.arm != "day_one", .train_every_days = order.train_every_days});
    LivedArm lived;
    lived.ledger = simulator::live(world, wire);
    wire.flush();
    if (!wire.trouble()) return std::unexpected(wire.trouble().error());
    lived.wire = wire.counts();
    if (order.arm == "trial") {
        auto estimates = estimates_of((*host)->transport().call("GET", "/v1/experiments/truth", ""));
        if (!estimates) return std::unexpected(estimates.error());
        lived.estimates = std::move(*estimates);
    }
    lived.training_seconds = (*host)->training_seconds();
    return lived;
}

// Null where the arm needs an engine.
std::unique_ptr<simulator::Side> side_without_engine(const simulator::Shop& shop, std::string_view arm) {
    using simulator::Knows;
    if (arm == "nothing") return std::make_unique<simulator::Nobody>();
    if (arm == "random") return std::make_unique<simulator::AtRandom>(shop);
    if (arm == "shop_known") return std::make_unique<simulator::Learned>(shop, Knows::shop);
    if (arm == "people_known") return std::make_unique<simulator::Learned>(shop, Knows::people);
    if (arm == "optimum") return std::make_unique<simulator::Knowing>(shop);
    return nullptr;
}

}  // namespace

Result<void> check(const ArmOrder& order) {
    const auto configuration = engine::parse_configuration(configuration_of(order), "the simulated arm");
    if (!configuration) return std::unexpected(configuration.error());
    return {};
}

Result<LivedArm> live_arm(const simulator::World& world, const ArmOrder& order) {
    const auto start = Clock::now();
    LivedArm lived;
    if (const auto side = side_without_engine(world.shop, order.arm)) {
        lived.ledger = simulator::live(world, *side);
    } else {
        auto with_engine = live_with_engine(world, order);
        if (!with_engine) return with_engine;
        lived = std::move(*with_engine);
    }
    lived.seconds = seconds_since(start);
    return lived;
}

}  // namespace vitrina::cli
