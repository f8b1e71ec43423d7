#pragma once
// A side that speaks the public contract: what shoppers do becomes POST /v1/events, what they are shown comes from
// POST /v1/recommendations, the catalogue goes by POST /v1/items and learning is asked for by POST /v1/models/train. Who carries the bytes
// (a dispatcher in this process, a socket) is the caller's.
//
// Threads: one. Lifetime: borrows shop and transport.
// Errors: the first call that is not answered as the contract says is kept (`trouble`), and nothing is called after it.
// Time: `now` of the transport is told before every call; it never goes back.

#include <functional>
#include <ostream>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "simulator/population.hpp"

namespace vitrina::simulator {

struct Reply {
    int status = 0;
    std::string body;
};

struct Transport {
    std::function<Reply(std::string_view method, const std::string& target, std::string body)> call;
    std::function<void(TimeMs now)> time;
    // Waits until the training that was asked for is over.
    std::function<void()> trained;
};

struct WireSettings {
    bool learns = true;  // asks for trainings
    int train_every_days = 7;
};

struct WireCounts {
    std::uint64_t events = 0, requests = 0, answered_items = 0, trainings = 0, trainings_refused = 0;
};

class Wire final : public Side {
public:
    Wire(const World& world, Transport transport, const WireSettings& settings);
    void happened(const Deed& deed) override;
    void show(const Asked& asked, Shown& shown) override;
    void day_begins(int day) override;
    // What is still to be sent; called at the end.
    void flush();
    const WireCounts& counts() const { return counts_; }
    const Result<void>& trouble() const { return trouble_; }

private:
    void call(std::string_view method, const std::string& target, std::string body, int wanted,
              std::string* answer = nullptr);
    void tell(TimeMs time);
    void send_items(int day);
    void train();

    const World& world_;
    Transport transport_;
    WireSettings settings_;
    WireCounts counts_;
    Result<void> trouble_;
    std::string batch_;
    std::size_t batched_ = 0;
    TimeMs now_ = 0;
    std::uint64_t sent_ = 0;
    std::vector<signed char> stocked_;  // as last sent; -1: not yet
};

// Hears what shoppers do and writes it down as lines that `vitrina import --as events` reads; shows nothing.
class Chronicle final : public Side {
public:
    explicit Chronicle(std::ostream& out) : out_(out) {}
    bool shows() const override { return false; }
    void happened(const Deed& deed) override;

private:
    std::ostream& out_;
    std::uint64_t written_ = 0;
};

// The whole catalogue in the same way, for `vitrina import --as items`.
void write_items(const Shop& shop, std::ostream& out);

}  // namespace vitrina::simulator
