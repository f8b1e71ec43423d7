#include "server/request_head.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace vitrina::server {

namespace {

constexpr std::string_view end_of_head = "\r\n\r\n";
constexpr std::size_t kept_max = 128 << 10;  // more than the HTTP library reads

// The value of the header where the line is that header's, by its name in lower case.
bool is_header(std::string_view line, std::string_view name, std::string_view& value) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        !std::ranges::equal(line.substr(0, name.size()), name, same))
        return false;
    value = line.substr(name.size() + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return true;
}

}  // namespace

bool RequestHead::take(std::string_view bytes) {
    if (whole_ || bytes.empty()) return whole_;
    begun_ = true;
    const std::size_t known = kept_.size();
    if (known == 0 && bytes.contains(end_of_head)) {
        read(bytes.substr(0, bytes.find(end_of_head)));
        return whole_;
    }
    if (known < kept_max) kept_ += bytes;
    const std::size_t end = kept_.find(end_of_head, known < end_of_head.size() ? 0 : known - end_of_head.size());
    if (end != std::string::npos) read(std::string_view(kept_).substr(0, end));
    return whole_;
}

void RequestHead::read_first_line(std::string_view line) {
    constexpr std::size_t method_max = 64;
    const auto is_token = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
    };
    const std::string_view version = line.substr(line.rfind(' ') + 1);
    is_old_ = version == "HTTP/1.0";
    is_sound_ = line.empty() || is_old_ || version == "HTTP/1.1";
    const std::size_t first = std::min(line.find(' '), line.size()), last = line.rfind(' ');
    if (first == 0 || first > method_max || last == std::string_view::npos || last <= first + 1) return;
    if (!line.substr(last + 1).starts_with("HTTP/1.")) return;
    if (!std::ranges::all_of(line.substr(0, first), is_token)) return;
    method_ = line.substr(0, first);
    target_ = line.substr(first + 1, last - first - 1);
}

void RequestHead::read(std::string_view head) {
    whole_ = true;
    read_first_line(head.substr(0, head.find("\r\n")));
    bool has_host = false;
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find("\r\n"));
        std::string_view value;
        if (is_header(line, "content-length", value)) {
            std::from_chars(value.data(), value.data() + value.size(), body_bytes_);
        } else if (is_header(line, "expect", value)) {
            waits_to_go_on_ = value.starts_with("100-");
        } else if (is_header(line, "host", value)) {
            has_host = true;
        }
        head.remove_prefix(std::min(line.size() + 2, head.size()));
    }
    is_sound_ = is_sound_ && (has_host || is_old_);
}

}  // namespace vitrina::server
