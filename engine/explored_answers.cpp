#include "engine/explored_answers.hpp"

#include <string>

namespace vitrina::engine {

Result<void> each_explored(Engine& engine, const std::function<void(const Exposure&)>& visit) {
    Result<void> readable;
    const auto read = engine.each_exposure([&](const std::string& bytes) {
        const auto exposure = decode_exposure(bytes);
        if (!exposure)
            readable = std::unexpected(exposure.error());
        else if (!exposure->shown.explored.empty())
            visit(*exposure);
    });
    return read ? readable : read;
}

}  // namespace vitrina::engine
