// How a server starts, runs and stops: everything around a program that is the same for all of
// them. main() makes the table of settings and hands over what starts its own part.
//
//     settings ─→ log, metrics, scheduler, signals, admin endpoint ─→ start ─→ Program
//                                                                        │ runs until
//     SIGTERM, SIGINT ─→ not ready ─→ Program::drain ─→ ~Program ─→ exit code 0
//     SIGHUP ─→ the log file is opened again
#pragma once

#include <functional>
#include <memory>

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/metrics.h"
#include "proto/base/random.h"
#include "proto/base/result.h"
#include "proto/net/asio_scheduler.h"
#include "proto/service/admin_answer.h"
#include "proto/service/config.h"
#include "proto/service/server_settings.h"

namespace usher::service {

// What a program builds on; all of it outlives the Program.
struct Surroundings {
  const Clock& clock;
  net::AsioScheduler& scheduler;
  Metrics& metrics;
  Log log;
  Random random;
};

// A server's own part. Everything is called on the scheduler's thread, but the destructor, which is
// called when it no longer runs.
class Program {
 public:
  virtual ~Program() = default;
  virtual Health ready() const = 0;
  // Takes no new work, finishes what is under way, then calls done, once. Given up after
  // kDrainTimeout; the exit code is then 1.
  virtual void drain(Callback done) = 0;
};

using Start = std::function<Result<std::unique_ptr<Program>>(const Surroundings&)>;

// A whole main(): returns the exit code. `common` has its rows in the table already.
int run_server(Settings& settings, const ServerSettings& common, const ProgramInput& input,
               const Start& start);

}  // namespace usher::service
