#include "server/request_log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

#include "server/json_writer.hpp"

namespace vitrina::server {

namespace {

// The whole line is ours but for time and level, which spdlog knows.
std::shared_ptr<spdlog::logger> make_logger() {
    auto logger = std::make_shared<spdlog::logger>("server", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc));
    const char* const level = std::getenv("VITRINA_LOG");
    logger->set_level(level == nullptr ? spdlog::level::info : spdlog::level::from_str(level));
    return logger;
}

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> made = make_logger();
    return *made;
}

spdlog::level::level_enum level_of(int status) {
    if (status >= 500) return spdlog::level::err;
    return status >= 400 ? spdlog::level::info : spdlog::level::debug;
}

}  // namespace

void log_answer(const Answered& answered) {
    const auto level = level_of(answered.status);
    if (!logger().should_log(level)) return;
    JsonWriter json;
    json.key("event").text("answered");
    json.key("request_id").text(answered.request_id);
    json.key("method").text(answered.method);
    json.key("route").text(answered.route);
    json.key("status").number(static_cast<std::int64_t>(answered.status));
    json.key("ms").number(answered.milliseconds);
    json.key("bytes_in").number(answered.bytes_in);
    json.key("bytes_out").number(answered.bytes_out);
    logger().log(level, json.take());
}

void log_service(std::string_view event, std::string_view detail) {
    JsonWriter json;
    json.key("event").text(event);
    if (!detail.empty()) json.key("detail").text(detail);
    logger().info(json.take());
}

void log_fault(std::string_view request_id, std::string_view what) {
    JsonWriter json;
    json.key("event").text("fault");
    json.key("request_id").text(request_id);
    json.key("detail").text(what);
    logger().error(json.take());
}

}  // namespace vitrina::server
