#include "engine/shop_key.hpp"

#include <fmt/core.h>
#include <sys/random.h>

#include <cstring>

namespace vitrina::engine {

namespace {
constexpr std::string_view key_name = "shop_key", format_name = "format";
}

Result<ShopKey> shop_key(Database& database, const std::optional<ShopKey>& wanted) {
    const auto format = database.get(Family::meta, format_name);
    if (!format) return std::unexpected(format.error());
    if (*format && (*format)->starts_with("node"))
        return fail(
            ErrorCode::conflict,
            fmt::format("{} is the cache of a serving node of a cluster; name another folder", database.folder()));
    if (*format && **format != std::to_string(folder_format))
        return fail(ErrorCode::corrupt_data,
                    fmt::format("{} has format {}, this program reads format {}; use the program that wrote it",
                                database.folder(), **format, folder_format));
    const auto stored = database.get(Family::meta, key_name);
    if (!stored) return std::unexpected(stored.error());
    ShopKey key{};
    if (*stored && (*stored)->size() == key.size()) {
        std::memcpy(key.data(), (*stored)->data(), key.size());
        if (wanted && *wanted != key)
            return fail(ErrorCode::conflict,
                        fmt::format("{} belongs to a shop with another key; name another folder", database.folder()));
        return key;
    }
    if (*format)
        return fail(ErrorCode::corrupt_data,
                    fmt::format("{} has lost its shop key; restore it from a backup", database.folder()));
    if (wanted)
        key = *wanted;
    else if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size()))
        return fail(ErrorCode::io, "the system gives no random bytes for the shop key");
    rocksdb::WriteBatch batch;
    const auto name = [](std::string_view text) { return rocksdb::Slice(text.data(), text.size()); };
    batch.Put(database.handle(Family::meta), name(key_name), {reinterpret_cast<const char*>(key.data()), key.size()});
    batch.Put(database.handle(Family::meta), name(format_name), std::to_string(folder_format));
    if (auto written = database.write(batch, true); !written) return std::unexpected(written.error());
    return key;
}

}  // namespace vitrina::engine
