// Filters come from whoever may ask for recommendations: no text may stop the process, and what is read must be usable.
#include "ranking/filter.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto filter = vitrina::ranking::parse_filter({reinterpret_cast<const char*>(data), size});
    if (!filter) return 0;
    vitrina::catalog::Item item;
    item.item_id = "mug";
    item.categories = {"kitchen > mugs"};
    item.price = 4'500'000;
    item.attributes = {{"colour", "red"}, {"volume", "0.3"}};
    static_cast<void>(vitrina::ranking::matches(*filter, item, 1'767'225'600'000));
    return 0;
}
