#include "model/model.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

#include "model/forest.hpp"
#include "model/layout.hpp"

namespace vitrina::model {
namespace {

std::unexpected<Error> corrupt(std::string what) {
    return fail(ErrorCode::corrupt_data, "model file refused: " + what + "; train again or use another version");
}

struct FreeAligned {
    void operator()(std::byte* bytes) const { ::operator delete[](bytes, std::align_val_t{layout::alignment}); }
};

// Read through a mapping of a file. Should somebody cut the file short while it is mapped, reading it stops the process;
// the store never changes a file that it has published.
class MappedModel final : public Model {
public:
    MappedModel(void* address, std::size_t length) : address_(address), length_(length) {}
    MappedModel(const MappedModel&) = delete;
    MappedModel& operator=(const MappedModel&) = delete;
    ~MappedModel() override { ::munmap(address_, length_); }
    Result<void> check() { return parse({static_cast<const std::byte*>(address_), length_}); }

private:
    void* address_;
    std::size_t length_;
};

class CopiedModel final : public Model {
public:
    explicit CopiedModel(const std::string& bytes)
        : copy_(new (std::align_val_t{layout::alignment}) std::byte[bytes.size() + 1]), length_(bytes.size()) {
        std::memcpy(copy_.get(), bytes.data(), bytes.size());
    }
    Result<void> check() { return parse({copy_.get(), length_}); }

private:
    std::unique_ptr<std::byte[], FreeAligned> copy_;
    std::size_t length_;
};

Result<layout::Header> checked_header(std::span<const std::byte> file) {
    layout::Header header;
    if (file.size() < sizeof header)
        return corrupt(fmt::format("truncated, a header has {} bytes and the file {}", sizeof header, file.size()));
    std::memcpy(&header, file.data(), sizeof header);
    if (header.magic != layout::magic) return corrupt("it does not begin with VITMODEL, so it is no model file");
    if (header.format_version != layout::format_version)
        return corrupt(
            fmt::format("format version {}, this program reads {}", header.format_version, layout::format_version));
    if (header.file_bytes != file.size())
        return corrupt(
            fmt::format("truncated or grown, it has {} bytes and its header says {}", file.size(), header.file_bytes));
    if (header.sections > layout::sections_max)
        return corrupt(fmt::format("{} sections, at most {} are allowed", header.sections, layout::sections_max));
    const std::size_t table_bytes = header.sections * sizeof(layout::TableEntry);
    if (file.size() < sizeof header + table_bytes) return corrupt("truncated within the table of sections");
    if (layout::head_checksum(header, file.subspan(sizeof header, table_bytes)) != header.checksum)
        return corrupt("the checksum of the header and the table of sections does not match");
    return header;
}

Result<std::string> checked_name(const layout::TableEntry& entry) {
    const auto* end = std::find(entry.name.begin(), entry.name.end(), '\0');
    if (end == entry.name.begin() || end == entry.name.end() ||
        std::any_of(end, entry.name.end(), [](char c) { return c != 0; }))
        return corrupt("a section has a bad name");
    return std::string(entry.name.begin(), end);
}

// The file has one canonical form: every array begins at the next multiple of 64 behind the one before it.
Result<void> check_place(const layout::TableEntry& entry, const std::string& name, std::uint64_t expected,
                         std::uint64_t file_bytes) {
    if (entry.element_bytes == 0 || entry.element_bytes > layout::alignment)
        return corrupt(fmt::format("section {} has elements of {} bytes", name, entry.element_bytes));
    if (entry.offset != expected)
        return corrupt(fmt::format("section {} is at {}, not at {}", name, entry.offset, expected));
    if (entry.offset > file_bytes || entry.count > (file_bytes - entry.offset) / entry.element_bytes)
        return corrupt(fmt::format("section {} goes beyond the end of the file", name));
    return {};
}

bool all_zero(std::span<const std::byte> bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

std::size_t hash_slots_for(std::size_t keys) {
    std::size_t slots = 16;
    while (slots < 2 * keys) slots *= 2;
    return slots;
}

std::string hex_checksum(std::span<const std::byte> file) {
    const XXH128_hash_t sum = XXH3_128bits(file.data(), file.size());
    return fmt::format("{:016x}{:016x}", sum.high64, sum.low64);
}

}  // namespace

std::uint64_t layout::head_checksum(Header header, std::span<const std::byte> table) {
    header.checksum = 0;
    const std::uint64_t of_header = XXH3_64bits(&header, sizeof header);
    return XXH3_64bits_withSeed(table.data(), table.size(), of_header);
}

Result<void> Model::parse(std::span<const std::byte> file) {
    const auto header = checked_header(file);
    if (!header) return std::unexpected(header.error());
    std::uint64_t end = sizeof(layout::Header) + header->sections * sizeof(layout::TableEntry);
    for (std::uint32_t s = 0; s < header->sections; ++s) {
        layout::TableEntry entry;
        std::memcpy(&entry, file.data() + sizeof(layout::Header) + s * sizeof entry, sizeof entry);
        const auto name = checked_name(entry);
        if (!name) return std::unexpected(name.error());
        const std::uint64_t begin = layout::aligned(end);
        if (auto placed = check_place(entry, *name, begin, file.size()); !placed) return placed;
        if (!sections_.empty() && *name <= sections_.back().name)
            return corrupt("the sections are not in order of name");
        const auto data = file.subspan(entry.offset, entry.element_bytes * entry.count);
        if (!all_zero(file.subspan(end, begin - end)) || XXH3_64bits(data.data(), data.size()) != entry.checksum)
            return corrupt(fmt::format("the checksum of section {} does not match", *name));
        sections_.push_back({*name, entry.element_bytes, entry.count, data.data()});
        end = entry.offset + data.size();
    }
    if (end != file.size()) return corrupt("bytes follow the last section");
    bytes_ = file.size();
    checksum_ = hex_checksum(file);
    if (auto indexed = index_items(); !indexed) return indexed;
    return check_trees();
}

Result<void> Model::check_trees() const {
    constexpr std::string_view ending = ".trees";
    for (const Section& section : sections_) {
        if (!section.name.ends_with(ending)) continue;
        const std::string_view name = std::string_view(section.name).substr(0, section.name.size() - ending.size());
        if (const auto forest = forest_of(*this, name); !forest) return std::unexpected(forest.error());
    }
    return {};
}

Result<void> Model::index_items() {
    const Section* keys = find(layout::item_keys);
    if (keys == nullptr || keys->element_bytes != sizeof(ItemKey)) return corrupt("it has no item keys");
    if (keys->count >= no_row / 2) return corrupt(fmt::format("{} items are too many", keys->count));
    keys_ = {reinterpret_cast<const ItemKey*>(keys->data), keys->count};
    for (std::size_t r = 1; r < keys_.size(); ++r)
        if (keys_[r - 1] >= keys_[r]) return corrupt("the item keys are not sorted");
    hash_slots_.assign(hash_slots_for(keys_.size()), no_row);
    const std::size_t mask = hash_slots_.size() - 1;
    for (std::uint32_t r = 0; r < keys_.size(); ++r) {
        std::size_t slot = static_cast<std::uint64_t>(keys_[r]) & mask;
        while (hash_slots_[slot] != no_row) slot = (slot + 1) & mask;
        hash_slots_[slot] = r;
    }
    return {};
}

std::uint32_t Model::row(ItemKey item) const {
    const std::size_t mask = hash_slots_.size() - 1;
    std::size_t slot = static_cast<std::uint64_t>(item) & mask;
    while (hash_slots_[slot] != no_row && keys_[hash_slots_[slot]] != item) slot = (slot + 1) & mask;
    return hash_slots_[slot];
}

const Model::Section* Model::find(std::string_view name) const {
    const auto found =
        std::lower_bound(sections_.begin(), sections_.end(), name,
                         [](const Section& section, std::string_view wanted) { return section.name < wanted; });
    return found != sections_.end() && found->name == name ? &*found : nullptr;
}

Result<std::shared_ptr<const Model>> Model::from_bytes(std::string bytes) {
    auto model = std::make_shared<CopiedModel>(bytes);
    if (auto checked = model->check(); !checked) return std::unexpected(checked.error());
    return model;
}

Result<std::shared_ptr<const Model>> Model::open(const std::string& path) {
    const auto failed = [&](const char* what) {
        const int cause = errno;
        return fail(cause == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                    fmt::format("cannot {} the model file {}: {}", what, path, std::strerror(cause)));
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return failed("open");
    struct stat status{};
    const bool known = ::fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    const auto length = static_cast<std::size_t>(status.st_size);
    void* address = known && length > 0 ? ::mmap(nullptr, length, PROT_READ, MAP_SHARED, file, 0) : nullptr;
    ::close(file);
    if (!known) return fail(ErrorCode::io, fmt::format("the model file {} is not a regular file", path));
    if (length == 0) return corrupt(fmt::format("{} is empty", path));
    if (address == MAP_FAILED) return failed("map");
    auto model = std::make_shared<MappedModel>(address, length);
    if (auto checked = model->check(); !checked)
        return fail(checked.error().code, path + ": " + checked.error().message);
    return model;
}

}  // namespace vitrina::model
