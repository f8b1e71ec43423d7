#pragma once
// The version of the program, as `--version`, model manifests and `/healthz` say it. Semantic versioning of the contract.

namespace vitrina {

inline constexpr const char* program_version = "0.1.0";

}  // namespace vitrina
