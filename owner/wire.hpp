#pragma once
// What travels between a command and the owner (proto/owner.proto), to our values and back.
//
// Threads: pure functions.
// Errors: what cannot be one of ours is corrupt_data; a filter is parsed anew and refused as `ranking::parse_filter` does.

#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "proto/owner.pb.h"

namespace vitrina::owner {

inline constexpr std::uint32_t protocol = 5;

void write(const Error& error, proto::Failure& wire);
Error read(const proto::Failure& wire);

void write(const engine::RecommendationRequest& request, proto::RecommendationCall& wire);
Result<engine::RecommendationRequest> read(const proto::RecommendationCall& wire);

void write(const std::vector<recommendation::Recommendation>& answers, proto::Recommendations& wire);
std::vector<recommendation::Recommendation> read(const proto::Recommendations& wire);

void write(const engine::AcceptReport& report, proto::Accepted& wire);
Result<engine::AcceptReport> read(const proto::Accepted& wire);

void write(const std::vector<Result<void>>& outcomes, proto::Outcomes& wire);
std::vector<Result<void>> read(const proto::Outcomes& wire);

void write(const catalog::Run& run, proto::ItemRun& wire);
catalog::Run read(const proto::ItemRun& wire);

void write(const catalog::RunOutcome& outcome, proto::RunOutcome& wire);
Result<catalog::RunOutcome> read(const proto::RunOutcome& wire);

void write(const engine::VisitorReport& report, proto::Visitor& wire);
Result<engine::VisitorReport> read(const proto::Visitor& wire);

void write(const engine::Counters& counters, proto::Figures& wire);
Result<engine::Counters> read(const proto::Figures& wire);

void write(const experiment::Programme& programme, proto::Programme& wire);
Result<experiment::Programme> read(const proto::Programme& wire);

void write(const std::vector<model::Manifest>& manifests, proto::Blobs& wire);
Result<std::vector<model::Manifest>> read_manifests(const proto::Blobs& wire);

Result<std::vector<event::Event>> read_events(const proto::Blobs& wire);
Result<std::vector<catalog::Item>> read_items(const proto::Blobs& wire);

// As `ranking::parse_filter` reads it.
std::string filter_json(const ranking::Filter& filter);

}  // namespace vitrina::owner
