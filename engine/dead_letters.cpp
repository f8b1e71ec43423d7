#include "engine/dead_letters.hpp"

namespace vitrina::engine {

std::string encode(const DeadLetter& letter) {
    std::string bytes;
    for (const std::string& text : {letter.store, letter.reason, letter.record, letter.state}) {
        append_big_endian(bytes, text.size());
        bytes.append(text);
    }
    return bytes;
}

std::string key_of(const DeadLetter& letter) {
    std::string key = disk_key(letter.position);
    append_big_endian(key, letter.number);
    return key;
}

}  // namespace vitrina::engine
