#include "state/layout.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vitrina::state {

namespace {

struct Header {
    std::uint32_t magic = 0;
    std::uint16_t version = 0;
    std::uint16_t zero = 0;
    std::uint32_t length = 0;
    std::array<std::uint16_t, layout_sections> counts{};
};
static_assert(sizeof(Header) == layout_header_bytes);

}  // namespace

Reader::Reader(std::string_view bytes, const LayoutName& name) : bytes_(bytes), name_(name) {
    Header header;
    if (bytes.size() < sizeof header) {
        problem_ = "it is shorter than its header";
        return;
    }
    std::memcpy(&header, bytes.data(), sizeof header);
    counts_ = header.counts;
    if (header.magic != name.magic)
        problem_ = "its first four bytes are not ours";
    else if (header.version != name.version)
        problem_ = "its version is not one that this program reads";
    else if (header.zero != 0 || header.length != bytes.size())
        problem_ = "its length is not the one that its header names";
}

std::size_t Reader::next_count() {
    ensure(section_ < layout_sections, "a layout has at most ten sections");
    return counts_[section_++];
}

const char* Reader::take(std::size_t bytes) {
    if (problem_) return nullptr;
    const std::size_t whole = padded_to_8(bytes);
    if (bytes_.size() - at_ < whole) {
        problem_ = "a section reaches beyond its end";
        return nullptr;
    }
    const char* at = bytes_.data() + at_;
    if (std::any_of(at + bytes, at + whole, [](char c) { return c != 0; })) {
        problem_ = "its padding is not zero";
        return nullptr;
    }
    at_ += whole;
    return at;
}

Result<void> Reader::finish() {
    if (!problem_ && at_ != bytes_.size()) problem_ = "bytes are left after its last section";
    if (!problem_ && std::any_of(counts_.begin() + static_cast<std::ptrdiff_t>(section_), counts_.end(),
                                 [](auto n) { return n != 0; }))
        problem_ = "it names rows of a section that does not exist";
    if (!problem_) return {};
    return fail(ErrorCode::corrupt_data, fmt::format("{} cannot be read: {}; rebuild it from the log ({} bytes)",
                                                     name_.what, problem_, bytes_.size()));
}

Writer::Writer(const LayoutName& name, std::size_t expected_bytes) : name_(name) {
    bytes_.reserve(std::max(expected_bytes, layout_header_bytes));
    bytes_.resize(layout_header_bytes, '\0');
}

char* Writer::grow(std::size_t bytes) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + bytes, '\0');
    return bytes_.data() + at;
}

std::string Writer::finish() {
    const Header header{name_.magic, name_.version, 0, static_cast<std::uint32_t>(bytes_.size()), counts_};
    std::memcpy(bytes_.data(), &header, sizeof header);
    return std::move(bytes_);
}

}  // namespace vitrina::state
