#include "catalog/codec.hpp"

#include "catalog/wire.hpp"

namespace vitrina::catalog {

std::string encode(const Item& item) {
    proto::Item wire;
    write(item, wire);
    return bytes_of(wire);
}

Result<Item> decode(std::string_view bytes) {
    proto::Item wire;
    if (!parse(bytes, wire)) return fail(ErrorCode::corrupt_data, "bytes are no item: truncated or damaged");
    return read(wire);
}

std::string encode_row(const Item& item, const Written& written) {
    proto::ItemWritten wire;
    wire.set_at_ms(written.at);
    wire.set_first_ms(written.first);
    wire.set_run(written.run);
    return encode(item) + bytes_of(wire);
}

Result<Written> decode_written(std::string_view row) {
    proto::ItemWritten wire;
    if (!parse(row, wire)) return fail(ErrorCode::corrupt_data, "bytes are no item: truncated or damaged");
    return Written{.at = wire.at_ms(), .first = wire.first_ms(), .run = wire.run()};
}

}  // namespace vitrina::catalog
