#include "server/key_file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

namespace vitrina::server {

namespace {

constexpr std::size_t key_bytes_min = 16;
constexpr std::size_t key_bytes_max = 256;

std::string hex_of(std::span<const unsigned char> bytes) {
    std::string hex;
    for (const unsigned char byte : bytes) hex += fmt::format("{:02x}", byte);
    return hex;
}

std::optional<KeyDigest> digest_from(std::string_view hex) {
    KeyDigest digest{};
    if (hex.size() != 2 * digest.size()) return std::nullopt;
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const std::string pair(hex.substr(2 * i, 2));
        if (!std::ranges::all_of(pair, [](unsigned char c) { return std::isxdigit(c) != 0; })) return std::nullopt;
        digest[i] = static_cast<unsigned char>(std::stoul(pair, nullptr, 16));
    }
    return digest;
}

std::string made_key(std::string_view prefix) {
    std::array<unsigned char, 24> random{};
    ensure(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1, "the system gives random bytes");
    return std::string(prefix) + hex_of(random);
}

Result<void> check_key(const char* variable, std::string_view key) {
    if (key.size() < key_bytes_min || key.size() > key_bytes_max)
        return fail(ErrorCode::invalid_input, fmt::format("{} holds a key of {} bytes; a key has {} to {}", variable,
                                                          key.size(), key_bytes_min, key_bytes_max));
    if (!bearer_token("Bearer " + std::string(key)))
        return fail(ErrorCode::invalid_input,
                    fmt::format("{} holds a key with characters other than letters, digits and -._~+/=", variable));
    return {};
}

// The keys of one variable, separated by commas.
Result<std::vector<std::string>> keys_in(const Environment& environment, const char* variable) {
    const std::string text = environment(variable);
    std::vector<std::string> keys;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        keys.push_back(text.substr(from, comma - from));
        if (auto checked = check_key(variable, keys.back()); !checked) return std::unexpected(checked.error());
        from = comma + 1;
    }
    return keys;
}

Error io_error(const std::string& what, const std::string& path) {
    return {ErrorCode::io, fmt::format("{} {}: {}", what, path, std::strerror(errno))};
}

Result<FoundKeys> read_file(const std::string& path) {
    std::ifstream file(path);
    if (!file) return std::unexpected(io_error("cannot read", path));
    Keys keys;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string kind = line.substr(0, blank);
        const std::string value = line.substr(std::min(blank + 1, line.size()));
        const auto digest = kind == "secret-sha256" ? digest_from(value) : std::nullopt;
        if (digest) {
            keys.secret.push_back(*digest);
        } else if (kind == "public" && value.size() >= key_bytes_min) {
            keys.publicly.push_back(digest_of(value));
        } else if (kind == "token" && value.size() >= key_bytes_min) {
            keys.token = value;
        } else if (!line.empty() && !line.starts_with('#')) {
            return fail(
                ErrorCode::corrupt_data,
                fmt::format("{}:{}: the line is none of: secret-sha256 HEX, public KEY, token KEY", path, number));
        }
    }
    return FoundKeys{.keys = std::move(keys), .made = std::nullopt};
}

// Written whole or not at all, and never readable by others, not even for a moment.
Result<void> write_file(const std::string& path, const std::string& text) {
    const std::string beside = path + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0) return std::unexpected(io_error("cannot write", beside));
    const bool written =
        ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
    if (!written) {
        const Error error = io_error("cannot write", beside);
        ::close(file);
        return std::unexpected(error);
    }
    ::close(file);
    if (::rename(beside.c_str(), path.c_str()) != 0) return std::unexpected(io_error("cannot rename to", path));
    return {};
}

Result<FoundKeys> make_file(const std::string& path) {
    const MadeKeys made{made_key("vs_"), made_key("vp_"), made_key("vt_")};
    const std::string text = fmt::format("# Keys of this shop; docs/http.md says what each may do.\n"
                                         "secret-sha256 {}\npublic {}\ntoken {}\n",
                                         hex_of(digest_of(made.secret)), made.publicly, made.token);
    if (auto written = write_file(path, text); !written) return std::unexpected(written.error());
    return FoundKeys{{{digest_of(made.secret)}, {digest_of(made.publicly)}, made.token}, made};
}

std::vector<KeyDigest> digests_of(const std::vector<std::string>& keys) {
    std::vector<KeyDigest> digests;
    for (const std::string& key : keys) digests.push_back(digest_of(key));
    return digests;
}

}  // namespace

Result<FoundKeys> find_keys(const std::string& folder, const Environment& environment) {
    const auto secret = keys_in(environment, "VITRINA_SECRET_KEY");
    const auto publicly = keys_in(environment, "VITRINA_PUBLIC_KEY");
    const auto token = keys_in(environment, "VITRINA_TOKEN_KEY");
    for (const auto* const keys : {&secret, &publicly, &token}) {
        if (!*keys) return std::unexpected(keys->error());
    }
    FoundKeys found;
    if (secret->empty()) {
        const std::string path = folder + "/keys";
        auto kept = std::filesystem::exists(path) ? read_file(path) : make_file(path);
        if (!kept) return std::unexpected(kept.error());
        found = std::move(*kept);
    }
    if (!secret->empty()) found.keys.secret = digests_of(*secret);
    if (!publicly->empty()) found.keys.publicly = digests_of(*publicly);
    if (!token->empty()) found.keys.token = token->front();
    return found;
}

}  // namespace vitrina::server
