#pragma once
// What a model version is made of, for people and as JSON.
//
// Threads: one.

#include <nlohmann/json.hpp>

#include "model/store.hpp"

namespace vitrina::cli {

nlohmann::ordered_json manifest_json(const model::Manifest& manifest);
nlohmann::ordered_json release_json(const model::Release& release);

// On standard output.
void print_manifest(const model::Manifest& manifest);
void print_release(const model::Release& release);

}  // namespace vitrina::cli
