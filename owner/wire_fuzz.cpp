// Whatever comes over the socket is read or refused; what was read is written as the same again.

#include <cstddef>
#include <cstdint>
#include <string>

#include "owner/wire.hpp"

namespace {

using namespace vitrina;

void try_call(const std::string& bytes) {
    proto::Call call;
    if (!call.ParseFromString(bytes)) return;
    static_cast<void>(owner::read_events(call.accept()));
    static_cast<void>(owner::read_items(call.put_items()));
    const auto request = owner::read(call.recommend());
    if (!request) return;
    proto::RecommendationCall once, twice;
    owner::write(*request, once);
    const auto again = owner::read(once);
    ensure(again.has_value(), "a request that was written cannot be read");
    owner::write(*again, twice);
    ensure(once.SerializeAsString() == twice.SerializeAsString(), "a request changes on its way");
}

void try_reply(const std::string& bytes) {
    proto::Reply reply;
    if (!reply.ParseFromString(bytes)) return;
    static_cast<void>(owner::read(reply.failure()));
    static_cast<void>(owner::read(reply.accepted()));
    static_cast<void>(owner::read(reply.outcomes()));
    static_cast<void>(owner::read(reply.recommendations()));
    static_cast<void>(owner::read(reply.visitor()));
    static_cast<void>(owner::read(reply.figures()));
    static_cast<void>(owner::read_manifests(reply.blobs()));
    static_cast<void>(owner::read_events(reply.part()));
    static_cast<void>(owner::read_items(reply.part()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try_call(bytes);
    try_reply(bytes);
    return 0;
}
