#include "cluster/shops.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "border/keys.hpp"

namespace vitrina::cluster {

namespace {

using Shops = std::map<std::string, std::string>;  // name → hex

std::string hex_of(const ShopKey& key) {
    std::string hex;
    for (const std::byte byte : key) hex += fmt::format("{:02x}", static_cast<unsigned>(byte));
    return hex;
}

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    return -1;
}

std::optional<ShopKey> key_of(const std::string& hex) {
    ShopKey key{};
    if (hex.size() != 2 * key.size()) return std::nullopt;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const int high = digit_of(hex[2 * i]), low = digit_of(hex[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        key[i] = static_cast<std::byte>(high * 16 + low);
    }
    return key;
}

// Empty where there is no file yet.
Result<Shops> read_file(const std::string& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Shops{};
    std::ifstream stream(file);
    const auto json = nlohmann::json::parse(stream, nullptr, false);
    if (!json.is_object())
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} is no file of shops; it is {{\"default\": \"64 hex digits\"}}", file));
    Shops shops;
    for (const auto& [name, hex] : json.items()) {
        if (!border::is_shop_name(name) || !hex.is_string() || !key_of(hex.get<std::string>()))
            return fail(
                ErrorCode::invalid_input,
                fmt::format("{}: \"{}\" must be a name of a-z, 0-9 and - with a key of 64 lower-case hex digits", file,
                            name));
        shops[name] = hex.get<std::string>();
    }
    return shops;
}

Error cannot_write(const std::string& file) {
    return {ErrorCode::io, fmt::format("cannot write {}: {}", file, std::strerror(errno))};
}

// Beside it first, so that a kill leaves the old file or the new one.
Result<void> write_file(const std::string& file, const Shops& shops) {
    const std::string beside = file + ".new", text = nlohmann::json(shops).dump(1) + "\n";
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return std::unexpected(cannot_write(beside));
    const bool written =
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(descriptor) == 0;
    ::close(descriptor);
    if (!written || std::rename(beside.c_str(), file.c_str()) != 0) return std::unexpected(cannot_write(file));
    return {};
}

Result<void> check_name(const std::string& shop) {
    if (border::is_shop_name(shop)) return {};
    return fail(ErrorCode::invalid_input,
                fmt::format("cluster.shop = \"{}\" is no name of a shop: 1 to 32 of a-z, 0-9 and -", shop));
}

}  // namespace

Result<ShopKey> read_shop_key(const std::string& file, const std::string& shop) {
    const auto shops = read_file(file);
    if (!shops) return std::unexpected(shops.error());
    const auto found = shops->find(shop);
    if (found == shops->end())
        return fail(
            ErrorCode::not_found,
            fmt::format("{} has no shop {}; `vitrina cluster init` makes one, `vitrina migrate` brings one over, "
                        "and every machine of the cluster needs the same file",
                        file, shop));
    return *key_of(found->second);
}

Result<bool> make_shop_key(const std::string& file, const std::string& shop) {
    if (auto named = check_name(shop); !named) return std::unexpected(named.error());
    auto shops = read_file(file);
    if (!shops) return std::unexpected(shops.error());
    if (shops->contains(shop)) return false;
    ShopKey key{};
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        return fail(ErrorCode::io, "the system gives no random bytes for the shop's key");
    (*shops)[shop] = hex_of(key);
    if (auto written = write_file(file, *shops); !written) return std::unexpected(written.error());
    return true;
}

Result<void> keep_shop_key(const std::string& file, const std::string& shop, const ShopKey& key) {
    if (auto named = check_name(shop); !named) return named;
    auto shops = read_file(file);
    if (!shops) return std::unexpected(shops.error());
    const std::string hex = hex_of(key);
    if (const auto found = shops->find(shop); found != shops->end()) {
        if (found->second == hex) return {};
        return fail(
            ErrorCode::conflict,
            fmt::format("{} gives shop {} another key than its data folder has; if nothing was sent to its topics "
                        "yet, take the shop out of the file, stop the Streams application and migrate again; "
                        "else use another shop name or topic_prefix",
                        file, shop));
    }
    (*shops)[shop] = hex;
    return write_file(file, *shops);
}

}  // namespace vitrina::cluster
