// What a program tells its operator: one line for each thing that happened, as text or JSON, with
// the time of the Clock. A Log is passed to whoever has something to say; it is small, is copied
// freely, and any thread may write. Lines are written before the call returns.
//
//     log.info("became leader", {{"partition", 3}, {"term", term}, {"why", error.text()}});
//
//     2026-11-20T18:00:00.000000Z info  partition  became leader  partition=3 term=7 why="…"
//     {"time":"2026-…","level":"info","component":"partition","message":"became leader",…}
#pragma once

#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.h"
#include "proto/base/log_line.h"
#include "proto/base/result.h"

namespace usher {

// Where lines go. Called from any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  // The line has no end of line. Never fails here: what cannot be written is counted.
  virtual void write(std::string_view line) = 0;
  // Opens again what was renamed or removed; keeps the old one where that fails.
  virtual Result<void> reopen() = 0;
  // Of a file; stderr does not say.
  virtual uint64_t lines_lost() const = 0;
};

struct LogOptions {
  LogFormat format = LogFormat::kText;
  LogLevel level = LogLevel::kInfo;
};

class Log {
 public:
  using Fields = std::initializer_list<LogField>;

  // The clock outlives every copy.
  Log(std::shared_ptr<LogSink> sink, LogOptions options, const Clock& clock);
  // The same log for a part of the program that signs its lines with this name.
  Log child(std::string_view component) const;

  bool is_on(LogLevel level) const { return level >= options_.level; }
  void write(LogLevel level, std::string_view message, Fields fields = {}) const;
  void trace(std::string_view message, Fields fields = {}) const;
  void debug(std::string_view message, Fields fields = {}) const;
  void info(std::string_view message, Fields fields = {}) const;
  void warn(std::string_view message, Fields fields = {}) const;
  void error(std::string_view message, Fields fields = {}) const;

 private:
  std::shared_ptr<LogSink> sink_;
  LogOptions options_;
  const Clock* clock_;
  std::string component_;
};

std::shared_ptr<LogSink> stderr_log_sink();
// Appends to the file, which is made where it is not there; IO_FAILED names it.
Result<std::shared_ptr<LogSink>> file_log_sink(const std::string& path);

// Keeps the lines: for tests, which look at what was said.
class MemoryLogSink final : public LogSink {
 public:
  void write(std::string_view line) override;
  Result<void> reopen() override { return {}; }
  uint64_t lines_lost() const override { return 0; }
  std::vector<std::string> lines() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace usher
