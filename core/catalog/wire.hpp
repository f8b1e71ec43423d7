#pragma once
// Between items and their Protobuf messages, for the codecs of this folder.
//
// Threads: pure functions. Errors: `read` answers corrupt_data for a message that is no item of ours.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "catalog/item.hpp"
#include "proto/item.pb.h"

namespace vitrina::catalog {

void write(const Item& item, proto::Item& wire);
Result<Item> read(const proto::Item& wire);

// Maps are written in the order of their keys, so that the same content has the same bytes everywhere.
std::string bytes_of(const google::protobuf::MessageLite& message);
// False where the bytes are no such message; Protobuf says nothing of it on standard error.
bool parse(std::string_view bytes, google::protobuf::MessageLite& message);

}  // namespace vitrina::catalog
