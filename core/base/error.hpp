#pragma once
// Failures as values, and our own bugs as stops.
//
// What the outside can cause (a bad row, a full disk, a missing model) is an `Error` in a `Result`. What only our own
// mistake can cause goes through `ensure`: it throws `BrokenInvariant`, which nobody catches (the process stops with the
// message) except the hosts of a fold, which send the record to the dead letters and go on.
// Threads: values, safe to copy and move. Nothing here allocates besides the message.

#include <expected>
#include <stdexcept>
#include <string>
#include <utility>

namespace vitrina {

enum class ErrorCode { invalid_input, not_found, conflict, corrupt_data, io, exhausted, unavailable };

// The code as it is written in messages and answers: "invalid_input", "not_found", …
const char* name_of(ErrorCode code);

// The message says what happened, with which value, and what to do next. Text first, values last.
struct Error {
    ErrorCode code = ErrorCode::invalid_input;
    std::string message;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message) {
    return std::unexpected<Error>(Error{code, std::move(message)});
}

class BrokenInvariant : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

// Holds in every build. Not for what comes from outside.
inline void ensure(bool holds, const char* message) {
    if (!holds) [[unlikely]]
        throw BrokenInvariant(message);
}

}  // namespace vitrina
