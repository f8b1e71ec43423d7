#pragma once
// For tests and benchmarks: a copy of a data folder as a kill at this moment would have left it.
//
// Precondition: nobody writes. What RocksDB tidies up on its own may move under the copy; then the copy is made again.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>

namespace vitrina::engine {

inline std::map<std::string, std::uintmax_t> sizes_of_files(const std::string& folder) {
    std::map<std::string, std::uintmax_t> sizes;
    std::error_code gone;
    for (const auto& file : std::filesystem::recursive_directory_iterator(folder, gone))
        sizes[file.path().string()] = file.is_regular_file(gone) ? file.file_size(gone) : 0;
    return sizes;
}

inline void copy_as_killed(const std::string& from, const std::string& to) {
    for (auto before = sizes_of_files(from); true; before = sizes_of_files(from)) {
        std::error_code failed;
        std::filesystem::remove_all(to);
        std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, failed);
        if (!failed && before == sizes_of_files(from)) return;
    }
}

}  // namespace vitrina::engine
