#pragma once
// Opening the data folder for a command: configuration read, schedules off (a command trains only when told to).
//
// Threads: one. Errors: as engine::Engine::open and engine::read_configuration; not_found for a folder that does not exist
// where the command needs data.

#include <memory>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "engine/engine.hpp"

namespace vitrina::cli {

enum class Folder { must_exist, may_be_new };

Result<engine::Configuration> configuration_of(const DataOptions& options);
Result<std::unique_ptr<engine::Engine>> open_engine(const DataOptions& options, Folder folder = Folder::must_exist);

}  // namespace vitrina::cli
