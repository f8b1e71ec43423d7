// Feeds bytes to the reader of published files, in every shape and in pieces; whatever is taken must hold together.
#include <cstddef>
#include <cstdint>

#include "base/executor.hpp"
#include "evaluation/interactions.hpp"
#include "evaluation/published_split.hpp"

namespace {

using namespace vitrina;
using evaluation::Interactions;

void check_lines(const evaluation::Lines& lines, const Interactions& data) {
    ensure(lines.offset.size() == lines.size() + 1 && lines.offset.back() == lines.token.size(),
           "lines and tokens part");
    for (const std::uint32_t person : lines.person) ensure(person < data.people, "a line of nobody");
    for (const std::uint32_t token : lines.token) ensure(token < data.keys.size(), "a token without a key");
    ensure(lines.basket.empty() || lines.basket.size() == lines.token.size(), "baskets and tokens part");
    ensure(lines.time.empty() || lines.time.size() == lines.token.size(), "times and tokens part");
}

}  // namespace

// The first byte chooses the shape and where the bytes are cut; the next names the length of the training file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    if (size < 2) return 0;
    const std::size_t piece = 1 + bytes[0] / 4;
    const std::string_view text(reinterpret_cast<const char*>(bytes) + 2, size - 2);
    const std::size_t train = text.size() * bytes[1] / 255;
    evaluation::InteractionReader reader(static_cast<evaluation::Shape>(bytes[0] % 4),
                                         {.line_bytes = 200, .id_bytes = 20, .line_items = 30});
    reader.begin(evaluation::Part::train);
    for (std::size_t at = 0; at < train; at += piece) reader.take(text.substr(at, std::min(piece, train - at)));
    reader.end();
    reader.begin(evaluation::Part::test);
    reader.take(text.substr(train));
    reader.end();
    const auto data = reader.finish();
    if (!data) return 0;
    for (const evaluation::Lines& lines : data->parts) check_lines(lines, *data);
    static_cast<void>(evaluation::split_published(*data, 1));
    return 0;
}
