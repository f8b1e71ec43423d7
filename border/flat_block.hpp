#pragma once
// A few numbers and arrays as one block of bytes: what travels between the tasks of a training.
//
//   block = magic u32 · version u32 · checksum u64 · (count u64 · elements, padded with zeros to 8 bytes)*        little-endian
//   checksum = XXH3 of all that follows, so that damaged numbers never reach a solver
//
// Lifetime: values; what is read is a copy, aligned as its type asks. Threads: one at a time.
// Errors: a reader remembers the first thing that was wrong; `finish` answers it as corrupt_data. What was read before that is
// empty or zero.

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"

namespace vitrina::border {

static_assert(std::endian::native == std::endian::little, "blocks are little-endian and copied as they lie in memory");

inline constexpr std::size_t block_head_bytes = 16;

struct BlockName {
    std::uint32_t magic = 0;
    std::uint32_t version = 1;
    const char* what = "";  // for messages: "block of factors"
};

class BlockWriter {
public:
    explicit BlockWriter(const BlockName& name) {
        append(&name.magic, sizeof name.magic);
        append(&name.version, sizeof name.version);
        bytes_.append(sizeof(std::uint64_t), '\0');
    }
    template <class T>
    BlockWriter& array(std::span<const T> values) {
        static_assert(std::is_arithmetic_v<T>);
        const std::uint64_t count = values.size();
        append(&count, sizeof count);
        append(values.data(), values.size_bytes());
        bytes_.resize((bytes_.size() + 7) / 8 * 8, '\0');
        return *this;
    }
    template <class T>
    BlockWriter& array(const std::vector<T>& values) {
        return array(std::span<const T>(values));
    }
    template <class T>
    BlockWriter& number(T value) {
        return array(std::span<const T>(&value, 1));
    }
    std::string finish() {
        const std::uint64_t checksum = text_hash(std::string_view(bytes_).substr(block_head_bytes));
        std::memcpy(bytes_.data() + block_head_bytes - sizeof checksum, &checksum, sizeof checksum);
        return std::move(bytes_);
    }

private:
    void append(const void* from, std::size_t size) {
        if (size > 0) bytes_.append(static_cast<const char*>(from), size);
    }
    std::string bytes_;
};

class BlockReader {
public:
    BlockReader(std::string_view bytes, const BlockName& name) : name_(name), rest_(bytes) {
        if (rest_.size() < block_head_bytes) {
            spoil();
            return;
        }
        std::uint32_t magic = 0, version = 0;
        std::uint64_t checksum = 0;
        std::memcpy(&magic, rest_.data(), sizeof magic);
        std::memcpy(&version, rest_.data() + 4, sizeof version);
        std::memcpy(&checksum, rest_.data() + 8, sizeof checksum);
        rest_.remove_prefix(block_head_bytes);
        if (magic != name.magic || version != name.version || checksum != text_hash(rest_)) spoil();
    }
    template <class T>
    std::vector<T> array() {
        std::uint64_t count = 0;
        if (rest_.size() < sizeof count) return spoil(), std::vector<T>();
        std::memcpy(&count, rest_.data(), sizeof count);
        rest_.remove_prefix(sizeof count);
        if (count > rest_.size() / sizeof(T)) return spoil(), std::vector<T>();
        std::vector<T> values(count);
        if (count > 0) std::memcpy(values.data(), rest_.data(), count * sizeof(T));
        const std::size_t size = count * sizeof(T), padded = (size + 7) / 8 * 8;
        if (padded > rest_.size() ||
            rest_.substr(size, padded - size) != std::string_view("\0\0\0\0\0\0\0", padded - size))
            return spoil(), std::vector<T>();
        rest_.remove_prefix(padded);
        return values;
    }
    template <class T>
    T number() {
        const std::vector<T> values = array<T>();
        if (values.size() == 1) return values.front();
        spoil();
        return T{};
    }
    Result<void> finish() const {
        if (good_ && rest_.empty()) return {};
        return corrupt();
    }
    std::unexpected<Error> corrupt() const {
        return fail(ErrorCode::corrupt_data, std::string("these bytes are no whole ") + name_.what);
    }

private:
    void spoil() {
        good_ = false;
        rest_ = {};
    }
    BlockName name_;
    std::string_view rest_;
    bool good_ = true;
};

}  // namespace vitrina::border
