#pragma once
// Running the binary under test as a shop would: arguments and standard input in, exit status and texts out.
//
// Threads: each call starts and awaits one process of its own. A folder made by `TemporaryFolder` goes with the object.

#include <filesystem>
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
