// Any bytes as the configuration of a training, an entry of a catalogue, a record, a history: refused, or a model that can be read.

#include "border/lesson.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "border/history.hpp"
#include "border/sealed_block.hpp"
#include "catalog/codec.hpp"
#include "model/model.hpp"

using namespace vitrina;
using namespace vitrina::border;

namespace {

constexpr std::string_view configuration =
    R"({"settings": {"ials.dimensions": "2", "ials.epochs": "1"}, "through": 1770000000000, "now": 1770000000000, "weights": false})";
constexpr std::size_t trained_entries_max = 200;
constexpr std::size_t trained_items_max = 50;

Lesson lesson() {
    Lesson opened = Lesson::open(configuration).value();
    catalog::Item item;
    item.item_id = "MUG";
    item.title = "Mug";
    ensure(opened.add_item(catalog::encode(item)).has_value(), "an item of ours is refused");
    return opened;
}

void train(Lesson& lesson) {
    const auto trained = lesson.trained();
    if (trained) ensure(model::Model::from_bytes(trained->bytes).has_value(), "a model of ours cannot be read");
}

void learn_from(std::string_view history) {
    const auto read = decode_history(history);
    if (!read) return;
    ensure(encode(read->history, read->events) == history, "a history has two encodings");
    Lesson taught = lesson();
    ensure(taught.take_history(history).has_value(), "a whole history is not taken");
    for (std::size_t block = 0; block < taught.people_blocks(); ++block) static_cast<void>(taught.people_pairs(block));
    for (std::size_t relation = 0; relation < std::size(training::relations); ++relation)
        for (std::size_t block = 0; block < taught.covisit_blocks(); ++block)
            static_cast<void>(taught.covisit_rows(relation, block));
    for (std::size_t block = 0; block < taught.item_blocks(); ++block) static_cast<void>(taught.item_pairs(block));
    if (read->history.entries() <= trained_entries_max && read->history.items.size() <= trained_items_max)
        train(taught);
}

// (kind, length, bytes)*: entries, items and records, then a training.
void collect(std::string_view story) {
    static const std::string record = encode(HistoryRecord{});
    Lesson taught = lesson();
    bool any = false;
    while (story.size() > 2) {
        const auto kind = static_cast<unsigned char>(story[0]), length = static_cast<unsigned char>(story[1]);
        const std::string_view bytes = story.substr(2, length);
        story.remove_prefix(std::min<std::size_t>(story.size(), std::size_t{2} + length));
        if (kind % 3 == 2)
            any = taught.add_record(sealed_block(record, bytes)).has_value() || any;
        else if (!any)
            static_cast<void>(kind % 3 == 0 ? taught.add_entry(bytes) : taught.add_item(bytes));
    }
    const auto history = taught.assembled();
    ensure(history.has_value() == any, "a history of records is not assembled, or one of none is");
    if (history) learn_from(*history);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    static const std::string history = encode(training::History{}, 0);
    static_cast<void>(read_lesson_configuration(bytes));
    static_cast<void>(published_model(bytes, "/models/m.vit", bytes.size()));
    learn_from(bytes);
    learn_from(sealed_block(history, bytes));
    collect(bytes);
    return 0;
}
