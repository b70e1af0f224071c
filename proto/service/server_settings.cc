#include "proto/service/server_settings.h"

#include "proto/base/limits.h"

namespace usher::service {
namespace {

ValueType<LogLevel> log_level_value() {
  return {"trace|debug|info|warn|error", parse_log_level,
          [](LogLevel level) { return std::string(to_text(level)); }};
}

ValueType<LogFormat> log_format_value() {
  return {"text|json", parse_log_format,
          [](LogFormat format) { return std::string(to_text(format)); }};
}

}  // namespace

void ServerSettings::add_to(Settings& settings) {
  settings.add("admin", endpoint_value(), admin,
               "Serves /health/live, /health/ready and /metrics there.");
  settings.add("memory_limit", size_value(64 * limits::kMiB, uint64_t{1} << 50), memory_limit,
               "What all caches and queues together may hold.");
  settings.add("log_format", log_format_value(), log.format, "How log lines are written.");
  settings.add("log_level", log_level_value(), log.level, "Log lines below it are left out.");
  settings.add("log_file", path_value(), log_file,
               "Writes the log there instead of stderr; SIGHUP opens it again.");
}

}  // namespace usher::service
