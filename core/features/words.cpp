#include "features/words.hpp"

#include <libstemmer.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "base/error.hpp"

namespace vitrina::features {
namespace {

constexpr std::size_t word_bytes_max = 64;

bool belongs_to_word(UChar32 letter) {
    return letter >= 0 && (u_isalnum(letter) || (U_GET_GC_MASK(letter) & U_GC_M_MASK) != 0);
}

bool is_cyrillic(UChar32 letter) {
    UErrorCode failure = U_ZERO_ERROR;
    return uscript_getScript(letter, &failure) == USCRIPT_CYRILLIC;
}

// ICU's macro narrows an int within.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
// The letter at `at`, which moves behind it; below 0 where there is none.
UChar32 next_letter(std::string_view text, int32_t& at, int32_t length) {
    UChar32 letter = 0;
    U8_NEXT(text.data(), at, length, letter);  // NOLINT(bugprone-inc-dec-in-conditions): ICU's macro
    return letter;
}
#pragma GCC diagnostic pop

void append_folded(std::string& word, UChar32 letter) {
    char bytes[U8_MAX_LENGTH];
    int32_t length = 0;
    const UChar32 folded = u_foldCase(letter, U_FOLD_CASE_DEFAULT);
    U8_APPEND_UNSAFE(bytes, length, folded);
    if (word.size() + static_cast<std::size_t>(length) <= word_bytes_max)
        word.append(bytes, static_cast<std::size_t>(length));
}

}  // namespace

void Words::Delete::operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }

Words::Words() : english_(sb_stemmer_new("english", "UTF_8")), russian_(sb_stemmer_new("russian", "UTF_8")) {
    ensure(english_ && russian_, "the stemmers for English and Russian are not in this build of Snowball");
}
Words::~Words() = default;

std::string Words::stem(const std::string& word, bool cyrillic) const {
    const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
    sb_stemmer* stemmer = cyrillic ? russian_.get() : english_.get();
    const sb_symbol* stemmed = sb_stemmer_stem(stemmer, bytes, static_cast<int>(word.size()));
    if (stemmed == nullptr) return word;
    return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(sb_stemmer_length(stemmer))};
}

void Words::add_line(std::string_view line, std::vector<std::string>& words) const {
    std::string word;
    bool cyrillic = false;
    const auto end_word = [&] {
        if (!word.empty()) words.push_back(stem(word, cyrillic));
        word.clear();
        cyrillic = false;
    };
    const auto length = static_cast<int32_t>(std::min<std::size_t>(line.size(), 1 << 20));
    for (int32_t at = 0; at < length;) {
        const UChar32 letter = next_letter(line, at, length);
        if (!belongs_to_word(letter)) {
            end_word();
            continue;
        }
        cyrillic = cyrillic || is_cyrillic(letter);
        append_folded(word, letter);
    }
    end_word();
}

std::vector<std::string> Words::of(std::string_view text) const {
    std::vector<std::string> words;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.starts_with('='))
            words.emplace_back(line.substr(0, 4 * word_bytes_max));
        else
            add_line(line, words);
    }
    return words;
}

}  // namespace vitrina::features
