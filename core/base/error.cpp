#include "base/error.hpp"

namespace vitrina {

const char* name_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::invalid_input: return "invalid_input";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::conflict: return "conflict";
        case ErrorCode::corrupt_data: return "corrupt_data";
        case ErrorCode::io: return "io";
        case ErrorCode::exhausted: return "exhausted";
        case ErrorCode::unavailable: return "unavailable";
    }
    return "unknown";
}

}  // namespace vitrina
