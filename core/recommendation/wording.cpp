#include "recommendation/wording.hpp"

#include <algorithm>
#include <cctype>

namespace vitrina::recommendation {

namespace {

struct Texts {
    std::string_view code;
    std::string_view english;
    std::string_view russian;
};

// {} is the title of the item that the reason refers to.
constexpr Texts table[] = {
    {"often_bought_with", "Often bought with {}", "Часто покупают вместе: {}"},
    {"often_viewed_with", "Often viewed together with {}", "Часто смотрят вместе: {}"},
    {"bought_after_viewing", "Bought by customers who viewed {}", "Покупают после просмотра: {}"},
    {"chosen_with", "Customers who chose {} also chose this", "Выбирают те, кто выбрал: {}"},
    {"goes_with_cart", "Goes with your cart", "Подходит к вашей корзине"},
    {"similar_to", "Similar to {}", "Похоже на: {}"},
    {"because_you_bought", "Because you bought {}", "Вы покупали: {}"},
    {"because_you_viewed", "Because you viewed {}", "Вы смотрели: {}"},
    {"because_of_your_cart", "Because {} is in your cart", "В вашей корзине: {}"},
    {"picked_for_you", "Picked for you", "Подобрано для вас"},
    {"buy_again", "Buy it again", "Купить снова"},
    {"recently_viewed", "You viewed this recently", "Вы недавно смотрели"},
    {"popular", "Popular now", "Сейчас популярно"},
    {"trending", "Trending now", "Набирает популярность"},
    {"new", "New arrival", "Новинка"},
    {"available", "Available now", "Есть в наличии"},
};

std::string filled(std::string_view text, std::string_view title) {
    const std::size_t place = text.find("{}");
    if (place == std::string_view::npos) return std::string(text);
    std::string whole(text.substr(0, place));
    whole += title;
    whole += text.substr(place + 2);
    return whole;
}

}  // namespace

std::string language_of(std::string_view locale) {
    std::string language(locale.substr(0, locale.find_first_of("-_")));
    std::transform(language.begin(), language.end(), language.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return language;
}

std::string title_in(const catalog::Item& item, std::string_view language) {
    const auto local = item.localized.find(std::string(language));
    if (local != item.localized.end() && !local->second.title.empty()) return local->second.title;
    return item.title.empty() ? item.item_id : item.title;
}

std::string wording(std::string_view code, std::string_view language, std::string_view title) {
    for (const Texts& texts : table)
        if (texts.code == code) return filled(language == "ru" ? texts.russian : texts.english, title);
    return {};
}

std::vector<std::string_view> reason_codes() {
    std::vector<std::string_view> codes;
    for (const Texts& texts : table) codes.push_back(texts.code);
    return codes;
}

std::vector<std::string_view> reason_languages() { return {"en", "ru"}; }

}  // namespace vitrina::recommendation
