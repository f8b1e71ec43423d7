#pragma once
// The few things that the store does with files, each whole or not at all as seen after a crash.
//
// Threads: functions of the file system; the caller sees to it that one writer works in a folder.
// Errors: io with path and cause, not_found where a file to be read is missing.

#include <string>
#include <vector>

#include "base/error.hpp"

namespace vitrina::model {

Result<std::string> read_file(const std::string& path, std::size_t bytes_max);
// Names of the folders within a folder, sorted; none where it is not there.
Result<std::vector<std::string>> folders_in(const std::string& folder);
// Writes and syncs a file that did not exist or is replaced in place (not atomic by itself).
Result<void> write_synced(const std::string& path, const std::string& bytes);
// Makes renames, new files and removals within the folder durable.
Result<void> sync_folder(const std::string& folder);
// Writes beside the file, syncs and renames: readers see the old or the new bytes.
Result<void> replace_file(const std::string& folder, const std::string& name, const std::string& bytes);

}  // namespace vitrina::model
