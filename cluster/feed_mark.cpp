#include "cluster/feed_mark.hpp"

#include <fmt/core.h>

#include <sstream>

namespace vitrina::cluster {

std::string encode(const FeedMark& mark) {
    std::string text = fmt::format("{}\n{}\n", mark.identity, mark.written);
    for (const auto& [place, offset] : mark.next) text += fmt::format("{} {} {}\n", place.first, place.second, offset);
    return text;
}

Result<FeedMark> decode_mark(std::string_view text) {
    std::istringstream lines{std::string(text)};
    FeedMark mark;
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    const bool begun = std::getline(lines, mark.identity) && static_cast<bool>(lines >> mark.written);
    while (begun && lines >> topic >> partition >> offset) mark.next[{topic, partition}] = offset;
    if (!begun || !lines.eof() || encode(mark) != text)
        return fail(ErrorCode::corrupt_data,
                    "the data folder does not say how far it has read; delete it and start again");
    return mark;
}

}  // namespace vitrina::cluster
