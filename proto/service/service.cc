#include "proto/service/service.h"

#include <csignal>
#include <cstdio>

#include "proto/base/limits.h"
#include "proto/base/system_clock.h"
#include "proto/service/admin_endpoint.h"
#include "proto/service/exit_code.h"
#include "proto/service/open_files.h"
#include "proto/service/process_metrics.h"
#include "proto/service/signal_thread.h"

namespace usher::service {
namespace {

class Server {
 public:
  Server(const Settings& settings, const ServerSettings& common, std::shared_ptr<LogSink> sink)
      : settings_(settings), common_(common), sink_(std::move(sink)) {}

  Result<int> run(const Start& start) {
    TRY(open_admin());
    log_.info("starting", {{"program", settings_.program().name}, {"version", USHER_VERSION}});
    TRY_ASSIGN(program_, start({clock_, scheduler_, metrics_, log_, random_}));
    log_.info("started");
    scheduler_.run();
    program_.reset();
    admin_.reset();
    log_.info("stopped", {{"drained", exit_code_ == kDone}});
    return exit_code_;
  }

 private:
  Result<void> open_admin() {
    if (!common_.admin) return {};
    AdminPages pages = {.live = [] { return Health{}; },
                        .ready = [this] { return ready(); },
                        .metrics = [this] { return metrics_.text(); }};
    TRY_ASSIGN(admin_, AdminEndpoint::open(scheduler_, *common_.admin, std::move(pages)));
    log_.info("admin endpoint is listening", {{"address", admin_->local().text()}});
    return {};
  }

  Health ready() const {
    if (is_stopping_) return {.ok = false, .detail = "stopping"};
    return program_->ready();
  }

  void stop() {
    is_stopping_ = true;
    log_.info("stopping");
    scheduler_.after(limits::kDrainTimeout, [this] {
      log_.warn("what was under way did not end in time and is given up");
      exit_code_ = kFailed;
      scheduler_.stop();
    });
    program_->drain([this] { scheduler_.stop(); });
  }

  void reopen_log() {
    if (auto reopened = sink_->reopen(); !reopened)
      log_.error("the log file cannot be opened again", {{"error", reopened.error().text()}});
    else
      log_.info("the log file is open again");
  }

  const Settings& settings_;
  const ServerSettings& common_;
  SystemClock clock_;
  std::shared_ptr<LogSink> sink_;
  Log log_{sink_, common_.log, clock_};
  Metrics metrics_;
  net::AsioScheduler scheduler_{clock_};
  // Its actions come between start and end of all below: the loop takes them when it runs.
  SignalThread signals_{clock_,
                        {.on_stop = [this] { scheduler_.post([this] { stop(); }); },
                         .on_reopen = [this] { reopen_log(); }}};
  Random random_{seed_from_system()};
  ProcessMetrics process_metrics_{metrics_, clock_};
  Watch lines_lost_ =
      metrics_
          .counter("usher_log_lines_lost_total", "Lines that could not be written to the log file.")
          .watch({}, [this] { return static_cast<double>(sink_->lines_lost()); });
  std::unique_ptr<AdminEndpoint> admin_;
  std::unique_ptr<Program> program_;
  bool is_stopping_ = false;
  int exit_code_ = kDone;
};

Result<int> run(Settings& settings, const ServerSettings& common, const ProgramInput& input,
                const Start& start) {
  TRY_ASSIGN(std::optional<std::string> asked, load(settings, input));
  if (asked) {
    std::fputs(asked->c_str(), stdout);
    return kDone;
  }
  SignalThread::hold_signals();
  std::shared_ptr<LogSink> sink = stderr_log_sink();
  if (common.log_file) {
    TRY_ASSIGN(sink, file_log_sink(*common.log_file));
  }
  raise_open_files_limit();
  // A reader of ours that went away is an error of write(), not the end of the process.
  std::signal(SIGPIPE, SIG_IGN);
  return Server(settings, common, std::move(sink)).run(start);
}

}  // namespace

int run_server(Settings& settings, const ServerSettings& common, const ProgramInput& input,
               const Start& start) {
  auto exit_code = run(settings, common, input, start);
  return exit_code ? *exit_code : report(exit_code.error());
}

}  // namespace usher::service
