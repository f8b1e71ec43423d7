#pragma once
// A record of the topic of models: the manifest of a version and where its file lies in HDFS.
//
// Threads: pure functions. Errors: `decode_published` answers corrupt_data for bytes that are no such record.

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/store.hpp"

namespace vitrina::model {

struct PublishedModel {
    Manifest manifest;
    std::string path;  // of the model file, absolute
    bool operator==(const PublishedModel&) const = default;
};

std::string encode(const PublishedModel& published);
Result<PublishedModel> decode_published(std::string_view bytes);

}  // namespace vitrina::model
