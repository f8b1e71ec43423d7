#include "catalog/learning_text.hpp"

#include <gtest/gtest.h>

namespace vitrina::catalog {
namespace {

TEST(LearningText, says_fields_as_words_and_as_names) {
    Item item;
    item.title = "Red mug";
    item.categories = {"Kitchen > Mugs"};
    item.brand = "Acme";
    item.attributes = {{"colour", "red"}};
    EXPECT_EQ(learning_text(item), "Red mug\nKitchen > Mugs\n=category Kitchen > Mugs\n=brand Acme\nred\n=colour red");
    EXPECT_EQ(learning_text({}), "");
}

}  // namespace
}  // namespace vitrina::catalog
