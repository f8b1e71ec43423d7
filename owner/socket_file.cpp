#include "owner/socket_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace vitrina::owner {

namespace {

constexpr int backlog = 16;

Error trouble(const char* what, const std::string& folder) {
    return {ErrorCode::io, fmt::format("{} {}/{}: {}", what, folder, socket_name, std::strerror(errno))};
}

Result<Descriptor> opened(const std::string& folder) {
    Descriptor opened(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return std::unexpected(trouble("cannot reach", folder));
    return opened;
}

Result<Descriptor> new_socket(const std::string& folder) {
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return std::unexpected(trouble("no socket can be had for", folder));
    return socket;
}

// By the path itself where it fits.
sockaddr_un address_of(const std::string& folder, const Descriptor& opened) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string path = fmt::format("{}/{}", folder, socket_name);
    if (path.size() >= sizeof address.sun_path) path = fmt::format("/proc/self/fd/{}/{}", opened.number(), socket_name);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

}  // namespace

Result<Listener> Listener::open(const std::string& folder) {
    auto directory = opened(folder);
    if (!directory) return std::unexpected(directory.error());
    auto socket = new_socket(folder);
    if (!socket) return std::unexpected(socket.error());
    if (::unlinkat(directory->number(), socket_name, 0) != 0 && errno != ENOENT)
        return std::unexpected(trouble("cannot replace", folder));
    const sockaddr_un address = address_of(folder, *directory);
    if (::bind(socket->number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return std::unexpected(trouble("cannot make", folder));
    // Nobody can connect before `listen`, so nobody does with another mode.
    if (::fchmodat(directory->number(), socket_name, S_IRUSR | S_IWUSR, 0) != 0 ||
        ::listen(socket->number(), backlog) != 0)
        return std::unexpected(trouble("cannot listen on", folder));
    return Listener(std::move(*directory), std::move(*socket));
}

Listener::~Listener() {
    if (folder_) ::unlinkat(folder_.number(), socket_name, 0);
}

Result<Descriptor> connect_to(const std::string& folder) {
    const auto directory = opened(folder);
    if (!directory) return std::unexpected(directory.error());
    struct stat status{};
    if (::fstatat(directory->number(), socket_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return fail(ErrorCode::not_found, fmt::format("{} has no {}", folder, socket_name));
        return std::unexpected(trouble("cannot reach", folder));
    }
    if (!S_ISSOCK(status.st_mode))
        return fail(ErrorCode::conflict,
                    fmt::format("{}/{} is not a socket; remove it and restart the server", folder, socket_name));
    auto socket = new_socket(folder);
    if (!socket) return socket;
    const sockaddr_un address = address_of(folder, *directory);
    if (::connect(socket->number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
    if (errno == ECONNREFUSED || errno == ENOENT)
        return fail(ErrorCode::not_found, fmt::format("nobody listens on {}/{}", folder, socket_name));
    if (errno == EACCES || errno == EPERM)
        return fail(ErrorCode::conflict,
                    fmt::format("{}/{} belongs to another user; run the command as that one", folder, socket_name));
    return std::unexpected(trouble("cannot reach", folder));
}

}  // namespace vitrina::owner
