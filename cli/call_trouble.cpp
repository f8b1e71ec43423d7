#include "cli/call_trouble.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "base/closest.hpp"

namespace vitrina::cli {

namespace {

constexpr std::size_t shown_bytes = 64;  // of what was typed

std::string unknown_command(const std::string& typed, std::span<const KnownCommand> commands) {
    std::vector<std::string_view> names;
    for (const KnownCommand& command : commands) names.push_back(command.name);
    return fmt::format("there is no command \"{}\"{}{} `vitrina --help` lists the commands",
                       typed.substr(0, shown_bytes), did_you_mean(typed, names),
                       closest(typed, names).empty() ? ";" : "");
}

// The first option that the command does not have; empty where there is none.
std::string unknown_option(std::span<const std::string> arguments, const KnownCommand& command) {
    for (const std::string& argument : arguments) {
        if (argument == "--") return {};
        if (!argument.starts_with("--")) continue;
        const std::string option = argument.substr(0, argument.find('='));
        if (option != "--help" && std::ranges::find(command.options, option) == command.options.end()) return option;
    }
    return {};
}

}  // namespace

std::string call_trouble(std::span<const std::string> arguments, std::span<const KnownCommand> commands,
                         std::string_view said) {
    if (arguments.empty()) return "say what to do; `vitrina --help` lists the commands";
    const std::string& typed = arguments.front();
    const auto command = std::ranges::find(commands, typed, &KnownCommand::name);
    if (command == commands.end() && typed.starts_with('-'))
        return fmt::format("there is no option {} before a command; `vitrina --help` lists the commands",
                           typed.substr(0, shown_bytes));
    if (command == commands.end()) return unknown_command(typed, commands);
    const std::string help = fmt::format("; `vitrina {} --help` shows the options and an example", typed);
    const std::string option = unknown_option(arguments.subspan(1), *command);
    if (option.empty()) return fmt::format("{}: {}{}", typed, said, help);
    const std::vector<std::string_view> known(command->options.begin(), command->options.end());
    return fmt::format("{} has no option {}{}", typed, option.substr(0, shown_bytes),
                       closest(option, known).empty() ? help : did_you_mean(option, known) + help.substr(1));
}

}  // namespace vitrina::cli
