#pragma once
// Text → words as learning compares them: split where Unicode sees no letter, mark or digit, lower-cased by case folding,
// reduced to the stem (Snowball: Russian for words with a Cyrillic letter, English for the others, which hardly touches other
// languages written in Latin letters).
//
// A line that begins with '=' is one word as it stands ("=brand acme"): fields whose value is a name rather than a sentence.
// Threads: a `Words` belongs to one thread (stemmers keep working memory).
// Errors: none; bytes that are not UTF-8 separate words. Words are cut at 64 bytes.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sb_stemmer;

namespace vitrina::features {

class Words {
public:
    Words();
    ~Words();
    Words(const Words&) = delete;
    Words& operator=(const Words&) = delete;

    std::vector<std::string> of(std::string_view text) const;

private:
    void add_line(std::string_view line, std::vector<std::string>& words) const;
    std::string stem(const std::string& word, bool cyrillic) const;

    struct Delete {
        void operator()(sb_stemmer* stemmer) const;
    };
    std::unique_ptr<sb_stemmer, Delete> english_, russian_;
};

}  // namespace vitrina::features
