#include "model/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace vitrina::model {
namespace {

class File {
public:
    explicit File(int number) : number_(number) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

std::unexpected<Error> failed(const char* what, const std::string& path) {
    const int cause = errno;
    return fail(cause == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("cannot {} {}: {}", what, path, std::strerror(cause)));
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return failed("open", path);
    std::string bytes;
    char buffer[16384];
    for (;;) {
        const ssize_t got = ::read(file.number(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path);
        if (got == 0) return bytes;
        bytes.append(buffer, static_cast<std::size_t>(got));
        if (bytes.size() > bytes_max)
            return fail(ErrorCode::corrupt_data,
                        fmt::format("{} has more than the {} bytes that it may have", path, bytes_max));
    }
}

Result<std::vector<std::string>> folders_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code cause;
    if (!std::filesystem::exists(folder, cause) && !cause) return names;
    for (std::filesystem::directory_iterator entry(folder, cause), end; !cause && entry != end; entry.increment(cause))
        if (entry->is_directory(cause)) names.push_back(entry->path().filename().string());
    if (cause) return fail(ErrorCode::io, fmt::format("cannot list {}: {}", folder, cause.message()));
    std::ranges::sort(names);
    return names;
}

Result<void> write_synced(const std::string& path, const std::string& bytes) {
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.number() < 0) return failed("create", path);
    for (std::size_t written = 0; written < bytes.size();) {
        const ssize_t put = ::write(file.number(), bytes.data() + written, bytes.size() - written);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return failed("write", path);
        written += static_cast<std::size_t>(put);
    }
    if (::fsync(file.number()) != 0) return failed("sync", path);
    return {};
}

Result<void> sync_folder(const std::string& folder) {
    const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.number() < 0) return failed("open the folder", folder);
    if (::fsync(file.number()) != 0) return failed("sync the folder", folder);
    return {};
}

Result<void> replace_file(const std::string& folder, const std::string& name, const std::string& bytes) {
    const std::string path = folder + "/" + name, beside = folder + "/." + name + ".new";
    if (auto written = write_synced(beside, bytes); !written) return written;
    if (::rename(beside.c_str(), path.c_str()) != 0) return failed("rename to", path);
    return sync_folder(folder);
}

}  // namespace vitrina::model
