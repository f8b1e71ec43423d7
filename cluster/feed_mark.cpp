#include "cluster/feed_mark.hpp"

#include <fmt/core.h>

#include <sstream>

namespace vitrina::cluster {

std::string encode(const FeedMark& mark) {
    std::string text = fmt::format("{}\n{} {} {} {} {}\n", mark.identity, mark.written, mark.states.visitors,
                                   mark.states.users, mark.states.items, mark.brokers);
    for (const auto& [place, read] : mark.next)
        text += fmt::format("{} {} {} {}\n", place.first, place.second, read.next, read.last);
    return text;
}

Result<FeedMark> decode_mark(std::string_view text) {
    std::istringstream lines{std::string(text)};
    FeedMark mark;
    std::string topic;
    std::int32_t partition = 0;
    FeedPlace read;
    const bool begun = std::getline(lines, mark.identity) &&
                       lines >> mark.written >> mark.states.visitors >> mark.states.users >> mark.states.items &&
                       lines.get() == ' ' && static_cast<bool>(std::getline(lines, mark.brokers));
    while (begun && lines >> topic >> partition >> read.next >> read.last) mark.next[{topic, partition}] = read;
    if (!begun || !lines.eof() || encode(mark) != text)
        return fail(ErrorCode::corrupt_data,
                    "the data folder does not say how far it has read; delete it and start again");
    return mark;
}

}  // namespace vitrina::cluster
