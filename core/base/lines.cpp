#include "base/lines.hpp"

#include <algorithm>

namespace vitrina {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t shown_bytes = 200;  // of a line that is too long

}  // namespace

void LineReader::feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    start_ = 0;
    buffer_.append(bytes);
}

std::optional<Line> LineReader::next() {
    while (start_ < buffer_.size()) {
        const std::size_t end = std::min(buffer_.find('\n', start_), buffer_.size());
        const bool complete = end < buffer_.size() || closed_;
        std::string_view text = std::string_view(buffer_).substr(start_, end - start_);
        const bool too_long = text.size() > line_bytes_;
        if (!complete && !too_long && !skipping_) return {};
        start_ = std::min(end + 1, buffer_.size());
        const bool rest = skipping_;
        skipping_ = !complete;
        if (rest) continue;
        ++number_;
        if (number_ == 1 && text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
        if (text.ends_with('\r')) text.remove_suffix(1);
        if (text.empty()) continue;
        return Line{number_, too_long ? text.substr(0, shown_bytes) : text, too_long};
    }
    return {};
}

}  // namespace vitrina
