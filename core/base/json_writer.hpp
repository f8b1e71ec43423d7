#pragma once
// One JSON object written field by field at the end of a text; empty texts, absent numbers and false flags are left out.
//
// Threads: a writer belongs to one thread. Lifetime: borrows the text until `close`. Precondition: texts are UTF-8.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::json {

class Writer {
public:
    explicit Writer(std::string& json) : json_(json) { json_ += '{'; }
    void text(std::string_view field, std::string_view text);
    void money(std::string_view field, const std::optional<MoneyMicros>& amount);
    void time(std::string_view field, const std::optional<TimeMs>& time);
    void number(std::string_view field, std::uint64_t number);
    void flag(std::string_view field, bool flag);
    // The name of a field whose value the caller writes after it.
    void name(std::string_view field);
    void close() { json_ += '}'; }

private:
    std::string& json_;
    bool first_ = true;
};

}  // namespace vitrina::json
