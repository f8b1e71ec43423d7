#include "tests/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace vitrina::tests {

namespace {

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

int await(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    std::string name = std::filesystem::temp_directory_path() / "vitrina-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return path(name);
}

namespace {

// Starts the binary with these actions on its descriptors.
pid_t start(const std::vector<std::string>& arguments, const posix_spawn_file_actions_t& actions) {
    std::string program = VITRINA_BINARY;
    std::vector<std::string> copies = arguments;
    std::vector<char*> argv{program.data()};
    for (std::string& argument : copies) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, program.c_str(), &actions, nullptr, argv.data(), environ);
    if (failed != 0) throw std::runtime_error("cannot start " + program);
    return pid;
}

}  // namespace

Finished run_vitrina(const std::vector<std::string>& arguments, const std::string& input) {
    const TemporaryFolder folder;
    const std::string in = folder.write("in", input);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, in.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, folder.path("out").c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder.path("err").c_str(), O_WRONLY | O_CREAT, 0600);
    const pid_t pid = start(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    Finished finished;
    finished.status = await(pid);
    finished.out = read_file(folder.path("out"));
    finished.err = read_file(folder.path("err"));
    return finished;
}

Started::Started(const std::vector<std::string>& arguments) : folder_(std::make_unique<TemporaryFolder>()) {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("cannot make a pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder_->path("err").c_str(), O_WRONLY | O_CREAT, 0600);
    pid_ = start(arguments, actions);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    in_ = in[1];
    out_ = out[0];
}

Started::~Started() {
    if (pid_ != 0) {
        ::kill(pid_, SIGKILL);
        await(pid_);
    }
    if (in_ >= 0) ::close(in_);
    ::close(out_);
}

void Started::feed(const std::string& text) const {
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(in_, text.data() + done, text.size() - done);
        if (written < 0) throw std::runtime_error("the process reads no more");
        done += static_cast<std::size_t>(written);
    }
}

std::string Started::line_with(const std::string& text) {
    char some[4096];
    for (std::size_t from = 0;;) {
        const std::size_t end = read_.find('\n', from);
        if (end == std::string::npos) {
            const ssize_t count = ::read(out_, some, sizeof some);
            if (count <= 0) return {};
            read_.append(some, static_cast<std::size_t>(count));
            continue;
        }
        const std::string line = read_.substr(from, end - from);
        if (line.find(text) != std::string::npos) return line;
        from = end + 1;
    }
}

void Started::signal(int number) const { ::kill(pid_, number); }

Finished Started::end() {
    ::close(std::exchange(in_, -1));
    static_cast<void>(line_with(std::string("\n")));  // no line holds one: reads to the end
    Finished finished;
    finished.status = await(std::exchange(pid_, 0));
    finished.out = read_;
    finished.err = read_file(folder_->path("err"));
    return finished;
}

}  // namespace vitrina::tests
