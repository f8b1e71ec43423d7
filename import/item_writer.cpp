#include "import/subjects.hpp"

namespace vitrina::import {

void ItemWriter::write(catalog::Item item, const std::optional<catalog::Item>& before, const Place& place) {
    auto checked = catalog::validated(std::move(item));
    if (!checked) {
        job_.tally.refuse(place, "bad_item", checked.error().message, {});
        return;
    }
    if (before && *before == *checked) {
        ++job_.report.items_unchanged;
        if (run_ == nullptr) return;
    }
    places_.push_back({place.file, place.line, checked->item_id, before && *before == *checked});
    items_.push_back(std::move(*checked));
    if (items_.size() >= job_.request.limits.batch_items) flush();
}

void ItemWriter::flush() {
    if (items_.empty()) return;
    auto items = std::exchange(items_, {});
    const auto written =
        run_ == nullptr ? job_.engine.put_items(std::move(items)) : job_.engine.put_items(std::move(items), *run_);
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (written[i])
            job_.report.items_written += places_[i].as_it_was ? 0 : 1;
        else
            job_.tally.refuse({places_[i].file, places_[i].line}, std::string(name_of(written[i].error().code)),
                              written[i].error().message, places_[i].item_id);
    }
    places_.clear();
}

}  // namespace vitrina::import
