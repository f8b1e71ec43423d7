#pragma once
// Files that travel inside the binary: topics.toml (cmake/embedding.cmake).
//
// Threads: immutable. Not an error: an unknown name, which is empty.

#include <string_view>

namespace vitrina::cluster {

std::string_view embedded_file(std::string_view name);

}  // namespace vitrina::cluster
