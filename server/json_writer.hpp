#pragma once
// JSON, written front to back into one string: what the hot answers are made with. Commas are its work, nesting is the caller's.
//
// Threads: one writer a thread. Preconditions: texts are UTF-8; a value follows each key; what is begun is ended.
// Not an error: a number that is not finite is written as 0, because JSON has no word for it.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/money.hpp"
#include "base/time.hpp"

namespace vitrina::server {

class JsonWriter {
public:
    JsonWriter() { out_.reserve(1024); }

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }
    JsonWriter& key(std::string_view name);   // a plain word of ours, which needs no escapes
    JsonWriter& name(std::string_view name);  // a name from outside

    void text(std::string_view value);
    void number(double value);  // six significant digits
    void number(std::int64_t value);
    void number(std::uint64_t value) { number(static_cast<std::int64_t>(value)); }
    void boolean(bool value);
    void money(MoneyMicros amount);
    void time(TimeMs value) { text(iso_time(value)); }
    // JSON that is ready: one value, or members that begin with their own comma.
    void value(std::string_view json);
    void raw(std::string_view json) { out_ += json; }

    // What was written; the writer begins anew.
    std::string take();

private:
    void open(char bracket);
    void close(char bracket);
    void separate();

    std::string out_;
    bool comma_ = false;
};

}  // namespace vitrina::server
