// Times, durations, formats and offsets: whatever is read as a time is written as one that reads the same.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/time.hpp"
#include "base/time_format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::string_view format = text.substr(0, text.find('\n'));
    const std::string_view rest = text.substr(std::min(text.size(), format.size() + 1));
    if (const auto time = vitrina::parse_time(text))
        vitrina::ensure(vitrina::parse_time(vitrina::iso_time(*time)) == *time,
                        "a time reads otherwise than it was written");
    if (const auto time = vitrina::parse_time_as(rest, format))
        vitrina::ensure(!vitrina::iso_time(*time).empty(), "a time has no text");
    static_cast<void>(vitrina::check_time_format(text));
    static_cast<void>(vitrina::parse_offset(text));
    static_cast<void>(vitrina::parse_duration(text));
    return 0;
}
