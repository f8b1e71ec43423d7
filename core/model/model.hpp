#pragma once
// A model: an immutable, versioned, checksummed file of named arrays, and the only part of the core that touches files.
//
// Layout (docs/model-format.md): header with magic, format version, length and checksum; a table of sections (name, element
// size, count, offset, checksum); the arrays, little-endian, each on a 64-byte boundary. Row r of every per-item array is the
// item `item_keys()[r]`; keys are sorted, so a row is found by binary search or by the hash made at opening.
// Threads: a `Model` is immutable; share it by shared_ptr. A `ModelBuilder` belongs to one thread.
// Lifetime: spans live as long as the `Model`; a mapped file may be unlinked while it is open.
// Errors: `open` and `from_bytes` answer corrupt_data with what is wrong (magic, version, truncated, checksum of which
// section); io with path and cause. `section` of a wrong element type is our own bug; a missing section is an empty span.
// Surprising cost: opening reads the whole file once to check its sums.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"

namespace vitrina::model {

inline constexpr std::uint32_t no_row = 0xffffffff;

class Model {
public:
    static Result<std::shared_ptr<const Model>> open(const std::string& path);
    static Result<std::shared_ptr<const Model>> from_bytes(std::string bytes);
    virtual ~Model() = default;

    std::span<const ItemKey> item_keys() const { return keys_; }
    std::size_t items() const { return keys_.size(); }
    // `no_row` where the model does not know the item.
    std::uint32_t row(ItemKey item) const;

    bool has(std::string_view name) const { return find(name) != nullptr; }
    // 0 where there is no such section: for whoever must refuse a wrong element type instead of stopping.
    std::size_t element_bytes(std::string_view name) const {
        const Section* found = find(name);
        return found == nullptr ? 0 : found->element_bytes;
    }
    template <class T>
    std::span<const T> section(std::string_view name) const {
        static_assert(std::is_trivially_copyable_v<T>);
        const Section* found = find(name);
        if (found == nullptr) return {};
        ensure(found->element_bytes == sizeof(T), "a model section was read as another element type");
        return {reinterpret_cast<const T*>(found->data), found->count};
    }
    std::size_t bytes() const { return bytes_; }
    // xxh3-128 of the whole file, in hex.
    const std::string& checksum() const { return checksum_; }

protected:
    struct Section {
        std::string name;
        std::size_t element_bytes = 0;
        std::size_t count = 0;
        const std::byte* data = nullptr;
    };
    const Section* find(std::string_view name) const;
    Result<void> parse(std::span<const std::byte> file);
    Result<void> index_items();
    Result<void> check_trees() const;

    std::vector<Section> sections_;
    std::span<const ItemKey> keys_;
    std::vector<std::uint32_t> hash_slots_;
    std::size_t bytes_ = 0;
    std::string checksum_;
};

class ModelBuilder {
public:
    // Precondition: sorted by key, no repeats.
    explicit ModelBuilder(std::vector<ItemKey> item_keys);

    // Precondition: the name was not added before; names are "<source>.<array>", at most 63 bytes; T has at most 64 bytes.
    template <class T>
    void add(std::string name, std::span<const T> values) {
        add(std::move(name), std::vector<T>(values.begin(), values.end()));
    }
    // Takes the array over instead of copying it, where it is moved in.
    template <class T>
    void add(std::string name, std::vector<T> values) {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 64);
        std::vector<std::vector<T>> one;
        one.push_back(std::move(values));
        add_parts(std::move(name), std::move(one));
    }
    // One array that was made in parts, in their order.
    template <class T>
    void add_parts(std::string name, std::vector<std::vector<T>> values) {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 64);
        auto kept = std::make_shared<const std::vector<std::vector<T>>>(std::move(values));
        Added added{std::move(name), sizeof(T), 0, {}, kept};
        for (const std::vector<T>& part : *kept) {
            added.count += part.size();
            added.parts.push_back(std::as_bytes(std::span(part)));
        }
        add_section(std::move(added));
    }

    const std::vector<ItemKey>& item_keys() const { return keys_; }
    // The whole file; the same sections give the same bytes, in whatever order they were added.
    std::string bytes() const;

private:
    struct Added {
        std::string name;
        std::size_t element_bytes;
        std::size_t count;
        std::vector<std::span<const std::byte>> parts;
        std::shared_ptr<const void> owner;
    };
    void add_section(Added section);

    std::vector<ItemKey> keys_;
    std::vector<Added> sections_;
};

}  // namespace vitrina::model
