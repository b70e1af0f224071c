#include "proto/base/log.h"

#include <atomic>

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace usher {
namespace {

// spdlog brings the sinks, their locks and their flushing; lines arrive ready made (log_line.h).
class SpdlogSink final : public LogSink {
 public:
  // An empty path is stderr. Throws spdlog_ex where the file cannot be opened.
  explicit SpdlogSink(std::string path)
      : path_(std::move(path)),
        // spdlog holds one lock over a distributing sink and what it distributes to: exchanging the
        // one behind it is safe while lines are written.
        exchange_(std::make_shared<spdlog::sinks::dist_sink_mt>()),
        logger_("usher", exchange_) {
    exchange_->set_sinks({open()});
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::trace);
    logger_.set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
    logger_.set_error_handler([this](const std::string&) { ++lines_lost_; });
  }

  void write(std::string_view line) override {
    // spdlog catches what its sinks throw, and tells the error handler.
    logger_.log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  Result<void> reopen() override {
    if (path_.empty()) return {};
    try {
      spdlog::sink_ptr fresh = open();
      fresh->set_formatter(std::make_unique<spdlog::pattern_formatter>("%v"));
      exchange_->set_sinks({fresh});
      return {};
    } catch (const spdlog::spdlog_ex& problem) {
      return fail(ErrorCode::IO_FAILED, problem.what());
    }
  }

  uint64_t lines_lost() const override { return lines_lost_.load(std::memory_order_relaxed); }

 private:
  spdlog::sink_ptr open() const {
    if (path_.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(path_);
  }

  std::string path_;
  std::shared_ptr<spdlog::sinks::dist_sink_mt> exchange_;
  spdlog::logger logger_;
  std::atomic<uint64_t> lines_lost_{0};
};

}  // namespace

Log::Log(std::shared_ptr<LogSink> sink, LogOptions options, const Clock& clock)
    : sink_(std::move(sink)), options_(options), clock_(&clock) {}

Log Log::child(std::string_view component) const {
  Log log = *this;
  log.component_ = component;
  return log;
}

void Log::write(LogLevel level, std::string_view message, Fields fields) const {
  if (!is_on(level)) return;
  sink_->write(render({clock_->wall(), level, component_, message, fields}, options_.format));
}

void Log::trace(std::string_view message, Fields fields) const {
  write(LogLevel::kTrace, message, fields);
}
void Log::debug(std::string_view message, Fields fields) const {
  write(LogLevel::kDebug, message, fields);
}
void Log::info(std::string_view message, Fields fields) const {
  write(LogLevel::kInfo, message, fields);
}
void Log::warn(std::string_view message, Fields fields) const {
  write(LogLevel::kWarn, message, fields);
}
void Log::error(std::string_view message, Fields fields) const {
  write(LogLevel::kError, message, fields);
}

std::shared_ptr<LogSink> stderr_log_sink() { return std::make_shared<SpdlogSink>(""); }

Result<std::shared_ptr<LogSink>> file_log_sink(const std::string& path) {
  try {
    return std::make_shared<SpdlogSink>(path);
  } catch (const spdlog::spdlog_ex& problem) {
    return fail(ErrorCode::IO_FAILED, problem.what());
  }
}

void MemoryLogSink::write(std::string_view line) {
  std::lock_guard lock(mutex_);
  lines_.emplace_back(line);
}

std::vector<std::string> MemoryLogSink::lines() const {
  std::lock_guard lock(mutex_);
  return lines_;
}

}  // namespace usher
