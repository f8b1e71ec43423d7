#pragma once
// What is wrong with a command line that the parser refused: the culprit by name, and what to do.
//
// Threads: pure function. Lifetime: borrows nothing.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrina::cli {

struct KnownCommand {
    std::string name;
    std::vector<std::string> options;  // "--data"
};

// `said` is what the parser says; it is kept where no unknown command or option is to blame. `arguments` are those behind the
// program's name. The message has no program name before it and no line end behind it.
std::string call_trouble(std::span<const std::string> arguments, std::span<const KnownCommand> commands,
                         std::string_view said);

}  // namespace vitrina::cli
