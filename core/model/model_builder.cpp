#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "model/layout.hpp"
#include "model/model.hpp"

namespace vitrina::model {
namespace {

void copy_to(std::string& file, std::size_t offset, const void* data, std::size_t size) {
    if (size > 0) std::memcpy(file.data() + offset, data, size);
}

struct FreeHash {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::uint64_t checksum_of(std::span<const std::span<const std::byte>> parts) {
    const std::unique_ptr<XXH3_state_t, FreeHash> state(XXH3_createState());
    XXH3_64bits_reset(state.get());
    for (const auto& part : parts) XXH3_64bits_update(state.get(), part.data(), part.size());
    return XXH3_64bits_digest(state.get());
}

}  // namespace

ModelBuilder::ModelBuilder(std::vector<ItemKey> item_keys) : keys_(std::move(item_keys)) {
    ensure(std::adjacent_find(keys_.begin(), keys_.end(), std::greater_equal<>()) == keys_.end(),
           "the item keys of a model must be sorted and differ");
    add(layout::item_keys, keys_);
}

void ModelBuilder::add_section(Added section) {
    ensure(!section.name.empty() && section.name.size() < layout::name_bytes,
           "a section's name must have 1 to 63 bytes");
    ensure(section.name.find('\0') == std::string::npos, "a section's name must not hold a zero byte");
    ensure(sections_.size() < layout::sections_max, "a model has too many sections");
    const auto place = std::lower_bound(sections_.begin(), sections_.end(), section.name,
                                        [](const Added& added, const std::string& name) { return added.name < name; });
    ensure(place == sections_.end() || place->name != section.name, "a section was added twice");
    sections_.insert(place, std::move(section));
}

std::string ModelBuilder::bytes() const {
    std::vector<layout::TableEntry> table(sections_.size());
    const std::size_t table_bytes = table.size() * sizeof(layout::TableEntry);
    std::uint64_t end = sizeof(layout::Header) + table_bytes;
    for (std::size_t s = 0; s < table.size(); ++s) {
        const Added& section = sections_[s];
        std::copy(section.name.begin(), section.name.end(), table[s].name.begin());
        table[s].element_bytes = section.element_bytes;
        table[s].count = section.count;
        table[s].offset = layout::aligned(end);
        table[s].checksum = checksum_of(section.parts);
        end = table[s].offset + section.count * section.element_bytes;
    }
    layout::Header header{layout::magic, layout::format_version, static_cast<std::uint32_t>(table.size()), end, 0, {}};
    header.checksum = layout::head_checksum(header, std::as_bytes(std::span(table)));

    std::string file(end, '\0');
    copy_to(file, 0, &header, sizeof header);
    copy_to(file, sizeof header, table.data(), table_bytes);
    for (std::size_t s = 0; s < table.size(); ++s) {
        std::size_t offset = table[s].offset;
        for (const auto& part : sections_[s].parts) {
            copy_to(file, offset, part.data(), part.size());
            offset += part.size();
        }
    }
    return file;
}

}  // namespace vitrina::model
