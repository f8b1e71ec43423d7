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

}  // namespace vitrina::catalog
