#pragma once
// What reasons say, in the languages that there are: a table of texts by reason code.
//
// Threads: pure functions. Not an error: a language without texts (English answers), a code without texts (empty).

#include <string>
#include <string_view>
#include <vector>

#include "catalog/item.hpp"

namespace vitrina::recommendation {

// "en" of "en-GB" and "en_GB"; lower case.
std::string language_of(std::string_view locale);

// The title in that language where the item has one, else its title, else its id.
std::string title_in(const catalog::Item& item, std::string_view language);

// `title` is that of the item the reason refers to, empty where it refers to none.
std::string wording(std::string_view code, std::string_view language, std::string_view title);

// Every code that a reason can have, and every language, for tests and documentation.
std::vector<std::string_view> reason_codes();
std::vector<std::string_view> reason_languages();

}  // namespace vitrina::recommendation
