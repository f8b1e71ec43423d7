#include "catalog/learning_text.hpp"

namespace vitrina::catalog {

std::string learning_text(const Item& item) {
    std::string text = item.title;
    for (const std::string& category : item.categories) text += "\n" + category;
    text += "\n" + item.brand;
    for (const auto& [name, value] : item.attributes) text += "\n" + name + " " + value;
    return text;
}

}  // namespace vitrina::catalog
