#include "base/json_writer.hpp"

#include "base/quoted.hpp"

namespace vitrina::json {

void Writer::text(std::string_view field, std::string_view text) {
    if (text.empty()) return;
    name(field);
    append_quoted(json_, text);
}

void Writer::money(std::string_view field, const std::optional<MoneyMicros>& amount) {
    if (!amount) return;
    name(field);
    json_ += money_text(*amount);
}

void Writer::time(std::string_view field, const std::optional<TimeMs>& time) {
    if (time) text(field, iso_time(*time));
}

void Writer::number(std::string_view field, std::uint64_t number) {
    name(field);
    json_ += std::to_string(number);
}

void Writer::flag(std::string_view field, bool flag) {
    if (!flag) return;
    name(field);
    json_ += "true";
}

void Writer::name(std::string_view field) {
    if (!first_) json_ += ',';
    first_ = false;
    append_quoted(json_, field);
    json_ += ':';
}

}  // namespace vitrina::json
