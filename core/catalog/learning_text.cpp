#include "catalog/learning_text.hpp"

namespace vitrina::catalog {

std::string learning_text(const Item& item) {
    std::string text = item.title;
    for (const std::string& category : item.categories) text += "\n" + category + "\n=category " + category;
    if (!item.brand.empty()) text += "\n=brand " + item.brand;
    for (const auto& [name, value] : item.attributes) text += "\n" + value + "\n=" + name + " " + value;
    return text;
}

}  // namespace vitrina::catalog
