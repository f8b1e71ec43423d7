#include "training_speed/measuring.hpp"

#include <sys/resource.h>

#include <cstdio>
#include <xxhash.h>

namespace vitrina::bench {

nlohmann::ordered_json as_json(const std::vector<Seconds>& times) {
    nlohmann::ordered_json wall = nlohmann::ordered_json::array(), processor = wall;
    for (const Seconds& time : times) {
        wall.push_back(time.wall);
        processor.push_back(time.processor);
    }
    return {{"wall", wall}, {"processor", processor}};
}

double peak_mib() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_maxrss) / 1024;
}

std::string hash_of(const void* bytes, std::size_t count) {
    char text[17];
    std::snprintf(text, sizeof(text), "%016llx", static_cast<unsigned long long>(XXH3_64bits(bytes, count)));
    return text;
}

void print(const nlohmann::ordered_json& line) { std::printf("%s\n", line.dump().c_str()); }

}  // namespace vitrina::bench
