#pragma once
// Running the binary under test as a shop would: arguments and standard input in, exit status and texts out.
//
// Threads: each call starts and awaits one process of its own. A folder made by `TemporaryFolder` goes with the object.

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace vitrina::tests {

struct Finished {
    int status = -1;  // 128 + signal where a signal ended it
    std::string out;
    std::string err;
};

// Runs the `vitrina` of this build in the root of the project.
Finished run_vitrina(const std::vector<std::string>& arguments, const std::string& input = "");

class TemporaryFolder;

// A `vitrina` under way: `vitrina serve`, or a command that waits for its standard input. Killed if it still runs at the end.
class Started {
public:
    explicit Started(const std::vector<std::string>& arguments);
    ~Started();
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;

    void feed(const std::string& text) const;  // to its standard input
    // The next line of its standard output that holds `text`; empty where it ended before.
    std::string line_with(const std::string& text);
    void signal(int number) const;
    // Closes its standard input and awaits its end.
    Finished end();

private:
    std::unique_ptr<TemporaryFolder> folder_;
    pid_t pid_ = 0;
    int in_ = -1, out_ = -1;
    std::string read_;  // of its standard output
};

class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string path(const std::string& name = "") const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }
    // Writes a file and answers its path.
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path path_;
};

}  // namespace vitrina::tests
