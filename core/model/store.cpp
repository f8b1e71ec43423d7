#include "model/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "model/folder.hpp"

namespace vitrina::model {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t manifest_bytes_max = 4 << 20;
constexpr std::size_t version_bytes_max = 128;
constexpr const char* unfinished = ".unfinished-";
constexpr const char* refused_name = "refused.json";

std::unexpected<Error> io(const char* what, const std::string& path, const std::error_code& cause) {
    return fail(ErrorCode::io, fmt::format("cannot {} {}: {}", what, path, cause.message()));
}

// A version is the name of a folder, so it must not lead out of ours, and must not look like what the store makes itself.
bool is_version(const std::string& text) {
    const auto allowed = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
               c == '.';
    };
    return !text.empty() && text.size() <= version_bytes_max && text.front() != '.' && text != "current" &&
           std::ranges::all_of(text, allowed);
}

Result<void> check_version(const std::string& version) {
    if (is_version(version)) return {};
    return fail(
        ErrorCode::invalid_input,
        fmt::format("\"{}\" cannot name a model version; use letters, digits, '-', '_' and '.', not at the beginning",
                    version));
}

bool newer(const Manifest& a, const Manifest& b) {
    return std::tie(a.trained_at, a.version) > std::tie(b.trained_at, b.version);
}

Result<Manifest> read_manifest(const std::string& folder, const std::string& version) {
    const auto json = read_file(folder + "/" + version + "/manifest.json", manifest_bytes_max);
    if (!json) return std::unexpected(json.error());
    auto manifest = manifest_from_json(*json);
    if (!manifest) return fail(manifest.error().code, fmt::format("version {}: {}", version, manifest.error().message));
    if (manifest->version != version)
        return fail(ErrorCode::corrupt_data,
                    fmt::format("version {}: its manifest belongs to version \"{}\"", version, manifest->version));
    return manifest;
}

void remove_unfinished(const std::string& folder) {
    std::error_code ignored;
    for (const std::string& name : folders_in(folder).value_or(std::vector<std::string>{}))
        if (name.starts_with(unfinished)) fs::remove_all(folder + "/" + name, ignored);
}

// Writes both files and fills in the manifest what only the written model file tells.
Result<std::shared_ptr<const Model>> write_version(const std::string& place, Manifest& manifest,
                                                   const std::string& model_bytes) {
    std::error_code cause;
    fs::create_directories(place, cause);  // the whole folder of models may have been cleared away
    if (cause) return io("make", place, cause);
    const std::string file = place + "/model.vit";
    if (auto written = write_synced(file, model_bytes); !written) return std::unexpected(written.error());
    auto model = Model::open(file);
    if (!model) return model;
    manifest.model_bytes = (*model)->bytes();
    manifest.model_checksum = (*model)->checksum();
    if (auto written = write_synced(place + "/manifest.json", to_json(manifest)); !written)
        return std::unexpected(written.error());
    if (auto synced = sync_folder(place); !synced) return std::unexpected(synced.error());
    return model;
}

}  // namespace

Result<Store> Store::open(std::string folder) {
    std::error_code cause;
    fs::create_directories(folder, cause);
    if (cause) return io("make the folder of models", folder, cause);
    return Store(std::move(folder));
}

Result<Version> Store::publish(Manifest manifest, const std::string& model_bytes) {
    if (auto named = check_version(manifest.version); !named) return std::unexpected(named.error());
    const std::string place = folder_ + "/" + manifest.version, beside = folder_ + "/" + unfinished + manifest.version;
    std::error_code cause;
    if (fs::exists(place, cause))
        return fail(ErrorCode::conflict, fmt::format("model version {} exists already", manifest.version));
    remove_unfinished(folder_);
    auto model = write_version(beside, manifest, model_bytes);
    if (!model) {
        remove_unfinished(folder_);
        return std::unexpected(model.error());
    }
    fs::rename(beside, place, cause);
    if (cause) return io("rename to", place, cause);
    if (auto synced = sync_folder(folder_); !synced) return std::unexpected(synced.error());
    if (auto named = name_current(manifest.version); !named) return std::unexpected(named.error());
    fs::remove(folder_ + "/" + refused_name, cause);  // what was refused before is answered
    return Version{std::move(manifest), std::move(*model)};
}

bool Store::has(const std::string& version) const {
    std::error_code ignored;
    return is_version(version) && fs::exists(folder_ + "/" + version, ignored);
}

