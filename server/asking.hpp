#pragma once
// A shop with a fake engine and keys to ask it with, for the tests of this folder.

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "server/dispatch.hpp"
#include "server/fake_engine.hpp"

namespace vitrina::server {

inline const std::string secret_key = "vs_0123456789abcdef0123";
inline const std::string public_key = "vp_0123456789abcdef0123";
inline const std::string token_key = "vt_0123456789abcdef0123";
inline const std::string allowed_origin = "https://shop.example";

inline engine::Configuration shop_configuration() {
    engine::Configuration configuration;
    configuration.server.allowed_origins = {allowed_origin};
    configuration.placements = {{"home", {}}, {"product", {}}, {"cart", {}}};
    configuration.experiments.hold_out.share = 0.05;
    return configuration;
}

inline Keys shop_keys() {
    return {.secret = {digest_of(secret_key)}, .publicly = {digest_of(public_key)}, .token = token_key};
}

// What to ask, in words: asked("POST", "/v1/events").with_key(secret_key).with_json(R"({…})").
struct Asked : HttpRequest {
    Asked(std::string method_, std::string target_) {
        method = std::move(method_);
        target = std::move(target_);
    }
    Asked with(std::string name, std::string value) && {
        headers.emplace_back(std::move(name), std::move(value));
        return std::move(*this);
    }
    Asked with_key(const std::string& key) && { return std::move(*this).with("Authorization", "Bearer " + key); }
    Asked with_json(std::string json) && {
        body = std::move(json);
        return std::move(*this).with("Content-Type", "application/json");
    }
};

struct Shop {
    explicit Shop(engine::Configuration configuration = shop_configuration())
        : engine(std::move(configuration)), dispatcher(engine, shop_keys()) {}

    HttpResponse ask(const HttpRequest& request) { return dispatcher.dispatch(request); }

    FakeEngine engine;
    Dispatcher dispatcher;
};

inline std::string header(const HttpResponse& response, const std::string& name) {
    for (const auto& [known, value] : response.headers) {
        if (known == name) return value;
    }
    return {};
}

inline nlohmann::json json_of(const HttpResponse& response) { return nlohmann::json::parse(response.body); }

// The code of a problem; empty where the answer is none.
inline std::string problem_code(const HttpResponse& response) {
    if (header(response, "Content-Type") != "application/problem+json") return {};
    return json_of(response).value("code", "");
}

}  // namespace vitrina::server
