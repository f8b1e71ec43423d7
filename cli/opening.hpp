#pragma once
// Opening the data folder for a command: configuration read, schedules off (a command trains only when told to). Where another
// process owns the folder and answers commands, as `vitrina serve` does, the engine is that one's.
//
// Threads: one. Errors: as engine::Engine::open, owner::RemoteEngine::connect and engine::read_configuration; not_found for a
// folder that does not exist where the command needs data. Where the owner goes away in the middle, the process ends with a
// message.

#include <memory>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "engine/engine.hpp"

namespace vitrina::cli {

enum class Folder { must_exist, may_be_new };

Result<engine::Configuration> configuration_of(const DataOptions& options);
// Is this the data folder of a shop? Changes nothing.
Result<void> check_folder(const std::string& data);
Result<std::unique_ptr<engine::Engine>> open_engine(const DataOptions& options, Folder folder = Folder::must_exist);

}  // namespace vitrina::cli