Result<Version> Store::load(const std::string& version) const {
    if (auto named = check_version(version); !named) return std::unexpected(named.error());
    std::error_code ignored;
    if (!fs::is_directory(folder_ + "/" + version, ignored))
        return fail(ErrorCode::not_found,
                    fmt::format("there is no model version {}; `vitrina models` lists those that are there", version));
    auto manifest = read_manifest(folder_, version);
    if (!manifest) return fail(ErrorCode::corrupt_data, manifest.error().message);
    auto model = Model::open(folder_ + "/" + version + "/model.vit");
    if (!model) return std::unexpected(model.error());
    if ((*model)->checksum() != manifest->model_checksum)
        return fail(
            ErrorCode::corrupt_data,
            fmt::format("version {}: the model file is whole but not the one of the manifest: checksum {}, expected {}",
                        version, (*model)->checksum(), manifest->model_checksum));
    return Version{std::move(*manifest), std::move(*model)};
}

Result<std::vector<Manifest>> Store::list(std::vector<std::string>* broken) const {
    const auto versions = folders_in(folder_);
    if (!versions) return std::unexpected(versions.error());
    std::vector<Manifest> manifests;
    for (const std::string& version : *versions) {
        if (!is_version(version)) continue;
        auto manifest = read_manifest(folder_, version);
        if (manifest)
            manifests.push_back(std::move(*manifest));
        else if (broken != nullptr)
            broken->push_back(version);
    }
    std::ranges::sort(manifests, newer);
    return manifests;
}

Result<std::string> Store::current() const {
    auto text = read_file(folder_ + "/current", version_bytes_max + 1);
    if (!text && text.error().code == ErrorCode::not_found) return std::string();
    if (!text) return text;
    if (text->ends_with('\n')) text->pop_back();
    if (!is_version(*text))
        return fail(ErrorCode::corrupt_data,
                    fmt::format("{}/current does not name a version; use `vitrina models use VERSION`", folder_));
    return text;
}

Result<Version> Store::use(const std::string& version) {
    auto loaded = load(version);
    if (!loaded) return loaded;
    if (auto named = name_current(version); !named) return std::unexpected(named.error());
    return loaded;
}

Result<void> Store::name_current(const std::string& version) {
    return replace_file(folder_, "current", version + "\n");
}

Result<Version> Store::rollback() {
    const auto now = current();
    if (!now) return std::unexpected(now.error());
    const auto manifests = list();
    if (!manifests) return std::unexpected(manifests.error());
    if (now->empty())
        return fail(ErrorCode::conflict,
                    "there is no current model version to go back from; use `vitrina models use VERSION`");
    // A current version that cannot be read has no age; then the newest good one is taken.
    const auto known = std::ranges::find(*manifests, *now, &Manifest::version);
    for (auto next = known == manifests->end() ? manifests->begin() : known + 1; next != manifests->end(); ++next)
        if (auto used = use(next->version)) return used;
    return fail(ErrorCode::conflict, fmt::format("there is no good model version older than {}", *now));
}

Result<void> Store::refuse(const RefusedRelease& refused) {
    return replace_file(folder_, refused_name, to_json(refused));
}

std::optional<RefusedRelease> Store::refused() const {
    const auto json = read_file(folder_ + "/" + refused_name, manifest_bytes_max);
    auto read = json ? refused_from_json(*json) : std::unexpected(json.error());
    return read ? std::optional(std::move(*read)) : std::nullopt;
}

Result<void> Store::prune(std::size_t count) {
    const auto now = current();
    if (!now) return std::unexpected(now.error());
    const auto manifests = list();
    if (!manifests) return std::unexpected(manifests.error());
    for (std::size_t m = count; m < manifests->size(); ++m) {
        if ((*manifests)[m].version == *now) continue;
        if (auto removed = remove((*manifests)[m].version); !removed) return removed;
    }
    return {};
}

Result<void> Store::remove(const std::string& version) {
    if (auto named = check_version(version); !named) return named;
    if (!has(version)) return {};
    std::error_code cause;
    const std::string place = folder_ + "/" + version, beside = folder_ + "/" + unfinished + version;
    fs::rename(place, beside, cause);  // from here on nobody finds a half-removed version
    if (!cause) fs::remove_all(beside, cause);
    if (cause) return io("remove", place, cause);
    return {};
}

}  // namespace vitrina::model
