#include "server/json_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

#include "base/quoted.hpp"

namespace vitrina::server {

void JsonWriter::separate() {
    if (comma_) out_ += ',';
    comma_ = true;
}

void JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    comma_ = false;
}

void JsonWriter::close(char bracket) {
    out_ += bracket;
    comma_ = true;
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    out_ += '"';
    out_ += name;
    out_ += "\":";
    comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::name(std::string_view name) {
    text(name);
    out_ += ':';
    comma_ = false;
    return *this;
}

void JsonWriter::text(std::string_view value) {
    separate();
    append_quoted(out_, value);
}

void JsonWriter::number(double value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{:.6g}", std::isfinite(value) ? value : 0.0);
}

void JsonWriter::number(std::int64_t value) {
    separate();
    fmt::format_to(std::back_inserter(out_), "{}", value);
}

void JsonWriter::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
}

void JsonWriter::money(MoneyMicros amount) { value(money_text(amount)); }

void JsonWriter::value(std::string_view json) {
    separate();
    out_ += json;
}

std::string JsonWriter::take() {
    comma_ = false;
    return std::exchange(out_, {});
}

}  // namespace vitrina::server
