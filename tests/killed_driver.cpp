#include "tests/killed_driver.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace vitrina::tests {

KilledDriver::KilledDriver(const std::string& folder, std::uint64_t seed, std::uint64_t first_batch) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("cannot make a pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    std::string program = VITRINA_FAULT_DRIVER, where = folder, what = std::to_string(seed);
    std::string from = std::to_string(first_batch);
    char* argv[] = {program.data(), where.data(), what.data(), from.data(), nullptr};
    const int failed = posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    acknowledgements_ = ends[0];
    if (failed != 0) throw std::runtime_error("cannot start " + program);
}

KilledDriver::~KilledDriver() {
    if (pid_ != 0) kill();
    ::close(acknowledgements_);
}

std::optional<std::uint64_t> KilledDriver::next() const {
    std::uint64_t batch = 0;
    const auto got = ::read(acknowledgements_, &batch, sizeof batch);
    return got == static_cast<ssize_t>(sizeof batch) ? std::optional(batch) : std::nullopt;
}

int KilledDriver::kill() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace vitrina::tests
