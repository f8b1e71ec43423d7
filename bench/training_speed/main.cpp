// vitrina_training_speed TRIAL OUT THREADS REPEATS …
//   item-item TRAIN VALID TEST | ials DIMENSIONS TRAIN VALID TEST | products ROWS factors|alike | sessions TRAIN TEST
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "import/byte_source.hpp"
#include "training_speed/trials.hpp"

namespace vitrina::bench {

void stop(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
}

void check(bool right, const std::string& message) {
    if (!right) stop(message);
}

namespace {

using evaluation::Part;
using evaluation::Shape;

template <class Value>
Value good(Result<Value> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

}  // namespace

evaluation::Stage published(Shape shape, const std::vector<std::pair<Part, std::filesystem::path>>& files) {
    evaluation::InteractionReader reader(shape);
    std::vector<char> room(std::size_t{1} << 18);
    for (const auto& [part, file] : files) {
        const auto source = good(import::ByteSource::open(file.string()));
        reader.begin(part);
        while (const std::size_t count = good(source->read(room))) reader.take({room.data(), count});
        reader.end();
    }
    return good(evaluation::split_published(good(reader.finish()), 1)).testing;
}

namespace {

training::History user_items(char** files) {
    return published(Shape::user_items, {{Part::train, files[0]}, {Part::valid, files[1]}, {Part::test, files[2]}})
        .history;
}

bool run(int count, char** arguments) {
    if (count < 5) return false;
    const std::string_view trial = arguments[1];
    const TrialOptions options{arguments[2], std::strtoul(arguments[3], nullptr, 10),
                               std::strtoul(arguments[4], nullptr, 10)};
    char** const rest = arguments + 5;
    if (trial == "item-item" && count == 8) {
        try_item_item(user_items(rest), options);
    } else if (trial == "ials" && count == 9) {
        try_ials(user_items(rest + 1), static_cast<std::uint32_t>(std::strtoul(rest[0], nullptr, 10)), options);
    } else if (trial == "products" && count == 7) {
        try_products(std::strtoul(rest[0], nullptr, 10), std::string_view(rest[1]) == "alike", options);
    } else if (trial == "sessions" && count == 7) {
        try_sessions(published(Shape::sessions, {{Part::train, rest[0]}, {Part::test, rest[1]}}), options);
    } else {
        return false;
    }
    return true;
}

}  // namespace
}  // namespace vitrina::bench

int main(int argc, char** argv) {
    if (vitrina::bench::run(argc, argv)) return 0;
    std::fprintf(stderr,
                 "usage: %s TRIAL OUT THREADS REPEATS …\n"
                 "  item-item TRAIN VALID TEST | ials DIMENSIONS TRAIN VALID TEST |\n"
                 "  products ROWS factors|alike | sessions TRAIN TEST\n",
                 argv[0]);
    return 2;
}
